import { describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import type { AgentOptions, Ms } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { joined } from '../vad/clips.js';
import { callAgent, positions, shippedSamples, times } from './call.js';

const response = speechLike(16000, 4000, [[0, 4000]]);

/** A call in which the first sample that is not 0 is captured at `onsetMs`; speech is asked for at 200 ms and starts at 300 ms. */
async function call(onsetMs: Ms, options: AgentOptions) {
  const uplink = joined(new Int16Array(onsetMs * 16), Int16Array.of(1));
  return callAgent({ agent: await makeAgent('programmed', options), response, uplink, lengthMs: 6000 });
}

describe('the calibration agent', () => {
  // The frame that holds the sample leaves when it is full: 1000 ms of media arrive with the frame of 1000-1020 ms.
  it.each([
    [1000, 1020],
    [1001, 1020],
    [1019.9375, 1020],
    [1020, 1040],
  ])('stops the programmed time after the sample of %f ms arrives, at %i ms', async (onsetMs, arrivesMs) => {
    const log = await call(onsetMs, { 'programmed.delayMs': 123.25, 'tts.queueMs': 400 });
    expect(times(log, 'vad-start')).toEqual([arrivesMs]);
    expect(times(log, 'cancel')).toEqual([arrivesMs + 123.25]);
    expect(log.flushesMs).toEqual([arrivesMs + 123.25]);
    expect(shippedSamples(log)).toBe((Math.floor((arrivesMs + 123.25 - 300 + 400) / 20) + 1) * 320);
    expect(times(log, 'response-end')).toEqual([]);
  });

  it('starts after its lead, paced or ahead', async () => {
    const log = await call(5000, { 'programmed.leadMs': 250, 'tts.chunkMs': 50, 'tts.queueMs': 100 });
    expect(log.packets.slice(0, 5).map(({ atMs }) => atMs)).toEqual([450, 450, 450, 500, 550]);
  });

  it('plays out without flush, and never stops where it is told not to', async () => {
    expect((await call(1000, { flush: false })).flushesMs).toEqual([]);
    const log = await call(1000, { 'programmed.never': true });
    expect([times(log, 'cancel'), shippedSamples(log)]).toEqual([[], response.samples.length]);
  });

  it('fades linearly in amplitude from the next chunk on, without a flush, and then is silent', async () => {
    const log = await call(1000, { 'programmed.delayMs': 103, 'programmed.fadeMs': 200 });
    const cancelMs = 1020 + 103;
    expect(times(log, 'cancel')).toEqual([cancelMs]);
    expect(log.flushesMs).toEqual([]);
    const before = Math.floor((cancelMs - 300) / 20) + 1;
    expect(positions(log, response).slice(0, before)).not.toContain(null);
    const from = before * 320;
    const faded = joined(...log.packets.slice(before).map(({ samples }) => samples));
    expect(faded).toHaveLength(3200);
    faded.forEach((sample, i) => expect(Math.abs(sample - response.samples[from + i] * (1 - i / 3200))).toBeLessThanOrEqual(0.5));
  });

  it('stops nothing before it speaks', async () => {
    const log = await call(20, { 'programmed.delayMs': 50 });
    expect([times(log, 'cancel'), log.flushesMs]).toEqual([[], []]);
  });
});

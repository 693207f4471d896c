import { describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { DecisionDelay } from '../../src/agents/decision.js';
import { referenceOptions } from '../../src/agents/options.js';
import { resolveOptions } from '../../src/agents/option-table.js';
import { replyFrom } from '../../src/agents/response.js';
import { Correlator } from '../../src/detect/correlate.js';
import { defaultDetectorOptions } from '../../src/detect/options.js';
import type { AgentOptions, Ms } from '../../src/types.js';
import { noise, speechLike } from '../fixtures/speech.js';
import { humanSpeech, joined } from '../vad/clips.js';
import { callAgent, positions, shippedSamples, times } from './call.js';
import type { CallLog } from './call.js';

const response = speechLike(16000, 6000, [[0, 6000]]);
const silence = (ms: Ms) => new Int16Array(ms * 16);
/** What the energy VAD takes for speech: it begins on a frame of the VAD and of the line. */
const words = (ms: Ms) => noise(16000, ms, 1600);

/** An agent with a VAD that answers at once and decides without chance: 50 ms of loud sound is a start. */
async function call(uplink: Int16Array, options: AgentOptions = {}, lengthMs = 12_000, seed = 1): Promise<CallLog> {
  const agent = await makeAgent('reference:after', { 'vad.kind': 'energy', 'decision.spread': 0, 'decision.delayMs': 20, ...options });
  return callAgent({ agent, response, uplink, lengthMs, seed });
}

/** Speech starts at 300 ms; these words at 2000 ms are found at 2060 ms (five VAD frames, and the end of a 20 ms frame). */
const interruption = joined(silence(2000), words(800));
const foundMs = 2060;

describe('the reference agent', () => {
  it('stops shipping after VAD and decision, and tells the client to drop the rest', async () => {
    const log = await call(interruption, { 'reply.afterMs': 0 });
    expect(times(log, 'vad-start')).toEqual([foundMs]);
    expect(times(log, 'cancel')).toEqual([foundMs + 20]);
    expect(times(log, 'flush')).toEqual([foundMs + 20]);
    expect(log.flushesMs).toEqual([foundMs + 20]);
    expect(times(log, 'vad-end')).toEqual([2800 + 560]);
    expect(times(log, 'response-end')).toEqual([]);
    expect(Math.max(...log.packets.map(({ atMs }) => atMs))).toBeLessThanOrEqual(foundMs + 20);
    // 400 ms and at most a chunk ahead of what a client can have played.
    expect(shippedSamples(log)).toBeGreaterThan((foundMs + 20 - 300 + 400) * 16 - 480);
    expect(shippedSamples(log)).toBeLessThanOrEqual((foundMs + 20 - 300 + 430) * 16);
  });

  it('without flush lets the client play out what it has', async () => {
    const log = await call(interruption, { flush: false, 'reply.afterMs': 0 });
    expect(times(log, 'cancel')).toEqual([foundMs + 20]);
    expect([log.flushesMs, times(log, 'flush')]).toEqual([[], []]);
  });

  it('has presets that differ in chunks and flush only', async () => {
    const [before, after] = [await makeAgent('reference:before'), await makeAgent('reference:after')];
    const differing = Object.keys(after.options).filter((name) => before.options[name] !== after.options[name]);
    expect(differing).toEqual(['tts.chunkMs', 'flush']);
    expect([before.options['tts.chunkMs'], before.options.flush, before.options['tts.queueMs']]).toEqual([200, false, 400]);
    expect([after.options['tts.chunkMs'], after.options.flush, after.options['tts.queueMs']]).toEqual([30, true, 400]);
  });

  it('is not interrupted by less than the least speech, or below the threshold', async () => {
    expect(times(await call(joined(silence(2000), words(40))), 'cancel')).toEqual([]);
    expect(times(await call(interruption, { 'vad.minSpeechMs': 900 }), 'cancel')).toEqual([]);
    const soft = joined(noise(16000, 2000, 300), noise(16000, 800, 1000));
    expect(times(await call(soft, { 'vad.threshold': 0.2 }), 'cancel')).toHaveLength(1);
    expect(times(await call(soft, { 'vad.threshold': 0.9 }), 'cancel')).toEqual([]);
  });

  it('ignores the user during the guard, but not words that outlast it', async () => {
    expect(times(await call(interruption, { 'guard.ms': 4000 }), 'cancel')).toEqual([]);
    expect(times(await call(interruption, { 'guard.ms': 2000 }), 'cancel')).toEqual([300 + 2000 + 20]);
    expect(times(await call(interruption, { 'guard.ms': 1500 }), 'cancel')).toEqual([foundMs + 20]);
  });

  it('is not interrupted by speech that was there before it spoke, but is by the next', async () => {
    const log = await call(joined(silence(100), words(600), silence(1000), words(300)));
    expect(times(log, 'vad-start')).toEqual([160, 1760]);
    expect(times(log, 'cancel')).toEqual([1760 + 20]);
  });

  it('is not interrupted after its response, but is while the client still plays it', async () => {
    const said = { 'tts.queueMs': 10_000, 'reply.afterMs': 0 };
    expect(times(await call(interruption, said), 'flush')).toEqual([foundMs + 20]);
    expect(times(await call(joined(silence(6400), words(800)), said), 'cancel')).toEqual([]);
  });

  it('replies after the end of the user, with something that is no part of the response', async () => {
    const log = await call(interruption);
    const endMs = times(log, 'vad-end')[0];
    expect(times(log, 'response-start')).toEqual([300, endMs + 600]);
    const reply = log.packets.filter(({ atMs }) => atMs >= endMs);
    expect(joined(...reply.map(({ samples }) => samples))).toHaveLength(16_000);
    expect(reply.every(({ samples }) => samples.buffer !== response.samples.buffer)).toBe(true);
    expect(times(log, 'response-end')).toHaveLength(1);
  });

  it('waits with its reply until the user has really ended', async () => {
    // The second words come after the end of the first was found (2800 + 560 ms) and before the reply.
    const log = await call(joined(interruption, silence(1000), words(500)));
    const ends = times(log, 'vad-end');
    expect(ends).toHaveLength(2);
    expect(times(log, 'response-start')).toEqual([300, ends[1] + 600]);
  });

  it('can be interrupted in its reply too', async () => {
    const log = await call(joined(interruption, silence(1400), words(300)));
    expect(times(log, 'response-start')).toHaveLength(3);
    expect(times(log, 'cancel')).toHaveLength(2);
  });

  it('resumes after a false interruption where it believes to have been cut, and replies after a real one', async () => {
    const resuming = { 'resume.afterMs': 2000, 'resume.maxSpeechMs': 600 };
    const log = await call(joined(silence(2000), words(300)), resuming);
    const endMs = times(log, 'vad-end')[0];
    expect(times(log, 'resume')).toEqual([endMs + 2000]);
    const resumed = positions(log, response)[log.packets.findIndex(({ atMs }) => atMs === endMs + 2000)];
    expect(resumed).toBe((foundMs + 20 - 300) * 16);
    expect(log.packets[log.packets.length - 1].samples.byteOffset / 2 + log.packets[log.packets.length - 1].samples.length).toBe(response.samples.length);
    expect(times(log, 'response-end')).toHaveLength(1);
    const real = await call(interruption, resuming);
    expect([times(real, 'resume'), times(real, 'response-start')]).toEqual([[], [300, times(real, 'vad-end')[0] + 600]]);
  });

  it('that plays out resumes with the next sample', async () => {
    const log = await call(joined(silence(2000), words(300)), { 'resume.afterMs': 500, flush: false });
    expect(joined(...log.packets.map(({ samples }) => samples))).toEqual(response.samples);
    expect(times(log, 'resume')).toHaveLength(1);
  });

  it('takes words added up before it resumes for a real interruption', async () => {
    const log = await call(joined(silence(2000), words(400), silence(1000), words(400)), { 'resume.afterMs': 2000 });
    expect(times(log, 'resume')).toEqual([]);
    expect(times(log, 'response-start')).toHaveLength(2);
  });

  it('follows up at once where a stalled decision falls after the words', async () => {
    const log = await call(joined(silence(2000), words(100)), { 'decision.stallRate': 1, 'decision.stallMs': 1000 });
    expect(times(log, 'cancel')).toEqual([foundMs + 1020]);
    expect(times(log, 'response-start')).toEqual([300, foundMs + 1020 + 600]);
  });

  it('decides by its seed', async () => {
    const withChance = (seed: number) => call(interruption, { 'decision.spread': 0.5 }, 5000, seed).then((log) => times(log, 'cancel')[0]);
    expect(await withChance(1)).toBe(await withChance(1));
    expect(await withChance(1)).not.toBe(await withChance(2));
  });

  it('is interrupted by human speech through each VAD', async () => {
    for (const kind of ['silero', 'energy', 'webrtc']) {
      const log = await call(joined(silence(2000), await humanSpeech(16000, 0, 1500)), { 'vad.kind': kind });
      expect(times(log, 'cancel')).toHaveLength(1);
      expect(times(log, 'cancel')[0]).toBeLessThan(2500);
    }
  });
});

describe('the decision delay', () => {
  const delays = (options: AgentOptions, n = 4000) => {
    const delay = new DecisionDelay(3, resolveOptions('reference', referenceOptions, {}, options));
    return Array.from({ length: n }, () => delay.next()).sort((a, b) => a - b);
  };

  it('is lognormal about its median', () => {
    const drawn = delays({ 'decision.delayMs': 40, 'decision.spread': 0.5 });
    // 68.3 % of a lognormal lie within a factor of e^sigma of the median.
    const within = drawn.filter((ms) => ms > 40 / Math.exp(0.5) && ms < 40 * Math.exp(0.5)).length / drawn.length;
    expect(drawn[2000]).toBeGreaterThan(38.5);
    expect(drawn[2000]).toBeLessThan(41.5);
    expect(within).toBeGreaterThan(0.66);
    expect(within).toBeLessThan(0.705);
  });

  it('stalls at its rate', () => {
    const drawn = delays({ 'decision.spread': 0, 'decision.stallRate': 0.1, 'decision.stallMs': 500 });
    expect(drawn.filter((ms) => ms === 515).length / drawn.length).toBeCloseTo(0.1, 1);
    expect(drawn.filter((ms) => ms === 15 || ms === 515)).toHaveLength(drawn.length);
  });
});

describe('the reply', () => {
  it('begins where the response becomes audible and differs from it in signs only', () => {
    const samples = Int16Array.from([0, 3, 400, 5, -6, -32768]);
    expect([...replyFrom(samples, 2, 1)].map(Math.abs)).toEqual([400, 5]);
    for (let seed = 0; seed < 8; seed++) expect([...replyFrom(samples, 100, seed)].map((sample) => Math.min(32767, Math.abs(sample)))).toEqual([400, 5, 6, 32767]);
    expect(replyFrom(new Int16Array(0), 16000, 1)).toHaveLength(0);
  });

  it('is far from the limit at which the detector takes it for a part of the response', async () => {
    for (const which of [0, 1, 2]) {
      const samples = await humanSpeech(16000, which, 6000);
      const reply = replyFrom(samples, 16000, which);
      const correlator = new Correlator({ rateHz: 16000, samples });
      for (let at = 0; at + 3200 <= reply.length; at += 3200) {
        expect(correlator.find(reply.subarray(at, at + 3200), 0, samples.length)?.correlation).toBeLessThan(defaultDetectorOptions.correlation - 0.2);
      }
    }
  });
});

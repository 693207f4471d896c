import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { throughMulaw } from '../../src/audio/g711.js';
import { resample } from '../../src/audio/resample.js';
import { openCall } from '../../src/score/call.js';
import { measureFrames } from '../../src/score/frames.js';
import { folder, score, trueCall, whiteNoise, writeCall } from './calls.js';
import type { TrueCall } from './calls.js';

const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

/** A minute and a half of a call. */
let call: Pick<TrueCall, 'agent' | 'caller' | 'rateHz'>;
beforeAll(async () => {
  const { agent, caller, rateHz } = await trueCall(24, 8);
  call = { agent: agent.subarray(0, 90 * rateHz), caller: caller.subarray(0, 90 * rateHz), rateHz };
});

/** Brought so many dB over full scale, cut off there, and made quieter again. */
function clipped(samples: Int16Array, overDb: number, quieterDb = 0): Int16Array {
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const factor = (32767 / peak) * 10 ** (overDb / 20);
  return samples.map((value) => Math.round(Math.max(-32768, Math.min(32767, value * factor)) * 10 ** (-quieterDb / 20)));
}

let files = 0;
async function clippedShare(agent: Int16Array, rateHz = call.rateHz): Promise<number> {
  const opened = await openCall(writeCall(dir, `${files++}.wav`, { agent, caller: new Int16Array(agent.length), rateHz }), 'left');
  const frames = await measureFrames(opened, new AbortController().signal);
  await opened.close();
  return frames.clippedShare.agent;
}

/** What a warning needs (src/score/warnings.ts). */
const warned = 0.0005;

describe('clipping', () => {
  it.each([
    [6, 0],
    [6, 20],
    [12, 26],
  ])('%d dB over full scale is seen, also %d dB quieter', async (overDb, quieterDb) => {
    expect(await clippedShare(clipped(call.agent, overDb, quieterDb))).toBeGreaterThan(warned);
  });

  it('is not seen in clean speech, at whatever level', async () => {
    for (const gain of [1, 0.1, 0.02]) expect(await clippedShare(call.agent.map((value) => Math.round(gain * value)))).toBeLessThan(warned / 2);
  });

  it('is not seen in speech that went through a mu-law line', async () => {
    const { samples, rateHz } = await resample({ rateHz: call.rateHz, samples: call.agent }, 8000);
    expect(await clippedShare(throughMulaw(samples), rateHz)).toBeLessThan(warned / 2);
    expect(await clippedShare(throughMulaw(samples.map((value) => value >> 3)), rateHz)).toBeLessThan(warned / 2);
  });

  it('is not seen in silence, in quiet noise, or in the hum beside speech', async () => {
    const length = 20 * call.rateHz;
    expect(await clippedShare(new Int16Array(length))).toBe(0);
    for (const divisor of [1, 100, 1000]) expect(await clippedShare(whiteNoise(5, length).map((value) => Math.round(value / divisor)))).toBeLessThan(warned / 2);
    const hum = Int16Array.from({ length }, (_, i) => Math.round(600 * Math.sin((2 * Math.PI * 50 * i) / call.rateHz)));
    expect(await clippedShare(Int16Array.from([...call.agent.subarray(0, length), ...hum]))).toBeLessThan(warned / 2);
  });

  it('on one side only leaves the silence silent, and the stops where they are', async () => {
    // The tops above zero are cut off: the mean of speech is no longer that of silence.
    const peak = call.agent.reduce((most, value) => Math.max(most, value), 0);
    const lopsided = call.agent.map((value) => 3 * Math.min(value, peak / 8));
    const [plain, cut] = [await score([writeCall(dir, 'plain.wav', call)]), await score([writeCall(dir, 'lopsided.wav', { ...call, agent: lopsided })])];
    expect(plain.onsets.length).toBeGreaterThan(1);
    expect(cut.files[0].agentFloorDbfs).toBe(plain.files[0].agentFloorDbfs);
    expect(cut.onsets.map(({ result }) => result.outcome)).toEqual(plain.onsets.map(({ result }) => result.outcome));
    for (const [i, { result }] of cut.onsets.entries()) expect(Math.abs((result.stopLatencyMs ?? 0) - (plain.onsets[i].result.stopLatencyMs ?? 0))).toBeLessThan(2);
  });
});

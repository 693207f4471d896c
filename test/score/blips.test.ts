import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pcm } from '../../src/types.js';
import { added, noise, speechLike, speechRms } from '../fixtures/speech.js';
import { folder, score, writeCall } from './calls.js';

const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

const rateHz = 16000;
const noiseRms = speechRms / 10;
/** Four syllables a second: the level of speech never is steady. */
function syllables({ samples }: Pcm): Int16Array {
  return samples.map((value, i) => Math.round(value * (0.4 + 0.6 * Math.cos((4 * Math.PI * i) / rateHz) ** 2)));
}
const side = (stretches: [number, number][], seed: number) => added(syllables(speechLike(rateHz, 20_000, stretches, seed)), noise(rateHz, 20_000, noiseRms, seed));

/** The agent is cut at 10 s, or speaks for 15 ms more after a pause of 120 ms; the caller starts at 9.5 s. */
const caller = side([[9500, 10_500]], 2);
const cut = side([[1000, 10_000]], 3);
const cutAgain = side([[1000, 10_000], [10_120, 10_135]], 3);

/** Latency of the stop from 9.5 s, however the onset was found. */
async function stopOf(name: string, agent: Int16Array): Promise<number | null> {
  const file = writeCall(dir, name, { rateHz, caller, agent });
  const { onsets } = await score([file], [{ file, atMs: 9500, intent: 'interruption' }], 'left', 'label');
  return onsets[0].result.stopLatencyMs;
}

/** Noise that swells for 12 ms, 300 ms after the agent was cut. */
function swelling(gain: number): Int16Array {
  const [from, to] = [10_300, 10_312].map((ms) => (ms * rateHz) / 1000);
  return cut.map((value, i) => (i >= from && i < to ? value * gain : value));
}

describe('a short sound near a noise floor', () => {
  it('is speech where it is too loud for noise: the stop comes after it', async () => {
    expect(Math.abs(((await stopOf('cut-again.wav', cutAgain)) ?? 0) - 635)).toBeLessThan(3);
  });

  it('is noise where noise reaches it: the stop comes before it', async () => {
    const [plain, swollen] = [await stopOf('cut.wav', cut), await stopOf('swollen.wav', swelling(2))];
    expect(Math.abs((plain ?? 0) - 500)).toBeLessThan(3);
    expect(swollen).toBe(plain);
  });

  it('of the same length is no noise where it is louder than that', async () => {
    expect(Math.abs(((await stopOf('loud.wav', swelling(8))) ?? 0) - 812)).toBeLessThan(3);
  });
});

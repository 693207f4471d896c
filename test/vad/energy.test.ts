import { describe, expect, it } from 'vitest';
import { makeVad } from '../../src/vad/index.js';
import { noise } from '../fixtures/speech.js';
import { answers, humanSpeech, joined, share, tone } from './clips.js';

/** RMS of 16-bit samples for a level, dBFS. */
const rms = (dbfs: number) => 32768 * 10 ** (dbfs / 20);

describe.each([8000, 16000] as const)('the energy VAD at %i Hz', (rateHz) => {
  it('hears human speech, and nothing in digital silence', async () => {
    const vad = await makeVad('energy', rateHz);
    expect(vad.frameSamples).toBe(rateHz / 100);
    expect(Math.max(...(await answers(vad, new Int16Array(rateHz))))).toBeLessThan(0.1);
    expect(share(await answers(vad, await humanSpeech(rateHz)))).toBeGreaterThan(0.5);
  });

  it('is not disturbed by a steady noise it has heard from the start', async () => {
    const heard = await answers(await makeVad('energy', rateHz), noise(rateHz, 4000, rms(-40)));
    expect(share(heard)).toBe(0);
  });

  it('answers with the logistic of the level over the floor: 12 dB is 0.5, each 3 dB a factor of e in the odds', async () => {
    // A full cycle of the tone fits a frame ten times, so that its level is exact.
    const frame = (dbfs: number) => tone(rateHz, 1000, 10, rms(dbfs) * Math.SQRT2);
    for (const snrDb of [3, 9, 12, 15, 21]) {
      const vad = await makeVad('energy', rateHz);
      await vad.process(frame(-50));
      expect(await vad.process(frame(-50 + snrDb))).toBeCloseTo(1 / (1 + Math.exp(-(snrDb - 12) / 3)), 1);
    }
  });

  it('follows a floor that falls at once and one that rises slowly', async () => {
    const vad = await makeVad('energy', rateHz);
    const loud = noise(rateHz, 1000, rms(-30));
    const soft = noise(rateHz, 1000, rms(-55));
    await answers(vad, joined(loud, soft));
    expect(share(await answers(vad, loud))).toBe(1);
    await answers(vad, noise(rateHz, 20_000, rms(-30)));
    expect(share(await answers(vad, loud))).toBe(0);
    vad.reset();
    expect(share(await answers(vad, loud))).toBe(0);
  });
});

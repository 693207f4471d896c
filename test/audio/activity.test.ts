import { describe, expect, it } from 'vitest';
import { activeStretches, amplitudeToDbfs, dbfsToAmplitude, windowPowers } from '../../src/audio/activity.js';
import { randomFrom } from '../../src/time/index.js';

/** Uniform noise of a given RMS in `[from, to)` samples of a silent track. */
function noiseBurst(length: number, from: number, to: number, rms: number): Int16Array {
  const random = randomFrom(7);
  const samples = new Int16Array(length);
  for (let i = from; i < to; i++) samples[i] = Math.round((random() * 2 - 1) * rms * Math.sqrt(3));
  return samples;
}

const levels = { releaseDbfs: -56, hysteresisDb: 3 };

describe('levels', () => {
  it('are RMS re full scale: a full-scale sine is -3.01 dBFS', () => {
    const sine = Int16Array.from({ length: 16000 }, (_, i) => Math.round(32767 * Math.sin((2 * Math.PI * 1000 * i) / 16000)));
    const powers = windowPowers(sine, 16000);
    expect(powers.length).toBe(1000 - 9);
    expect(amplitudeToDbfs(Math.sqrt(powers[500]))).toBeCloseTo(-3.01, 2);
    expect(dbfsToAmplitude(-6.0206)).toBeCloseTo(16384, 0);
  });

  it('are right at rates whose millisecond is no whole number of samples', () => {
    expect(windowPowers(new Int16Array(44100).fill(100), 44100)[500]).toBeCloseTo(10000, 0);
  });
});

describe('active stretches', () => {
  it.each([8000, 16000, 48000])('begin and end at the sample, at any phase of the window (%i Hz)', (rateHz) => {
    for (const shift of [0, 1, 7, 13, 39, 157]) {
      const from = rateHz / 10 + shift;
      const to = from + rateHz / 5 + 3 * shift;
      const [stretch, ...rest] = activeStretches(noiseBurst(rateHz, from, to, 1600), rateHz, levels);
      expect(rest).toEqual([]);
      // The noise itself is below the level now and then: a sample or two.
      expect(Math.abs(stretch.from - from)).toBeLessThanOrEqual(2);
      expect(Math.abs(stretch.to - to)).toBeLessThanOrEqual(2);
    }
  });

  it('do not end in a dip that stays above the release level', () => {
    const samples = noiseBurst(16000, 1600, 8000, 1600);
    for (let i = 4000; i < 4800; i++) samples[i] = Math.round(samples[i] / 26);
    // 1600 / 26 = 62, which is -54.5 dBFS: below the attack level, above the release level.
    expect(activeStretches(samples, 16000, levels)).toHaveLength(1);
  });

  it('do not begin below the attack level', () => {
    expect(activeStretches(noiseBurst(16000, 1600, 8000, 60), 16000, levels)).toEqual([]);
  });

  it('are none in silence, and none in nothing', () => {
    expect(activeStretches(new Int16Array(16000), 16000, levels)).toEqual([]);
    expect(activeStretches(new Int16Array(0), 16000, levels)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';

function sine(rateHz: number, frequencyHz: number, length: number, amplitude = 16000): Int16Array {
  return Int16Array.from({ length }, (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)));
}

function largestError(samples: Int16Array, expected: Int16Array, margin: number): number {
  let largest = 0;
  for (let i = margin; i < samples.length - margin; i++) largest = Math.max(largest, Math.abs(samples[i] - expected[i]));
  return largest;
}

describe('resampling', () => {
  it('returns the input at its own rate', async () => {
    const pcm = { rateHz: 16000, samples: Int16Array.of(1, 2, 3) };
    expect(await resample(pcm, 16000)).toBe(pcm);
  });

  it.each([
    [16000, 8000],
    [8000, 16000],
    [44100, 16000],
    [48000, 16000],
    [16000, 48000],
  ])('leaves an impulse where it is in time (%i to %i Hz)', async (from, to) => {
    const samples = new Int16Array(from);
    samples[from / 4] = 30000;
    const { samples: out, rateHz } = await resample({ rateHz: from, samples }, to);
    expect([rateHz, out.length, out.indexOf(Math.max(...out))]).toEqual([to, to, to / 4]);
    // Symmetric about that point: no delay of a fraction of a sample either.
    expect(out[to / 4 - 3]).toBe(out[to / 4 + 3]);
  });

  it.each([
    [44100, 16000, 1000, 363],
    [44100, 16000, 1, 0],
    [48000, 16000, 1000, 333],
    [16000, 8000, 37, 19],
    [8000, 16000, 37, 74],
    [16000, 8000, 0, 0],
  ])('makes round(length x ratio) samples (%i to %i Hz, %i)', async (from, to, length, expected) => {
    expect((await resample({ rateHz: from, samples: new Int16Array(length) }, to)).samples).toHaveLength(expected);
  });

  it('keeps what both rates can hold, and nothing else', async () => {
    const kept = await resample({ rateHz: 16000, samples: sine(16000, 3000, 16000) }, 8000);
    expect(largestError(kept.samples, sine(8000, 3000, 8000), 400)).toBeLessThanOrEqual(1);
    const aliased = await resample({ rateHz: 16000, samples: sine(16000, 5000, 16000) }, 8000);
    expect(largestError(aliased.samples, new Int16Array(8000), 400)).toBeLessThanOrEqual(1);
  });

  it('has no seam in a long recording, which the package alone would cut short', async () => {
    const [seconds, from, to] = [40, 44100, 16000];
    const { samples } = await resample({ rateHz: from, samples: sine(from, 440, seconds * from) }, to);
    expect(samples).toHaveLength(seconds * to);
    expect(largestError(samples, sine(to, 440, seconds * to), 400)).toBeLessThanOrEqual(1);
  });

  it('limits what overshoots', async () => {
    const square = Int16Array.from({ length: 8000 }, (_, i) => (i % 200 < 100 ? 32767 : -32768));
    const { samples } = await resample({ rateHz: 8000, samples: square }, 16000);
    expect([Math.max(...samples), Math.min(...samples)]).toEqual([32767, -32768]);
    // Never wrapped around: a plateau keeps its sign where the filter overshoots on it.
    const wrapped = samples.filter((value, i) => i % 200 > 10 && i % 200 < 190 && Math.sign(value) !== Math.sign(square[i >> 1]));
    expect(wrapped).toHaveLength(0);
  });
});

import { describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';
import { StreamResampler } from '../../src/audio/stream-resampler.js';
import { speechLike } from '../fixtures/speech.js';

const heldBackSamples = 46;

describe('resampling as audio comes', () => {
  it.each([
    [24000, 16000],
    [16000, 24000],
    [48000, 8000],
    [8000, 16000],
  ])('says the same as resampling the whole, less what is held back: %i to %i Hz', async (fromHz, toHz) => {
    const whole = speechLike(fromHz, 400, [[0, 400]]);
    const expected = await resample(whole, toHz);
    const stream = await StreamResampler.open(fromHz, toHz);
    const out: number[] = [];
    const frame = fromHz / 50;
    for (let at = 0; at < whole.samples.length; at += frame) out.push(...stream.push(whole.samples.subarray(at, at + frame)));
    stream.close();
    const heldBack = Math.round((heldBackSamples * toHz) / Math.min(fromHz, toHz));
    expect(Math.abs(expected.samples.length - out.length - heldBack)).toBeLessThanOrEqual(2);
    expect(Math.max(...out.map((sample, i) => Math.abs(sample - expected.samples[i])))).toBeLessThanOrEqual(1);
    expect([...stream.push(whole.samples.subarray(0, frame))]).toEqual([]);
  });
});

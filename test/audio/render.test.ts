import { describe, expect, it } from 'vitest';
import {
  echoPath,
  renderBed,
  renderEchoPath,
  renderGain,
  renderLoop,
  renderTelephone,
  renderTelephoneBand,
} from '../../src/audio/condition-graphs.js';
import { audioEngineAvailable, loadAudioEngine } from '../../src/audio/engine.js';
import { toFloat, toInt16 } from '../../src/audio/render.js';
import { BargeinError } from '../../src/errors.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';
import type { Pcm } from '../../src/types.js';

const rateHz = 16000;

function sine(frequencyHz: number, amplitude: number, seconds = 1, rate = rateHz): Pcm {
  const samples = Int16Array.from({ length: seconds * rate }, (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rate)));
  return { rateHz: rate, samples };
}

function noise(seed: number, rms: number, seconds: number): Pcm {
  const random = randomFrom(seed);
  return { rateHz, samples: Int16Array.from({ length: seconds * rateHz }, () => Math.round(rms * normalFrom(random))) };
}

function rms(samples: ArrayLike<number>, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += samples[i] * samples[i];
  return Math.sqrt(sum / (to - from));
}

const decibels = (ratio: number) => 20 * Math.log10(ratio);

/** Gain of a rendering on a tone, dB, away from its ends. */
function toneGainDb(input: Pcm, output: Pcm): number {
  const middle = ({ samples }: Pcm) => rms(samples, samples.length >> 2, (samples.length * 3) >> 2);
  return decibels(middle(output) / middle(input));
}

/** Gain of an impulse response at a frequency, dB. */
function responseDb(taps: Float32Array, frequencyHz: number): number {
  let [re, im] = [0, 0];
  taps.forEach((tap, i) => {
    re += tap * Math.cos((2 * Math.PI * frequencyHz * i) / rateHz);
    im += tap * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz);
  });
  return decibels(Math.hypot(re, im));
}

describe('toInt16', () => {
  it('returns every 16-bit value as it was', () => {
    const samples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    const { pcm, clippedSamples } = toInt16(toFloat(samples), rateHz);
    expect(pcm.samples).toEqual(samples);
    expect(clippedSamples).toBe(0);
  });

  it('limits what is beyond full scale, and counts it', () => {
    const { pcm, clippedSamples } = toInt16(Float32Array.of(1.5, -1.5, 1, -1, 0.5), rateHz);
    expect([...pcm.samples]).toEqual([32767, -32768, 32767, -32768, 16384]);
    expect(clippedSamples).toBe(3);
  });
});

describe('renderGain', () => {
  it('changes the level by the gain, at every sample', async () => {
    const input = sine(440, 8000);
    const { pcm, clippedSamples } = await renderGain(input, -18);
    expect(clippedSamples).toBe(0);
    const factor = 10 ** (-18 / 20);
    for (let i = 0; i < input.samples.length; i++) expect(Math.abs(pcm.samples[i] - input.samples[i] * factor)).toBeLessThanOrEqual(0.51);
  });

  it('saturates and reports it, and never wraps round', async () => {
    const input = sine(440, 30000);
    const { pcm, clippedSamples } = await renderGain(input, 6);
    expect(Math.max(...pcm.samples)).toBe(32767);
    expect(Math.min(...pcm.samples)).toBe(-32768);
    expect(clippedSamples).toBe(input.samples.filter((value) => Math.abs(value) * 10 ** 0.3 > 32767.5).length);
    for (let i = 0; i < input.samples.length; i++) expect(pcm.samples[i] * input.samples[i]).toBeGreaterThanOrEqual(0);
  });

  it('gives equal samples each time', async () => {
    const input = noise(5, 2000, 1);
    expect((await renderGain(input, 6)).pcm.samples).toEqual((await renderGain(input, 6)).pcm.samples);
  });
});

describe('the telephone band', () => {
  it.each([500, 1000, 2000, 3000])('passes %i Hz within 1 dB', async (frequencyHz) => {
    const input = sine(frequencyHz, 8000);
    expect(Math.abs(toneGainDb(input, (await renderTelephoneBand(input, 0)).pcm))).toBeLessThan(1);
  });

  it.each([50, 100, 5000, 6000])('stops %i Hz by 20 dB or more', async (frequencyHz) => {
    const input = sine(frequencyHz, 8000);
    expect(toneGainDb(input, (await renderTelephoneBand(input, 0)).pcm)).toBeLessThan(-20);
  });

  it('is 3 dB down at its edges', async () => {
    for (const edgeHz of [300, 3400]) {
      const input = sine(edgeHz, 8000);
      expect(toneGainDb(input, (await renderTelephoneBand(input, 0)).pcm)).toBeCloseTo(-3.01, 1);
    }
  });

  it('delays an onset by less than a millisecond', async () => {
    const tone = sine(1000, 8000, 0.1);
    const samples = new Int16Array(rateHz);
    samples.set(tone.samples, 4000);
    const { pcm } = await renderTelephone({ rateHz, samples }, 0);
    expect(pcm.rateHz).toBe(8000);
    expect(pcm.samples.length).toBe(samples.length / 2);
    const onset = pcm.samples.findIndex((value) => Math.abs(value) > 800);
    expect(onset).toBeGreaterThanOrEqual(2000);
    expect(onset).toBeLessThan(2008);
  });

  it('takes the gain with it', async () => {
    const input = sine(1000, 4000);
    const [plain, loud] = [await renderTelephone(input, 0), await renderTelephone(input, 6)];
    expect(toneGainDb(plain.pcm, loud.pcm)).toBeCloseTo(6, 1);
  });
});

describe('a noise bed', () => {
  it('is a loop without a seam: what follows its last sample in the clip is its first', async () => {
    const clip = noise(1, 1500, 2);
    const loop = await renderLoop(clip);
    expect(loop.length).toBe(2 * rateHz - 4000);
    expect(Math.round(loop[0] * 32768)).toBe(clip.samples[loop.length]);
    expect(loop.subarray(4000)).toEqual(toFloat(clip.samples).subarray(4000, loop.length));
  });

  it('keeps its power through the blend', async () => {
    const loop = await renderLoop(noise(2, 1500, 4));
    expect(Math.abs(decibels(rms(loop, 0, 4000) / rms(loop, 4000)))).toBeLessThan(0.5);
  });

  it.each([20, 12, 5])('lies %i dB below speech at -26 dBFS', async (snrDb) => {
    const loop = await renderLoop(noise(3, 700, 2));
    const { pcm } = await renderBed(loop, rateHz, -26 - snrDb, false);
    const levelDbfs = decibels(rms(pcm.samples) / 32768);
    expect(Math.abs(-26 - levelDbfs - snrDb)).toBeLessThan(0.2);
  });

  it('has no seam on the telephone either', async () => {
    // A tone that fits the loop exactly: looped, it must be that tone everywhere, also across the seam.
    const loop = toFloat(sine(1000, 4000, 0.5).samples);
    const { pcm } = await renderBed(loop, rateHz, -26, true);
    expect(pcm.samples.length).toBe(4000);
    const twice = [...pcm.samples, ...pcm.samples];
    // A sampled sine obeys x[n+1] = 2 cos(w) x[n] - x[n-1].
    const twoCos = 2 * Math.cos((2 * Math.PI * 1000) / 8000);
    for (let i = 1; i + 1 < twice.length; i++) expect(Math.abs(twice[i + 1] - twoCos * twice[i] + twice[i - 1])).toBeLessThan(3);
  });
});

describe('the echo path', () => {
  it('peaks after 80 ms, 30 dB down in the speech band', async () => {
    const taps = await renderEchoPath(rateHz);
    const peak = taps.reduce((best, tap, i) => (Math.abs(tap) > Math.abs(taps[best]) ? i : best), 0);
    expect(Math.abs(peak - (echoPath.delayMs * rateHz) / 1000)).toBeLessThanOrEqual(1);
    for (const frequencyHz of [300, 1000, 2000]) expect(responseDb(taps, frequencyHz)).toBeCloseTo(-30, 0);
    expect(responseDb(taps, 1000)).toBeCloseTo(-30, 1);
    expect(responseDb(taps, 7000)).toBeLessThan(-36);
  });

  it('is silent before, short after, and the same each time', async () => {
    const taps = await renderEchoPath(rateHz);
    expect(taps.subarray(0, 1279).every((tap) => tap === 0)).toBe(true);
    expect(taps.length).toBeLessThan(1280 + 32);
    expect(await renderEchoPath(rateHz)).toEqual(taps);
  });

  it('is exactly -30 dB at 8 kHz, where the low-pass has no room', async () => {
    const taps = await renderEchoPath(8000);
    expect(taps.length).toBe(641);
    expect(decibels(taps[640])).toBeCloseTo(-30, 3);
  });
});

describe('the engine', () => {
  const broken = () => Promise.reject(new Error('libasound.so.2: cannot open shared object file: No such file or directory\n- more'));

  it('names the package to install where the ALSA library is missing', async () => {
    const thrown = await loadAudioEngine(broken).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(BargeinError);
    expect((thrown as BargeinError).message).not.toContain('\n');
    expect((thrown as BargeinError).hint).toContain('apt-get install libasound2');
  });

  it('says why it is not available', async () => {
    const available = await audioEngineAvailable(broken);
    expect(available).toEqual({ ok: false, reason: expect.stringContaining('libasound2') });
    expect(await audioEngineAvailable()).toEqual({ ok: true });
  });
});

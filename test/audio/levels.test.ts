import { describe, expect, it } from 'vitest';
import { activeSpeechLevelDbfs, levelTo, peakDbfs, rmsLevelDbfs, scale } from '../../src/audio/levels.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';

const rateHz = 16000;

/** Noise of an RMS in dBFS, for as many seconds as it is on, then silence, and so on. */
function bursts(levelDbfs: number, onOffSeconds: readonly number[], seed = 1): Int16Array {
  const random = randomFrom(seed);
  const amplitude = 32768 * 10 ** (levelDbfs / 20);
  const parts = onOffSeconds.map((seconds, i) => Array.from({ length: seconds * rateHz }, () => (i % 2 === 0 ? amplitude * normalFrom(random) : 0)));
  return Int16Array.from(parts.flat(), Math.round);
}

/** The method as the recommendation words it: a counter of activity and one of hangover for each threshold. */
function byTheBook(samples: Int16Array): number {
  const g = Math.exp(-1 / (rateHz * 0.03));
  const hangover = Math.ceil(0.2 * rateHz);
  const thresholds = Array.from({ length: 18 }, (_, j) => 2 ** (j - 3));
  const [active, hung] = [thresholds.map(() => 0), thresholds.map(() => hangover)];
  let [p, q, energy] = [0, 0, 0];
  for (const sample of samples) {
    energy += sample * sample;
    p = g * p + (1 - g) * Math.abs(sample);
    q = g * q + (1 - g) * p;
    thresholds.forEach((threshold, j) => {
      if (q >= threshold) [active[j], hung[j]] = [active[j] + 1, 0];
      else if (hung[j] < hangover) [active[j], hung[j]] = [active[j] + 1, hung[j] + 1];
    });
  }
  const levels = active.map((count) => 10 * Math.log10(energy / count / 32768 ** 2));
  const excess = levels.map((level, j) => level - 20 * Math.log10(thresholds[j] / 32768) - 15.9);
  const j = excess.findIndex((value, k) => value > 0 && excess[k + 1] <= 0);
  return levels[j] + (excess[j] / (excess[j] - excess[j + 1])) * (levels[j + 1] - levels[j]);
}

it('gives a sine at full scale -3.01 dBFS, and silence none', () => {
  const sine = Int16Array.from({ length: rateHz }, (_, i) => Math.round(32767 * Math.sin((2 * Math.PI * 100 * i) / rateHz)));
  expect(rmsLevelDbfs(sine)).toBeCloseTo(-3.01, 2);
  expect(peakDbfs(sine)).toBeCloseTo(0, 3);
  expect([rmsLevelDbfs(new Int16Array(9)), peakDbfs(new Int16Array(9)), rmsLevelDbfs(new Int16Array())]).toEqual([-Infinity, -Infinity, -Infinity]);
});

describe('active speech level, ITU-T P.56 method B', () => {
  it('is the level of the active half where the other half is silent', () => {
    const samples = bursts(-26, [5, 5, 5, 5]);
    expect(rmsLevelDbfs(samples)).toBeCloseTo(-29, 1);
    expect(Math.abs(activeSpeechLevelDbfs({ rateHz, samples }) - -26)).toBeLessThan(0.5);
  });

  it('counts 200 ms of hangover after each burst, and bridges pauses shorter than that', () => {
    // Bursts of 1 s: the activity is 1 s and the hangover, and the time of the envelope to fall 16 dB or so below the burst.
    const apart = activeSpeechLevelDbfs({ rateHz, samples: bursts(-26, [1, 1, 1, 1, 1, 1]) });
    expect(apart).toBeLessThan(-26 + 10 * Math.log10(1 / 1.2));
    expect(apart).toBeGreaterThan(-26 + 10 * Math.log10(1 / 1.4));
    // Pauses of 100 ms are speech: the level is that of everything.
    const bridged = bursts(-26, [1, 0.1, 1, 0.1, 1]);
    expect(activeSpeechLevelDbfs({ rateHz, samples: bridged })).toBeCloseTo(rmsLevelDbfs(bridged), 1);
  });

  it('is what the recommendation, followed word by word, gives', () => {
    for (const [seed, plan] of [[2, [0.3, 0.05, 0.7, 0.4, 0.2]], [3, [1, 2, 0.1, 0.15, 0.1]], [4, [0.02, 0.5, 0.4]]] as const) {
      const samples = bursts(-20 - seed, plan, seed);
      expect(activeSpeechLevelDbfs({ rateHz, samples })).toBeCloseTo(byTheBook(samples), 9);
    }
  });

  it('follows the gain, and not what is quiet', () => {
    const samples = bursts(-30, [2, 2, 2]);
    const level = activeSpeechLevelDbfs({ rateHz, samples });
    expect(activeSpeechLevelDbfs({ rateHz, samples: scale(samples, 10) }) - level).toBeCloseTo(10, 2);
    const hiss = bursts(-75, [6], 9);
    expect(activeSpeechLevelDbfs({ rateHz, samples: samples.map((sample, i) => sample + hiss[i]) })).toBeCloseTo(level, 1);
  });

  it('is -Infinity for silence, and finite for a click', () => {
    expect(activeSpeechLevelDbfs({ rateHz, samples: new Int16Array(100) })).toBe(-Infinity);
    expect(activeSpeechLevelDbfs({ rateHz, samples: new Int16Array() })).toBe(-Infinity);
    const click = new Int16Array(1000);
    click[500] = 20000;
    expect(activeSpeechLevelDbfs({ rateHz, samples: click })).toBeGreaterThan(-50);
  });
});

describe('levelling', () => {
  it('brings speech to the level', () => {
    const { pcm, limitedByPeak } = levelTo({ rateHz, samples: bursts(-40, [2, 1]) }, -26);
    expect(activeSpeechLevelDbfs(pcm)).toBeCloseTo(-26, 1);
    expect(limitedByPeak).toBe(false);
  });

  it('stops short of clipping', () => {
    const samples = new Int16Array(rateHz).fill(40);
    samples[8000] = 16384;
    const { pcm, gainDb, limitedByPeak } = levelTo({ rateHz, samples }, -26);
    expect([limitedByPeak, Math.round(peakDbfs(pcm.samples) * 100) / 100]).toEqual([true, -1]);
    expect(gainDb).toBeCloseTo(5.02, 2);
  });
});

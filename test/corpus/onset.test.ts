import { describe, expect, it } from 'vitest';
import { defaultCorpusDir, loadCorpus } from '../../src/corpus/load.js';
import { findSpeech } from '../../src/corpus/onset.js';
import { noise } from './faulty.js';

const rateHz = 16000;
const at = (ms: number) => (ms * rateHz) / 1000;

/** A track of `lengthMs` with noise of given levels added at given times. */
function track(lengthMs: number, parts: readonly { fromMs: number; toMs: number; dbfs: number }[]) {
  const samples = new Int16Array(at(lengthMs));
  parts.forEach(({ fromMs, toMs, dbfs }, k) => {
    noise(dbfs, at(toMs) - at(fromMs), k + 1).forEach((value, i) => (samples[at(fromMs) + i] += value));
  });
  return { rateHz, samples };
}

const speech = { fromMs: 600, toMs: 1400, dbfs: -26 };

describe('the onset of a clip', () => {
  it('is found to the sample or two after a silent lead-in', () => {
    const found = findSpeech(track(2000, [speech]));
    expect(Math.abs((found?.onsetMs ?? 0) - 600)).toBeLessThan(0.5);
    expect(Math.abs((found?.endMs ?? 0) - 1400)).toBeLessThan(0.5);
    expect(found?.uncertain).toBe(false);
  });

  it.each([-75, -60, -50])('is found after a lead-in of noise at %d dBFS', (dbfs) => {
    const found = findSpeech(track(2000, [speech, { fromMs: 0, toMs: 2000, dbfs }]));
    expect(Math.abs((found?.onsetMs ?? 0) - 600)).toBeLessThan(2);
    expect(Math.abs((found?.endMs ?? 0) - 1400)).toBeLessThan(2);
  });

  it('moves with the speech and not with its gain: no absolute level is in it', () => {
    for (const dbfs of [-45, -26, -10]) {
      const found = findSpeech(track(2000, [{ ...speech, dbfs }, { fromMs: 0, toMs: 2000, dbfs: dbfs - 35 }]));
      expect(Math.abs((found?.onsetMs ?? 0) - 600)).toBeLessThan(2);
    }
  });

  it('includes a soft beginning 25 dB below the rest', () => {
    const found = findSpeech(track(2000, [speech, { fromMs: 450, toMs: 600, dbfs: -51 }]));
    expect(Math.abs((found?.onsetMs ?? 0) - 450)).toBeLessThan(2);
  });

  it('is not a click in the lead-in, nor is the end one in the tail', () => {
    const clicks = [200, 1700].map((fromMs) => ({ fromMs, toMs: fromMs + 3, dbfs: -25 }));
    const found = findSpeech(track(2000, [speech, ...clicks, { fromMs: 0, toMs: 2000, dbfs: -70 }]));
    expect(Math.abs((found?.onsetMs ?? 0) - 600)).toBeLessThan(2);
    expect(Math.abs((found?.endMs ?? 0) - 1400)).toBeLessThan(2);
  });

  it('is a short sound close to the speech: a plosive', () => {
    const found = findSpeech(track(2000, [speech, { fromMs: 560, toMs: 568, dbfs: -35 }]));
    expect(Math.abs((found?.onsetMs ?? 0) - 560)).toBeLessThan(1);
  });

  it('is the start of a sound that never pauses', () => {
    expect(findSpeech(track(1000, [{ fromMs: 0, toMs: 1000, dbfs: -26 }]))).toMatchObject({ noiseFloorDbfs: null, uncertain: false });
    expect(findSpeech(track(1000, [{ fromMs: 0, toMs: 1000, dbfs: -26 }]))?.onsetMs).toBeLessThan(0.5);
  });

  it('is uncertain where the noise is 12 dB below the speech', () => {
    expect(findSpeech(track(2000, [speech, { fromMs: 0, toMs: 2000, dbfs: -38 }]))?.uncertain).toBe(true);
  });

  it('does not exist in silence', () => {
    expect(findSpeech(track(500, []))).toBeNull();
  });
});

describe('the default corpus', () => {
  it('has the onsets and ends that the method finds', async () => {
    const corpus = await loadCorpus(defaultCorpusDir);
    for (const { id, role, onsetMs, endMs, onsetMethod } of corpus.list()) {
      const found = findSpeech((await corpus.clip(id)).pcm);
      expect({ id, onsetMs: found?.onsetMs, endMs: found?.endMs, onsetMethod: found?.method }).toEqual({ id, onsetMs, endMs, onsetMethod });
      if (role !== 'noise') expect(found?.uncertain, id).toBe(false);
    }
  });
});

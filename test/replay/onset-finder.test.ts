import { describe, expect, it } from 'vitest';
import { activeStretches } from '../../src/audio/activity.js';
import { OnsetFinder } from '../../src/replay/onset-finder.js';
import { noise, speechLike } from '../fixtures/speech.js';

const levels = { releaseDbfs: -50, hysteresisDb: 3 };

describe('the onset of a stream', () => {
  it.each([8000, 16000, 44100])('is found where it is in the whole, however the stream is cut and however long it is silent before (%d Hz)', (rateHz) => {
    for (const onsetMs of [0, 37, 999, 1000, 2500, 7013]) {
      const whole = speechLike(rateHz, onsetMs + 700, [[onsetMs, onsetMs + 600]]).samples;
      // Silence as lines have it, well below the level.
      const hiss = noise(rateHz, onsetMs + 700, 20);
      for (let i = 0; i < whole.length; i++) whole[i] = Math.max(-32768, Math.min(32767, whole[i] + (hiss[i] ?? 0)));
      const expected = activeStretches(whole, rateHz, levels)[0].from;
      for (const packet of [rateHz / 50, 333, 12_345]) {
        const finder = new OnsetFinder(rateHz, levels);
        for (let at = 0; at < whole.length; at += packet) finder.push(whole.subarray(at, at + packet));
        expect(Math.abs((finder.found as number) - expected), `${onsetMs} ms in packets of ${packet}`).toBeLessThanOrEqual(rateHz / 1000);
      }
    }
  });

  it('is not found in silence', () => {
    const finder = new OnsetFinder(8000, levels);
    for (let k = 0; k < 300; k++) finder.push(noise(8000, 20, 20, k));
    expect(finder.found).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { Pcm, SessionContext } from '../../src/types.js';
import { attemptWith, mediaWith, rateHz, run, shortUser } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';
import { speechLike } from '../fixtures/speech.js';

const nothingKnown: Pcm = { rateHz, samples: new Int16Array(0) };

/** Speaks by itself from the moment the line is up, and never stops. */
function endless(samples: Int16Array) {
  return {
    ...scriptedAgent({}),
    turns: 'unprompted' as const,
    connect: async ({ audio }: SessionContext) => {
      audio(samples);
      return { speak: async () => {}, send: () => {}, close: async () => {} };
    },
  };
}

/** Speech without a pause, with a weak sound of 30 ms in each 250, in which one vowel is held. */
function withHeldVowel(): Int16Array {
  const { samples } = speechLike(rateHz, 9000, [[0, 9000]], 4);
  for (let i = 0; i < samples.length; i++) if ((i + 0.1 * rateHz) % (0.25 * rateHz) < 0.03 * rateHz) samples[i] = Math.round(samples[i] / 18);
  for (let i = 0; i < 0.4 * rateHz; i++) samples[2 * rateHz + i] = Math.round(1400 * Math.sin((2 * Math.PI * 180 * i) / rateHz));
  return samples;
}

describe('an agent whose response is not known', () => {
  it('talks through: a vowel that it holds is no noise of the line', async () => {
    const { result } = await run(endless(withHeldVowel()), attemptWith({ offsetMs: 900 }), mediaWith(nothingKnown, shortUser));
    expect(result).toMatchObject({ outcome: 'talked-through', detector: 'energy', invalidReason: null });
  });

  it('is not told from noise that lies under all it says', async () => {
    const samples = withHeldVowel();
    let state = 1;
    // White noise about 5 dB below the speech, from a small generator of its own.
    for (let i = 0; i < samples.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      samples[i] = Math.max(-32768, Math.min(32767, samples[i] + Math.round((state / 2 ** 31) * 2200)));
    }
    const { result } = await run(endless(samples), attemptWith({ offsetMs: 900 }), mediaWith(nothingKnown, shortUser));
    expect(result).toMatchObject({ outcome: 'invalid', invalidReason: 'snr-too-low' });
  });
});

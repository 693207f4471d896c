import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pcm } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { folder, score, writeCall } from './calls.js';

const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

const rateHz = 16000;
/** Four syllables a second, loudest at whole seconds: the level of speech never is steady. */
function syllables({ samples }: Pcm): Int16Array {
  return samples.map((value, i) => Math.round(value * (0.15 + 0.85 * Math.cos((4 * Math.PI * i) / rateHz) ** 2)));
}
const side = (stretches: readonly (readonly [number, number])[], seed: number) => syllables(speechLike(rateHz, 24_000, stretches.map(([from, to]) => [from, to]), seed));
const nobody = new Int16Array(24 * rateHz);

/** By itself the agent makes a pause of 1.4 s. */
const pausing = { rateHz, agent: side([[1000, 3000], [4400, 7000], [12_000, 15_000]], 3), caller: nobody };
/** It stops 250 ms after the caller's onset at 12 s, and speaks again 700 ms later. */
const replying = { rateHz, agent: side([[1000, 3000], [9000, 12_250], [12_950, 20_000]], 5), caller: side([[12_000, 12_500]], 4) };

describe('a stop that a reply follows sooner than the hangover', () => {
  const pausingFile = writeCall(dir, 'pausing.wav', pausing);
  const replyingFile = writeCall(dir, 'replying.wav', replying);

  it.each([
    [null, 'talked-through'],
    ['backchannel', 'held'],
  ] as const)('is no stop where the agent pauses for longer by itself, but shows (%s: %s)', async (intent, outcome) => {
    const labels = intent && [{ file: replyingFile, atMs: 12_000, intent }];
    const { onsets, hangoverMs } = await score([pausingFile, replyingFile], labels);
    expect(hangoverMs).toBeGreaterThan(1400);
    expect(onsets).toHaveLength(1);
    expect(onsets[0].result).toMatchObject({ outcome, stopLatencyMs: null });
    expect(Math.abs((onsets[0].result.resumedAfterMs ?? 0) - 700)).toBeLessThan(3);
  });

  it('shows no silence where there was none', async () => {
    const through = { ...replying, agent: side([[1000, 3000], [9000, 20_000]], 5) };
    const { onsets } = await score([pausingFile, writeCall(dir, 'through.wav', through)]);
    expect(onsets[0].result).toMatchObject({ outcome: 'talked-through', resumedAfterMs: null });
  });
});

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultDetectorOptions } from '../../src/detect/index.js';
import { analyse } from '../../src/score/analysis.js';
import { openCall } from '../../src/score/call.js';
import { judgeOnset } from '../../src/score/judge.js';
import { scoreCalls } from '../../src/score/score.js';
import { addNoise } from '../../scripts/score/recordings.js';
import { differing, figuresOf } from '../../scripts/score/figures.js';
import { scoreAgainstTruth } from '../../scripts/score/against-truth.js';
import { folder, trueCall, whiteNoise, writeCall } from './calls.js';
import type { TrueCall } from './calls.js';

/** The evaluation of docs/score.md on a smaller set: what it reaches there must not be lost. */
const dir = folder();
afterAll(() => rmSync(dir, { recursive: true }));

const modules = { scoreCalls, analyse, openCall, judgeOnset, defaultDetectorOptions };
/** Minutes of audio are listened to twice in each test, ms: other work on the machine must not make them fail. */
const patienceMs = 300_000;
const calls: TrueCall[] = [];

beforeAll(async () => {
  for (const seed of [11, 12]) calls.push(await trueCall(seed, 8));
});

async function rowsAt(snrDb: number | null) {
  const rows = [];
  for (const [k, call] of calls.entries()) {
    const noise = (seed: number) => whiteNoise(100 * k + seed);
    const caller = addNoise(call.caller, call.gains.caller, noise(1), snrDb) as Int16Array;
    const agent = addNoise(call.agent, call.gains.agent, noise(2), snrDb) as Int16Array;
    const path = writeCall(dir, `call-${k}-${snrDb}.wav`, { caller, agent, rateHz: call.rateHz });
    rows.push(...(await scoreAgainstTruth(modules, path, call)).rows);
  }
  return rows;
}

describe('stops and holds that are known to the sample', { timeout: patienceMs }, () => {
  let clean: Awaited<ReturnType<typeof rowsAt>>;
  beforeAll(async () => {
    clean = await rowsAt(null);
  }, patienceMs);

  it('has a set worth the name', () => {
    const { yields, holds, pauses } = figuresOf(clean, 16000);
    expect({ yields: yields >= 4, holds: holds + pauses >= 4 }).toEqual({ yields: true, holds: true });
  });

  it.each([
    [null, 1, 5],
    [20, 5, 15],
  ])('finds the stop at %s dB within %d ms at the median', async (snrDb, medianMs, p95Ms) => {
    const figures = figuresOf(snrDb === null ? clean : await rowsAt(snrDb), 16000);
    expect(figures.stop.absP50Ms).toBeLessThan(medianMs);
    expect(figures.stop.absP95Ms).toBeLessThan(p95Ms);
    expect({ wrong: figures.wrong, missedOnsets: figures.onsetsMissed }).toEqual({ wrong: 0, missedOnsets: 0 });
  });

  it('ends as on the clean track at 12 dB', async () => {
    const rows = await rowsAt(12);
    expect(differing(rows, clean)).toBe(0);
    expect(figuresOf(rows, 16000).stop.absP50Ms).toBeLessThan(12);
  });
});

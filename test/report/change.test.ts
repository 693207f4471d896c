import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/measure/compare.js';
import { summarize } from '../../src/measure/summarize.js';
import { renderBrief, renderChange } from '../../src/report/terminal-change.js';
import { makeRun } from '../measure/two-runs.js';
import { sampleResults } from './sample-run.js';

describe('a small run', () => {
  it('is one line', () => {
    expect(renderBrief(summarize(sampleResults, { withinMs: [60, 100, 250], errorBarMs: null }))).toMatchInlineSnapshot(`"12 attempts, p50 260.0 ms, 40.0 % within 100 ms, false yields 2 of 3, errored 1 (@socket closed, "1006"?by the peer), not valid 2"`);
    expect(renderBrief(summarize([], { withinMs: [60], errorBarMs: null }))).toMatchInlineSnapshot(`"0 attempts, p50 -, - within 60 ms"`);
  });
});

describe('what it changed', () => {
  const base = makeRun({ interruptions: (i) => (i < 3 ? 90 : 80) });
  const latencies = (i: number) => (i === 0 ? null : i === 1 ? 120 : i === 2 ? 40 : 80);

  it('is the figures that moved, then the flipped attempts, the worst first', () => {
    const lines = renderChange(compareRuns(base, makeRun({ interruptions: latencies, backchannels: (i) => (i === 0 ? 300 : null) })));
    expect(lines).toMatchInlineSnapshot(`
      [
        "interrupt_rate@60 0.0 % -> 0.5 %, within noise",
        "interrupt_rate@100 100.0 % -> 99.0 %, within noise",
        "interrupt_rate@250 100.0 % -> 99.5 %, within noise",
        "worse  b000 (backchannel, listener, clean): held -> 300.0 ms",
        "worse  i000 (interruption, angry, clean): 90.0 ms -> talked through",
        "worse  i001 (interruption, angry, clean): 90.0 ms -> 120.0 ms",
        "better i002 (interruption, angry, clean): 90.0 ms -> 40.0 ms",
      ]
    `);
  });

  it('is nothing where nothing changed', () => {
    expect(renderChange(compareRuns(base, base))).toEqual(['no attempt came out otherwise']);
  });

  it('is not known where no attempt was valid in both', () => {
    const failed = makeRun({ interruptions: () => null, change: (result) => ({ ...result, outcome: 'errored', error: 'it hung up' }) });
    expect(renderChange(compareRuns(base, failed))).toEqual(['no attempt was valid in both: there is nothing to compare']);
    expect(renderBrief(summarize(failed.results, { withinMs: [60], errorBarMs: null }))).toContain('errored 320 (it hung up)');
  });

  it('is cut where too much flipped', () => {
    const lines = renderChange(compareRuns(base, makeRun({ interruptions: (i) => (i < 20 ? null : 80) })));
    expect(lines.filter((line) => line.startsWith('worse'))).toHaveLength(6);
    expect(lines).toContain('and 14 more');
  });
});

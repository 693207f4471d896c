import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/measure/compare.js';
import type { Comparison } from '../../src/measure/comparison.js';
import { comparisonCsv, flipsCsv } from '../../src/report/compare-csv.js';
import { comparisonFiles } from '../../src/report/comparison-files.js';
import { renderComparison } from '../../src/report/terminal-compare.js';
import { makeRun } from '../measure/two-runs.js';
import { expectGolden } from './golden.js';

const latencies = (i: number) => 60 + ((i * 37) % 100);
const base = makeRun({ interruptions: latencies });
const head = makeRun({
  interruptions: (i) => (i % 12 === 5 ? null : latencies(i) + 40),
  backchannels: (i) => (i % 4 === 0 ? 120 : null),
  info: { runId: 'b0b', label: '=branch', seed: 2, clock: 'realtime', untrusted: ['3 % of the attempts ended in an error'] },
});
const comparison = compareRuns(base, head, { allowMismatch: true });

describe('the files of a comparison', () => {
  it('compare.csv: a row a line', () => {
    expectGolden('compare.csv', comparisonCsv(comparison));
  });

  it('compare-flips.csv: a row an attempt', () => {
    expectGolden('compare-flips.csv', flipsCsv({ ...comparison, flips: [...comparison.flips.slice(0, 4), ...comparison.flips.slice(-3)] }));
  });

  it('do not round a small p to nothing', () => {
    const [line] = comparison.lines;
    expect(comparisonCsv({ ...comparison, lines: [{ ...line, p: 1.23456789e-12 }] })).toContain('1.23457e-12');
  });

  it('lie in the folder of the head, or where they were asked for, and never replace results', () => {
    expect(comparisonFiles('results/x')).toEqual({ figures: 'results/x/compare.csv', flips: 'results/x/compare-flips.csv', page: 'results/x/compare.html' });
    expect(comparisonFiles('results/x', 'out/mine.csv')).toEqual({ figures: 'out/mine.csv', flips: 'out/mine-flips.csv', page: 'out/mine.html' });
    expect(comparisonFiles('results/x', 'mine')).toEqual({ figures: 'mine/compare.csv', flips: 'mine/compare-flips.csv', page: 'mine/compare.html' });
    expect(comparisonFiles('results/x', '/dev/null')).toMatchObject({ figures: '/dev/null' });
    expect(() => comparisonFiles('results/x', 'results/x/attempts.csv')).toThrow('would replace a file of a run');
  });
});

describe('renderComparison', () => {
  const plain = { colour: false, columns: 80 };

  it('is as a person reads it', () => {
    const text = renderComparison(comparison, plain);
    expectGolden('terminal-compare.txt', text);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('fits with the widest figures and names there are', () => {
    const wide: Comparison = {
      ...comparison,
      lines: comparison.lines.map((line) => ({ ...line, metric: line.metric.replace('@60', '@10000'), base: 1, head: 1, difference: -1, lo: -1, hi: 1, smallest: 1, verdict: 'inconclusive' })),
      flips: comparison.flips.map((flip) => ({ ...flip, attemptId: 'f0012-telephone.1000', persona: 'two-words-then-silence', condition: 'telephone', baseMs: 12345.678, baseOutcome: 'yielded', limitsMs: [60, 100, 250, 500, 1000] })),
    };
    for (const line of renderComparison(wide, plain).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('paints verdicts, and lets no control character through', () => {
    expect(renderComparison(comparison, { colour: true, columns: 80 })).toContain('\u001b[31m');
    expect(renderComparison({ ...comparison, base: { ...comparison.base, label: 'a\u001b[2Jb' } }, plain)).toContain('a?[2Jb');
  });

  it('says so where nothing flipped', () => {
    expect(renderComparison({ ...comparison, flips: [] }, plain)).toContain('No attempt flipped.');
  });
});

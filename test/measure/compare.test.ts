import { describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { compareRuns } from '../../src/measure/compare.js';
import type { RunSide } from '../../src/measure/compare.js';
import type { Comparison } from '../../src/measure/comparison.js';
import { interruptionCount, makeRun } from './two-runs.js';

/** 60 to 159 ms, none alike in a row. */
const latencies = (i: number) => 60 + ((i * 37) % 100);
const base = makeRun({ interruptions: latencies });
const slower = makeRun({ interruptions: (i) => latencies(i) + 40, backchannels: (i) => (i % 4 === 0 ? 120 : null), info: { runId: 'slow', label: 'branch', seed: 1 } });

const lineOf = (comparison: Comparison, metric: string) => comparison.lines.find((line) => line.metric === metric);
const verdicts = (comparison: Comparison) => Object.fromEntries(comparison.lines.map(({ metric, verdict }) => [metric, verdict]));
const errorOf = (run: () => unknown): BargeinError => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof BargeinError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
};

describe('compareRuns', () => {
  it('finds what regressed, and that it improved the other way round', () => {
    const worse = compareRuns(base, slower);
    expect(verdicts(worse)).toEqual({
      'interrupt_rate@60': 'within noise',
      'interrupt_rate@100': 'regressed',
      'interrupt_rate@250': 'within noise',
      p50: 'regressed',
      p95: 'regressed',
      'false_yield_rate[backchannel]': 'regressed',
      'false_yield_rate[noise]': 'inconclusive',
    });
    expect(lineOf(worse, 'p50')).toMatchObject({ n: interruptionCount, base: 109, head: 149, difference: 40, unit: 'ms', better: 'lower', method: 'bootstrap' });
    expect(lineOf(worse, 'interrupt_rate@100')).toMatchObject({ n: interruptionCount, base: 0.41, unit: 'rate', better: 'higher', method: 'clustered' });
    const better = compareRuns(slower, base);
    for (const metric of ['interrupt_rate@100', 'p50', 'p95', 'false_yield_rate[backchannel]']) expect(lineOf(better, metric)?.verdict).toBe('improved');
  });

  it('calls a run within noise of itself, where it has attempts enough, and says that it is the same', () => {
    const same = compareRuns(base, base);
    for (const { verdict, difference, metric } of same.lines) {
      expect(difference).toBe(0);
      // Sixty noises from fifteen clips exclude no change of five points, even if none was seen.
      expect(verdict).toBe(metric.startsWith('false') ? 'inconclusive' : 'within noise');
    }
    expect(same.flips).toEqual([]);
    expect(same.warnings).toContain('base and head are the same run');
    expect(verdicts(compareRuns(base, base, { margins: { rate: 0.2, ms: 20 } }))['false_yield_rate[noise]']).toBe('within noise');
    expect(verdicts(compareRuns(base, base, { margins: { rate: 0.001, ms: 0.001 } }))['p50']).toBe('inconclusive');
  });

  it('never calls a change of a percentile what both error bars together may be', () => {
    const moved = (ms: number, errorBarMs: number | null) => compareRuns(makeRun({ interruptions: latencies, info: { errorBarMs } }), makeRun({ interruptions: (i) => latencies(i) + ms, info: { errorBarMs } }));
    const line = lineOf(moved(40, 20), 'p50');
    expect(line).toMatchObject({ difference: 40, verdict: 'inconclusive', note: 'no more than the error bars of both runs together, 40.00 ms' });
    expect(line?.pHolm).toBeLessThan(0.05);
    for (const comparison of [moved(40, 19.9), moved(40, null)]) expect(lineOf(comparison, 'p50')).toMatchObject({ verdict: 'regressed', note: null });
    expect(lineOf(moved(40, 20), 'interrupt_rate@100')?.verdict).toBe('regressed');
  });

  it('corrects for all lines together, and gives the smallest change of that', () => {
    const { lines } = compareRuns(base, slower);
    for (const { p, pHolm } of lines) expect(pHolm).toBeGreaterThanOrEqual(p as number);
    const least = lines.map(({ p }) => p as number).reduce((a, b) => Math.min(a, b));
    expect(lines.find(({ p }) => p === least)?.pHolm).toBeCloseTo(7 * least, 12);
    for (const { smallest } of lines) expect(smallest).toBeGreaterThan(0);
  });

  it('leaves a censored percentile to the rates', () => {
    const missing = makeRun({ interruptions: (i) => (i % 3 === 0 ? null : latencies(i)), info: { runId: 'missing' } });
    const comparison = compareRuns(base, missing);
    expect(lineOf(comparison, 'p95')).toMatchObject({ head: null, difference: null, lo: null, hi: null, p: null, pHolm: null, smallest: null, verdict: 'inconclusive', note: 'among the misses in the head: the rates decide' });
    expect(lineOf(comparison, 'interrupt_rate@250')?.verdict).toBe('regressed');
  });

  it('pairs by attempt, valid in both, whatever the order', () => {
    const spoilt = makeRun({
      interruptions: latencies,
      info: { runId: 'spoilt', unfinished: 1 },
      change: (result) => (result.attempt.id === 'i003' ? { ...result, outcome: 'invalid', invalidReason: 'harness-late' } : result.attempt.id === 'i004' ? { ...result, outcome: 'errored', error: 'x' } : result),
    });
    const head: RunSide = { info: spoilt.info, results: [...spoilt.results].reverse().filter(({ attempt }) => attempt.id !== 'i010') };
    const comparison = compareRuns(base, head);
    expect(comparison).toMatchObject({ pairs: 319, validPairs: 317, unpaired: 1 });
    expect(lineOf(comparison, 'p50')).toMatchObject({ n: interruptionCount - 3, difference: 0 });
    expect(comparison.warnings.join('\n')).toContain('1 are in the base alone, 0 in the head alone');
    expect(comparison.warnings.join('\n')).toContain('2 were valid in the base alone, 0 in the head alone');
  });

  it('lists the attempts that flipped, worst first', () => {
    const changes: Record<string, number | null> = { i000: null, i001: 101, i002: 70, i036: 300 };
    const head = makeRun({ interruptions: (i) => (`i00${i}` in changes ? changes[`i00${i}`] : i === 36 ? 300 : latencies(i)), noises: (i) => (i === 5 ? 90 : null), info: { runId: 'x' } });
    const { flips } = compareRuns(base, head);
    expect(flips.map(({ attemptId, direction, limitsMs }) => [attemptId, direction, limitsMs])).toEqual([
      ['i000', 'worse', [60, 100, 250]],
      ['n005', 'worse', []],
      ['i036', 'worse', [100, 250]],
      ['i001', 'worse', [100]],
      ['i002', 'better', [100]],
    ]);
    expect(flips[0]).toMatchObject({ baseOutcome: 'yielded', headOutcome: 'talked-through', baseMs: 60, headMs: null, userClip: 'i-user-0' });
  });

  it('is equal for equal results, plain and finite', () => {
    const comparison = compareRuns(base, slower);
    expect(compareRuns(base, slower)).toEqual(comparison);
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it('has nothing to say without a valid pair', () => {
    const broken = makeRun({ interruptions: () => 80, info: { runId: 'broken' }, change: (result) => ({ ...result, outcome: 'errored', error: 'refused' }) });
    const { lines, validPairs } = compareRuns(base, broken);
    expect(validPairs).toBe(0);
    for (const line of lines) expect(line).toMatchObject({ n: 0, base: null, head: null, p: null, verdict: 'inconclusive', note: 'no pair is valid in both runs' });
  });
});

describe('what is refused', () => {
  const other = (info: Partial<RunSide['info']>): RunSide => ({ info: { ...base.info, runId: 'other', ...info }, results: base.results });

  it.each<[string, Partial<RunSide['info']>]>([
    ['corpus: c0ffee in the base, bad in the head', { corpus: { name: 'default', hash: 'bad' } }],
    ['draw: full d00d in the base, quick d00e in the head', { draw: { profile: 'quick', hash: 'd00e', attempts: 60 } }],
    ['clock: virtual in the base, realtime in the head', { clock: 'realtime' }],
    ['--within: 60,100,250 in the base, 100,250 in the head', { withinMs: [100, 250] }],
    ['--playout-ms: 40 in the base, 80 in the head', { configuration: { ...base.info.configuration, playoutMs: 80 } }],
    ['--filter: none in the base, persona=angry in the head', { configuration: { ...base.info.configuration, filter: ['persona=angry'] } }],
  ])('%s', (message, info) => {
    const error = errorOf(() => compareRuns(base, other(info)));
    expect(error.message).toContain(message);
    expect(error.hint).toContain('--allow-mismatch');
    const allowed = compareRuns(base, other(info), { allowMismatch: true });
    expect(allowed.mismatches).toEqual([message]);
  });

  it('not an option that is left out in one run and empty in the other', () => {
    const [empty, none] = [{ detectorOptions: {}, filter: [] }, {}];
    expect(compareRuns({ ...base, info: { ...base.info, configuration: empty } }, other({ configuration: none })).mismatches).toEqual([]);
  });

  it('lists all differences, and compares at the common limits', () => {
    const head = other({ withinMs: [100, 500], clock: 'realtime' });
    expect(errorOf(() => compareRuns(base, head)).message).toMatch(/clock.*; --within/);
    expect(compareRuns(base, head, { allowMismatch: true }).lines.map(({ metric }) => metric)).toEqual(['interrupt_rate@100', 'p50', 'p95', 'false_yield_rate[backchannel]', 'false_yield_rate[noise]']);
  });

  it('other detectors, whatever is allowed', () => {
    const option = other({ configuration: { ...base.info.configuration, detectorOptions: { hangoverMs: '300' } } });
    expect(errorOf(() => compareRuns(base, option, { allowMismatch: true })).message).toContain('--detector-option: none in the base, {"hangoverMs":"300"} in the head');
    const energy = makeRun({ interruptions: latencies, info: { runId: 'e' }, change: (result) => ({ ...result, detector: 'energy' }) });
    expect(errorOf(() => compareRuns(base, energy, { allowMismatch: true })).message).toContain('e.g. i000: reference-aware in the base, energy in the head');
  });

  it('not a reference that was lost: that is said', () => {
    const lost = makeRun({ interruptions: latencies, info: { runId: 'l' }, change: (result) => (result.attempt.id === 'i007' ? { ...result, detector: 'energy', referenceLost: true } : result) });
    expect(compareRuns(base, lost).warnings).toContain('in 1 pairs the reference was lost in one run, and the energy detector judged that one');
  });

  it('not another seed, another label or agent, nor a run that cannot be trusted: that is said', () => {
    const head = other({ seed: 2, label: 'x', agent: 'reference:before', untrusted: ['too late'] });
    const { warnings, mismatches } = compareRuns(base, head);
    expect(mismatches).toEqual([]);
    expect(warnings.filter((text) => !text.includes('not measured'))).toEqual(['the head cannot be trusted: too late', 'the seeds differ (1 and 2): the same attempts, another chance']);
  });

  it('not a part of a run: that is said', () => {
    const { warnings } = compareRuns(base, other({ shard: { index: 1, of: 2 }, unfinished: 3 }));
    expect(warnings).toEqual(expect.arrayContaining(['the head is shard 1 of 2: compare merged runs', '3 attempts of the head were not measured']));
  });

  it('attempts of one id that are not the same', () => {
    const moved = makeRun({ interruptions: latencies, info: { runId: 'm' }, change: (result) => (result.attempt.id === 'i001' ? { ...result, attempt: { ...result.attempt, userClip: 'elsewhere' } } : result) });
    expect(errorOf(() => compareRuns(base, moved)).message).toContain('1 attempts have one id and are not the same, e.g. i001');
    expect(compareRuns(base, moved, { allowMismatch: true })).toMatchObject({ pairs: 319, unpaired: 2 });
  });

  it('runs without a common attempt, and an attempt that is there twice', () => {
    const strangers: RunSide = { info: base.info, results: base.results.map((result) => ({ ...result, attempt: { ...result.attempt, id: `z${result.attempt.id}` } })) };
    expect(errorOf(() => compareRuns(base, strangers)).message).toBe('the runs have no attempt in common');
    expect(errorOf(() => compareRuns(base, { ...base, results: [...base.results, base.results[0]] })).message).toBe('the head has the attempt i000 twice');
  });
});

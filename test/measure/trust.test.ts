import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import type { AttemptResult } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';

const good = (n: number) =>
  Array.from({ length: n }, (_, i) => makeResult({ userClip: `u${i}`, agentClip: `a${i}`, userClipKind: 'human' }, { stopLatencyMs: 80, stopLatencyLoMs: 80 }));
const times = (n: number, verdict: Partial<AttemptResult>) => Array.from({ length: n }, () => makeResult({}, verdict));
const judge = (results: readonly AttemptResult[], errorBarMs: number | null = 0.5) => judgeTrust(summarize(results, { withinMs: [60, 100, 250], errorBarMs }));
const harness = { outcome: 'invalid', invalidReason: 'harness-late' } as const;
const agent = { outcome: 'invalid', invalidReason: 'silent-at-onset' } as const;

describe('judgeTrust', () => {
  it('trusts a clean run and warns of nothing', () => expect(judge(good(100))).toEqual({ untrusted: [], warnings: [] }));

  it('names the commonest reason of errors', () => {
    const errored = (n: number, error: string) => times(n, { outcome: 'errored', error });
    const { warnings } = judge([...good(90), ...errored(2, 'refused'), ...errored(8, 'not JSON')]);
    expect(warnings[0]).toMatchObject({ seen: '10 of 100 attempts errored', cause: 'not JSON (8 of 10)' });
  });

  it('allows 2 % errored and not more', () => {
    expect(judge([...good(98), ...times(2, { outcome: 'errored' })]).untrusted).toEqual([]);
    expect(judge([...good(97), ...times(3, { outcome: 'errored' })]).untrusted).toEqual(['3 of 100 attempts errored (3 %, limit 2 %)']);
  });

  it('allows 10 % spoilt by the harness and not more; the agent does not count there', () => {
    expect(judge([...good(90), ...times(10, harness)]).untrusted).toEqual([]);
    expect(judge([...good(89), ...times(11, harness)]).untrusted).toHaveLength(1);
    const { untrusted, warnings } = judge([...good(80), ...times(20, agent)]);
    expect(untrusted).toEqual([]);
    expect(warnings.map(({ seen }) => seen)).toContain('20 of 100 attempts were spoilt by the agent (silent-at-onset 20)');
  });

  it('wants an error bar of 10 ms or less, and a missing one fails (trap 11)', () => {
    expect(judge(good(10), 10).untrusted).toEqual([]);
    expect(judge(good(10), 10.2).untrusted).toEqual(['the error bar is 10.20 ms, limit 10 ms']);
    expect(judge(good(10), null).untrusted).toHaveLength(1);
  });

  it('never trusts a run in which nothing was measured', () => {
    expect(judge([]).untrusted[0]).toContain('nothing was measured');
    expect(judge(times(3, agent)).untrusted[0]).toContain('nothing was measured');
  });

  it.each<[string, AttemptResult[]]>([
    ['controls', [...good(20), makeResult({ intent: 'control', userClip: null }, { outcome: 'yielded' })]],
    ['did not match', [...good(20), ...times(5, { referenceLost: true })]],
    ['disagrees', good(20).map((result) => ({ ...result, energyStopLatencyMs: 400 }))],
    ['error bar of a limit', good(20).map((result) => ({ ...result, stopLatencyMs: 100.2, stopLatencyLoMs: 100.2 }))],
    ['user and', [...good(5)]],
    ['synthetic', good(20).map((result) => ({ ...result, attempt: { ...result.attempt, userClipKind: 'synthetic' as const } }))],
    ['errored', [...good(99), ...times(1, { outcome: 'errored' })]],
  ])('warns with cause and remedy: %s', (words, results) => {
    const warning = judge(results).warnings.find(({ seen }) => seen.includes(words));
    expect(warning?.cause).toBeTruthy();
    expect(warning?.remedy).toBeTruthy();
  });
});

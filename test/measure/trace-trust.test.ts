import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTraceTrust } from '../../src/measure/trace-trust.js';
import type { AttemptResult, TraceFacts } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';

const facts = (more: Partial<TraceFacts> = {}): TraceFacts => ({ sources: ['x'], spans: 90, lost: 0, calls: 9, rebuilt: 0, unmeasured: [], defects: [], notes: [], stack: [], ...more });
const rows = (count: number, verdict: Partial<AttemptResult> = {}) => Array.from({ length: count }, (_, index) => makeResult({ index, id: `t${index}`, agentClip: `c${index}`, userClip: null }, { detector: 'spans', ...verdict }));
const judge = (results: readonly AttemptResult[], more: Partial<TraceFacts> = {}) => judgeTraceTrust(summarize(results, { withinMs: [60, 100, 250], errorBarMs: null }), facts(more));

describe('the trust in a trace', () => {
  it('is there where nothing is missing', () => expect(judge(rows(10)).untrusted).toEqual([]));

  it('is lost where more than a tenth of the barge-ins have no latency, or of the input could not be used', () => {
    expect(judge(rows(9), { unmeasured: [{ what: 'no VAD', count: 1, example: null }] }).untrusted).toEqual([]);
    expect(judge(rows(8), { unmeasured: [{ what: 'no VAD', count: 2, example: null }] }).untrusted.join()).toContain('2 of 10 barge-ins have no latency');
    expect(judge(rows(10), { lost: 10 }).untrusted).toEqual([]);
    expect(judge(rows(10), { lost: 11 }).untrusted.join()).toContain('11 spans or pieces of the input could not be used');
  });

  it('of rows that a run has written is as little as in that run', () => {
    const late = rows(2, { outcome: 'invalid', invalidReason: 'harness-late', detector: 'energy' });
    expect(judge([...rows(8), ...late], { rebuilt: 10 }).untrusted.join()).toContain('2 of 10 attempts were spoilt by the harness');
  });

  it('names the most frequent defect', () => {
    const { warnings } = judge(rows(3), { defects: [{ what: 'rare', count: 1, example: null }, { what: 'common', count: 8, example: null }] });
    expect(warnings[0].seen).toBe('9 defects of the input, most often: common');
  });
});

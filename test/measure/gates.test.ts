import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupName, Summary } from '../../src/measure/figures.js';
import { groupValues, kindOfValue, plainValues } from '../../src/measure/gate-groups.js';
import { gateMetrics } from '../../src/measure/gate-metrics.js';
import { judgeGates, parseGate } from '../../src/measure/gates.js';
import type { GateResult } from '../../src/measure/gates.js';
import { groupResults } from '../../src/measure/groups.js';
import { summarize } from '../../src/measure/summarize.js';
import { BargeinError } from '../../src/errors.js';
import type { Attempt, AttemptResult } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';

const withinMs = [60, 100, 250];
const parse = (text: string) => parseGate(text, withinMs);

function refusal(text: string): string {
  try {
    parse(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BargeinError);
    return `${(thrown as BargeinError).message} / ${(thrown as BargeinError).hint}`;
  }
  throw new Error(`${text} was accepted`);
}

describe('the grammar of gates', () => {
  it('reads a rate at a limit', () => {
    expect(parse('interrupt_rate@100 >= 0.85')).toEqual({
      text: 'interrupt_rate@100 >= 0.85', metric: 'interrupt_rate', limitMs: 100, group: null, operator: '>=', value: 0.85, unit: 'rate',
    });
  });

  it('reads times with and without their unit', () => {
    for (const text of ['p95 <= 250', 'p95<=250ms', '  p95   <=  250 ms ', 'p95 <= 250.0']) {
      expect(parse(text)).toMatchObject({ metric: 'p95', limitMs: null, operator: '<=', value: 250, unit: 'ms' });
    }
  });

  it('reads shares exactly, as a number or in per cent', () => {
    expect(parse('errored <= 2%').value).toBe(0.02);
    expect(parse('errored < 8.1 %').value).toBe(0.081);
    expect(parse('errored < .07').value).toBe(0.07);
    expect(parse('errored <= 100%').value).toBe(1);
    expect(parse('errored <= 1').value).toBe(1);
  });

  it('reads groups by value and by kind, before or after the limit', () => {
    expect(parse('false_yield_rate[backchannel] <= 0.05').group).toEqual({ group: 'intent', value: 'backchannel' });
    for (const text of ['interrupt_rate@100[persona=angry] >= 80%', 'interrupt_rate[persona=angry]@100 >= 80%', 'interrupt_rate [ persona = angry ] @ 100 ms >= 80 %', 'interrupt_rate@100[angry]>=80%']) {
      expect(parse(text)).toMatchObject({ metric: 'interrupt_rate', limitMs: 100, group: { group: 'persona', value: 'angry' }, value: 0.8 });
    }
    expect(parse('p50[agent_clip=weather-1] <= 250').group).toEqual({ group: 'agent_clip', value: 'weather-1' });
    expect(parse('p50[first-300ms] <= 250').group).toEqual({ group: 'offset_band', value: 'first-300ms' });
    expect(parse('p50[human] < 250').group).toEqual({ group: 'user_clip_kind', value: 'human' });
  });

  it('reads every metric', () => {
    for (const [name, { unit, perLimit }] of Object.entries(gateMetrics)) {
      expect(parse(`${name}${perLimit ? '@60' : ''} <= ${unit === 'rate' ? '50%' : '50ms'}`)).toMatchObject({ metric: name, unit });
    }
  });

  it.each([
    ['interrupt_rat@100 >= 0.85', "unknown metric 'interrupt_rat' / did you mean 'interrupt_rate'?"],
    ['P95 <= 250', "did you mean 'p95'?"],
    ['constructor <= 1', "unknown metric 'constructor'"],
    ['interrupt_rate >= 0.85', 'needs a latency limit / write one of interrupt_rate@60, interrupt_rate@100, interrupt_rate@250'],
    ['interrupt_rate@120 >= 0.85', 'no latency limit of 120 ms / did you mean interrupt_rate@100? or measure it: --within 60,100,120,250'],
    ['interrupt_rate@ >= 0.85', "'' is not a latency limit"],
    ['interrupt_rate@1e2 >= 0.85', "'1e2' is not a latency limit"],
    ['interrupt_rate@60@100 >= 0.85', 'more than one limit'],
    ['p95 <= -5', "'-5' is no time: p95 is never below 0 ms / write a time in ms: 250 or 250ms"],
    ['p50[angry] >= -1ms', "'-1ms' is no time"],
    ['error_bar <= -0.5', "'-0.5' is no time"],
    ['p95@100 <= 250', 'p95 has no latency limit / write p95 without @100'],
    ['p95[angry][soft] <= 250', 'more than one limit or group'],
    ['false_yield_rate[backchanel] <= 0.05', "unknown group 'backchanel' / did you mean 'backchannel'?"],
    ['p95[persona=angri] <= 250', "unknown persona 'angri' / did you mean 'angry'?"],
    ['p95[person=angry] <= 250', "unknown kind of group 'person' / did you mean 'persona'?"],
    ['p95[agent_clip=] <= 250', 'agent_clip lacks a name'],
    ['p95[] <= 250', "unknown group ''"],
    ['error_bar[angry] <= 5', 'error_bar is one figure of the whole run'],
    ['false_yield_rate[interruption] <= 5%', "counts no attempts of intent 'interruption' / it is over backchannel and noise"],
    ['interrupt_rate@100[noise] >= 5%', "counts no attempts of intent 'noise'"],
    ['interrupt_rate@100 >= 85', "'85' is no share / did you mean 85%?"],
    ['interrupt_rate@100 >= 101%', 'is no share'],
    ['interrupt_rate@100 >= -0.1', 'is no share'],
    ['interrupt_rate@100 >= 85ms', 'wrong unit'],
    ['p95 <= 25%', 'wrong unit'],
    ['p95 <= fast', "'fast' is not a value / p95 is a time in ms"],
    ['p95 <= 0x10', "'0x10' is not a value"],
    ['p95 <= 1e3', "'1e3' is not a value"],
    ['p95 <= NaN', "'NaN' is not a value"],
    ['p95 = 250', 'not of the form'],
    ['p95 == 250', 'not of the form'],
    ['p95 => 250', 'not of the form'],
    ['p95 >', 'not of the form'],
    ['>= 250', 'not of the form'],
    ['p95 <= 250 <= 300', 'not of the form'],
    ['', 'not of the form'],
    ['p95[angry <= 250', 'not of the form'],
  ])('refuses %s', (text, expected) => expect(refusal(text)).toContain(expected));

  it('reads any text or refuses it as a mistake of the user', () => {
    const piece = fc.constantFrom('p95', 'interrupt_rate', 'errored', '@', '100', '[', ']', 'angry', 'persona=', '<=', '>=', '<', '=', ' ', '%', 'ms', '-', '.5', '1e999', '__proto__');
    const text = fc.oneof(fc.string(), fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')));
    fc.assert(
      fc.property(text, (written) => {
        try {
          const gate = parse(written);
          expect(Number.isFinite(gate.value)).toBe(true);
          expect(parse(gate.text)).toEqual(gate);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BargeinError);
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('is documented: every metric, every kind and value of a group', () => {
    const page = readFileSync(new URL('../../docs/gates.md', import.meta.url), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    for (const [name, { perLimit }] of Object.entries(gateMetrics)) expect(rows.some((row) => row.includes(`\`${name}${perLimit ? '@X' : ''}\``))).toBe(true);
    for (const [kind, values] of Object.entries(groupValues)) {
      for (const value of values ?? []) expect(rows.find((row) => row.startsWith(`| \`${kind}\``))).toContain(`\`${value}\``);
    }
  });

  it('knows every value that groups are made of, and no value twice', () => {
    expect(new Set(plainValues).size).toBe(plainValues.length);
    const results = [
      ...(groupValues.intent ?? []).map((intent) => makeResult({ intent: intent as Attempt['intent'] })),
      ...(groupValues.persona ?? []).map((persona) => makeResult({ persona: persona as Attempt['persona'] })),
      ...(groupValues.condition ?? []).map((condition) => makeResult({ condition: condition as Attempt['condition'] })),
      ...(groupValues.user_clip_kind ?? []).map((userClipKind) => makeResult({ userClipKind: userClipKind as 'human' })),
      ...[['first-300ms', 200], ['two-words', 800], ['middle', 2000], ['late', 5000]].map(([offsetBand, actualOffsetMs]) =>
        makeResult({ offsetBand: offsetBand as Attempt['offsetBand'] }, { actualOffsetMs: actualOffsetMs as number }),
      ),
    ];
    const made = groupResults(results).filter(({ group }) => group !== 'all' && group !== 'agent_clip');
    const byKind = (kind: GroupName) => made.filter(({ group }) => group === kind).map(({ value }) => value);
    for (const kind of ['intent', 'persona', 'condition', 'user_clip_kind', 'offset_band'] as const) expect(byKind(kind)).toEqual(groupValues[kind]);
    for (const { group, value } of made) expect(kindOfValue(value as string)).toBe(group);
  });
});

/** `count` interruptions of distinct clips, whose latency is given by place; null: talked through. */
function interruptions(count: number, latencyMs: (i: number) => number | null): AttemptResult[] {
  return Array.from({ length: count }, (_, i) => {
    const ms = latencyMs(i);
    const attempt = { index: i, id: `t${i}`, agentClip: `a${i}`, userClip: `u${i}` };
    return ms === null
      ? makeResult(attempt, { outcome: 'talked-through', stopLatencyMs: null, stopLatencyLoMs: null, observedMs: 3000 + i })
      : makeResult(attempt, { stopLatencyMs: ms, stopLatencyLoMs: ms });
  });
}

const summaryOf = (results: readonly AttemptResult[], errorBarMs: number | null = 0.5) => summarize(results, { withinMs, errorBarMs });
const judge = (text: string, summary: Summary, on: 'bound' | 'point' = 'bound'): GateResult => judgeGates([parse(text)], summary, on)[0];

describe('judging gates', () => {
  // 90 of 100 within 100 ms: Wilson's interval is 82.6 .. 94.5 % (Newcombe 1998, method 3: 0.8256, 0.9448).
  const summary = summaryOf(interruptions(100, (i) => (i < 90 ? 80 : 150)));

  it('judges by the end of the interval that is worse for the gate', () => {
    const passed = judge('interrupt_rate@100 >= 82%', summary);
    expect(passed).toMatchObject({ passed: true, estimate: 0.9, by: 'bound' });
    expect(passed.judged).toBeCloseTo(0.8256, 4);
    expect(passed.reason).toBe('lower end of the 95 % interval 82.6 % >= 82.0 %');
    expect(judge('interrupt_rate@100 <= 94.4%', summary)).toMatchObject({ passed: false, judged: passed.hi });
    expect(judge('interrupt_rate@100 <= 94.5%', summary).passed).toBe(true);
  });

  it('fails by the bound what the estimate alone would pass, and says so', () => {
    expect(judge('interrupt_rate@100 >= 0.85', summary)).toMatchObject({
      passed: false, reason: 'lower end of the 95 % interval 82.6 %, not >= 85.0 %; the estimate, 90.0 %, would pass, but rests on 100 independent attempts',
    });
    expect(judge('interrupt_rate@100 >= 0.85', summary, 'point')).toMatchObject({ passed: true, judged: 0.9, by: 'point', reason: '90.0 % >= 85.0 %' });
  });

  it('tells > from >=, and < from <=, at equality', () => {
    const at = (text: string) => judge(text, summary, 'point').passed;
    expect([at('interrupt_rate@100 >= 0.9'), at('interrupt_rate@100 > 0.9')]).toEqual([true, false]);
    expect([at('interrupt_rate@100 <= 0.9'), at('interrupt_rate@100 < 0.9')]).toEqual([true, false]);
  });

  it('shows as many decimals as tell the numbers apart', () => {
    expect(judge('p50 <= 79.999', summary, 'point').reason).toBe('80.000 ms, not <= 79.999 ms');
  });

  it('judges percentiles by their order statistics', () => {
    expect(judge('p50 <= 80', summary)).toMatchObject({ passed: true, estimate: 80, judged: 80, lo: 80, hi: 80 });
    expect(judge('p95 <= 149', summary)).toMatchObject({ passed: false, judged: 150, estimate: 150 });
  });

  it('fails where there is no upper bound, though the estimate would pass', () => {
    const few = summaryOf(interruptions(71, () => 80));
    expect(judge('p95 <= 250', few)).toMatchObject({ passed: false, estimate: 80, judged: null, reason: 'no upper bound: n < 72' });
    expect(judge('p95 <= 250', few, 'point').passed).toBe(true);
    expect(judge('p95 <= 250', summaryOf(interruptions(72, () => 80))).passed).toBe(true);
    expect(judge('p50 >= 10', summaryOf(interruptions(5, () => 80)))).toMatchObject({ passed: false, reason: 'no lower bound: n < 6' });
  });

  it('fails a percentile that falls among the misses, by bound and by point', () => {
    const missed = summaryOf(interruptions(100, (i) => (i < 90 ? 80 : null)));
    for (const on of ['bound', 'point'] as const) {
      expect(judge('p95 <= 250', missed, on)).toMatchObject({ passed: false, estimate: null, judged: null, reason: 'p95 falls among the misses: more than 3090.0 ms' });
      expect(judge('p95 >= 10', missed, on).passed).toBe(false);
    }
    // The median is known, and so is its upper end; of p90 .. p95 the upper end would be a miss.
    expect(judge('p50 <= 250', missed).passed).toBe(true);
    const nearly = summaryOf(interruptions(100, (i) => (i < 96 ? 80 : null)));
    expect(judge('p95 <= 250', nearly)).toMatchObject({ passed: false, estimate: 80, reason: 'no upper bound: it falls among the misses' });
  });

  it('never passes on nothing', () => {
    const nothing = summaryOf([], null);
    for (const [name, { unit, perLimit, interval }] of Object.entries(gateMetrics)) {
      for (const operator of ['>=', '>', '<=', '<']) {
        const value = operator.startsWith('>') ? '0' : unit === 'rate' ? '100%' : '100000';
        for (const on of ['bound', 'point'] as const) {
          const result = judge(`${name}${perLimit ? '@60' : ''} ${operator} ${value}`, nothing, on);
          expect(result).toMatchObject({ passed: false, estimate: null, judged: null, by: interval ? on : 'point' });
          expect(result.reason).not.toBe('');
        }
      }
    }
    expect(judge('false_yield_rate <= 5%', summary)).toMatchObject({ passed: false, reason: 'no valid backchannel or noise' });
    expect(judge('error_bar <= 5', nothing).reason).toBe('the run was not calibrated');
  });

  it('fails for a group that the run does not have', () => {
    expect(judge('interrupt_rate@100[soft] >= 0', summary)).toMatchObject({ passed: false, judged: null, reason: "no attempts of persona 'soft' in this run" });
    expect(judge('interrupt_rate@100[agent_clip=a3] >= 0', summary).passed).toBe(true);
    expect(judge('interrupt_rate@100[agent_clip=a300] >= 0', summary).passed).toBe(false);
  });

  it('reads the group that it names', () => {
    const two = [...interruptions(50, () => 80), ...interruptions(50, () => 200).map((result) => ({ ...result, attempt: { ...result.attempt, persona: 'soft' as const, userClip: `v${result.attempt.index}`, agentClip: `b${result.attempt.index}` } }))];
    const [soft, angry] = ['soft', 'angry'].map((persona) => judge(`interrupt_rate@100[${persona}] >= 50%`, summaryOf(two), 'point'));
    expect([soft.estimate, angry.estimate]).toEqual([0, 1]);
  });

  it('judges shares and the error bar by what was seen', () => {
    const some = summaryOf([
      ...interruptions(96, () => 80),
      makeResult({}, { outcome: 'errored' }),
      makeResult({}, { outcome: 'invalid', invalidReason: 'harness-late' }),
      makeResult({}, { outcome: 'invalid', invalidReason: 'harness-late' }),
      makeResult({}, { outcome: 'invalid', invalidReason: 'silent-at-onset' }),
    ]);
    expect(judge('errored <= 1%', some)).toMatchObject({ passed: true, judged: 0.01, by: 'point', lo: null, hi: null });
    expect(judge('errored < 1%', some).passed).toBe(false);
    expect(judge('invalid <= 3%', some)).toMatchObject({ passed: true, judged: 0.03 });
    expect(judge('invalid_harness <= 1%', some)).toMatchObject({ passed: false, judged: 0.02, reason: '2.0 %, not <= 1.0 %' });
    expect(judge('invalid_agent <= 1%', some)).toMatchObject({ passed: true, judged: 0.01 });
    expect(judge('error_bar <= 0.5', some)).toMatchObject({ passed: true, judged: 0.5 });
    // What only some attempts have would get better by losing the slow ones.
    expect(() => judge('detect_median < 35', some)).toThrow(/detect_median/);
  });

  it('sees false yields of one intent apart, recovered ones too', () => {
    const holds = (intent: Attempt['intent'], outcomes: AttemptResult['outcome'][]) =>
      outcomes.map((outcome, i) => makeResult({ intent, userClip: `${intent}${i}`, agentClip: `${intent}-a${i}` }, { outcome }));
    const held = summaryOf([...holds('backchannel', ['held', 'held', 'held', 'resumed']), ...holds('noise', ['yielded', 'yielded']), ...holds('control', ['held'])]);
    expect(judge('false_yield_rate[backchannel] <= 25%', held, 'point')).toMatchObject({ passed: true, judged: 0.25 });
    expect(judge('false_yield_rate[noise] <= 25%', held, 'point')).toMatchObject({ passed: false, judged: 1 });
    expect(judge('false_yield_rate <= 50%', held, 'point')).toMatchObject({ passed: true, judged: 0.5 });
    expect(judge('control_yield_rate <= 0', held, 'point')).toMatchObject({ passed: true, judged: 0 });
    // None of one does not show that there are none: the upper end is 79.3 %.
    expect(judge('control_yield_rate <= 0', held)).toMatchObject({ passed: false, estimate: 0 });
  });

  it('judges every gate, in order', () => {
    const gates = ['p50 <= 80', 'p50 <= 70', 'p99 <= 500'].map(parse);
    expect(judgeGates(gates, summary, 'point').map(({ gate, passed }) => [gate.text, passed])).toEqual([['p50 <= 80', true], ['p50 <= 70', false], ['p99 <= 500', true]]);
    expect(judgeGates([], summary, 'bound')).toEqual([]);
  });
});

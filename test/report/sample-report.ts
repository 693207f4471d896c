import type { Comparison } from '../../src/measure/comparison.js';
import { judgeGates, parseGate } from '../../src/measure/gates.js';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import type { Report } from '../../src/report/formats.js';
import { sampleResults, sampleRun } from './sample-run.js';

/** Everything that a parser of XML, Markdown or workflow commands could trip over. */
export const hostile = 'a|b <img src=x> `tick` ``two`` & *star* @octocat #12 [x](y) "q" \'s\' ]]> %0A ::error::boo\n::error title=x::injected\r\n\u0000\u0007\u001b[31m\ud800\uffff';

export const sampleComparison: Comparison = {
  base: { runId: 'ba5e0001', label: 'main', agent: 'reference:before' },
  head: { runId: '4f2a90c1', label: '=cmd()', agent: 'reference:after' },
  pairs: 12,
  validPairs: 9,
  unpaired: 1,
  lines: [
    {
      metric: 'interrupt_rate@100', unit: 'rate', better: 'higher', n: 5, base: 0.8, head: 0.4, difference: -0.4, lo: -0.62, hi: -0.1,
      p: 0.004, pHolm: 0.012, smallest: 0.21, method: 'clustered', verdict: 'regressed', note: null,
    },
    {
      metric: 'p50', unit: 'ms', better: 'lower', n: 5, base: 96.5, head: 84.25, difference: -12.25, lo: -22.5, hi: -2, p: 0.0002, pHolm: 0.0006,
      smallest: 14.5, method: 'bootstrap', verdict: 'improved', note: null,
    },
    {
      metric: 'p95', unit: 'ms', better: 'lower', n: 5, base: null, head: null, difference: null, lo: null, hi: null, p: null, pHolm: null,
      smallest: null, method: 'bootstrap', verdict: 'inconclusive', note: 'p95 falls among the misses: see the rates',
    },
    {
      metric: 'false_yield_rate[backchannel]', unit: 'rate', better: 'lower', n: 2, base: 0.5, head: 0.5, difference: 0, lo: -0.04, hi: 0.04, p: 1,
      pHolm: 1, smallest: 0.3, method: 'mcnemar', verdict: 'within noise', note: null,
    },
  ],
  flips: [
    {
      attemptId: 'f0004', intent: 'interruption', persona: 'code-switcher', condition: 'telephone', agentClip: 'agent-a', userClip: 'user-c', direction: 'worse',
      baseOutcome: 'yielded', headOutcome: 'talked-through', baseMs: 72.5, headMs: null, limitsMs: [100, 250],
    },
    {
      attemptId: 'f0000', intent: 'interruption', persona: 'angry', condition: 'clean', agentClip: 'agent-a', userClip: 'user-a', direction: 'better',
      baseOutcome: 'yielded', headOutcome: 'yielded', baseMs: 130, headMs: 83.125, limitsMs: [100],
    },
  ],
  mismatches: ['agent: reference:before, reference:after'],
  warnings: ['the base run cannot be trusted: 3 of 12 attempts errored'],
  method: 'Paired by attempt; tests clustered by user clip and agent clip.',
};

/** Two that pass, one that misses its value, one without a bound, one without its figure, one without its group. */
export const sampleGateTexts = [
  'p50 <= 260',
  'errored <= 10%',
  'interrupt_rate@100 >= 40%',
  'false_yield_rate[backchannel] <= 0.05',
  'p95 <= 250ms',
  'quiet_rate@250[condition=echo] >= 0.5',
];

const summary = summarize(sampleResults, { withinMs: sampleRun.withinMs, errorBarMs: sampleRun.errorBarMs });

export function sampleReport(more: Partial<Report> = {}): Report {
  const gates = sampleGateTexts.map((text) => parseGate(text, sampleRun.withinMs));
  return {
    info: { ...sampleRun, ...judgeTrust(summary) },
    summary,
    gates: [...judgeGates(gates.slice(0, 1), summary, 'point'), ...judgeGates(gates.slice(1), summary, 'bound')],
    comparison: sampleComparison,
    results: sampleResults,
    ...more,
  };
}

/** The same with hostile text wherever text of others' making can stand. */
export function hostileReport(): Report {
  const { info, gates, results } = sampleReport();
  const side = { runId: hostile, label: hostile, agent: hostile };
  return sampleReport({
    info: { ...info, label: hostile, agent: hostile, corpus: { name: hostile, hash: 'x' }, untrusted: [hostile], warnings: [{ seen: hostile, cause: hostile, remedy: hostile }] },
    summary: { ...summary, method: hostile, groups: summary.groups.map((figures) => (figures.value === null ? figures : { ...figures, value: hostile })) },
    gates: gates.map((result) => ({ ...result, gate: { ...result.gate, text: hostile }, reason: hostile })),
    comparison: {
      ...sampleComparison, base: side, head: side, mismatches: [hostile], warnings: [hostile], method: hostile,
      lines: sampleComparison.lines.map((line) => ({ ...line, metric: hostile, note: hostile })),
      flips: sampleComparison.flips.map((flip) => ({ ...flip, attemptId: hostile, intent: hostile, persona: hostile, condition: hostile })),
    },
    results: results.map((result) => ({ ...result, error: hostile })),
  });
}

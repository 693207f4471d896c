import type { Summary } from './figures.js';
import { findGroup } from './gate-groups.js';
import { gateMetrics } from './gate-metrics.js';
import type { SeenFigure } from './gate-metrics.js';
import type { Gate, GateOperator } from './gate-parser.js';

export { parseGate, valueOf } from './gate-parser.js';
export { refuseUnanswerable } from './gate-plan.js';
export type { PlannedAttempt } from './gate-plan.js';
export type { Gate } from './gate-parser.js';

/** A gate and what became of it. Plain, serialisable. */
export interface GateResult {
  readonly gate: Gate;
  readonly passed: boolean;
  /** The figure as seen, a rate from 0 to 1 or ms, with its 95 % interval; null where there is none. */
  readonly estimate: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** The number that was held against the gate's value; null where it is missing: then the gate has failed. */
  readonly judged: number | null;
  /** What that number is. Figures without an interval are judged by what was seen, whatever was asked for. */
  readonly by: 'bound' | 'point';
  /** Why it passed or failed, in words, numbers with their units. */
  readonly reason: string;
}

/**
 * Holds each gate against a run. `bound`: by the end of the 95 % interval that is worse for the gate (the lower for >= and >,
 * the upper for <= and <), so that a pass is not a matter of luck; `point`: by the estimate. A figure, a bound or a group that
 * the run does not have fails the gate.
 */
export function judgeGates(gates: readonly Gate[], summary: Summary, on: 'bound' | 'point'): GateResult[] {
  return gates.map((gate) => judgeGate(gate, summary, on));
}

function judgeGate(gate: Gate, summary: Summary, on: 'bound' | 'point'): GateResult {
  const metric = gateMetrics[gate.metric];
  const by = metric.interval ? on : 'point';
  const figures = findGroup(summary, gate.group);
  if (figures === null) {
    const { group, value } = gate.group as NonNullable<Gate['group']>;
    return { gate, passed: false, estimate: null, lo: null, hi: null, judged: null, by, reason: `no attempts of ${group} '${value}' in this run` };
  }
  return judgeSeen(gate, metric.see(figures, summary, gate.limitMs), by);
}

/** A gate held against a figure, by the end of its interval or the estimate. */
export function judgeSeen(gate: Gate, seen: SeenFigure, by: 'bound' | 'point'): GateResult {
  const end = gate.operator.startsWith('>') ? 'lo' : 'hi';
  const missing = seen.estimate === null ? seen.absent.estimate : by === 'bound' && seen[end] === null ? seen.absent[end] : null;
  const judged = missing === null ? seen[by === 'bound' ? end : 'estimate'] : null;
  const passed = judged !== null && holds(judged, gate.operator, gate.value);
  const reason = judged === null ? (missing as string) : describe(gate, by, judged, passed, seen);
  return { gate, passed, estimate: seen.estimate, lo: seen.lo, hi: seen.hi, judged, by, reason };
}

function holds(seen: number, operator: GateOperator, value: number): boolean {
  switch (operator) {
    case '>=':
      return seen >= value;
    case '>':
      return seen > value;
    case '<=':
      return seen <= value;
    case '<':
      return seen < value;
  }
}

function describe({ operator, value, unit }: Gate, by: 'bound' | 'point', judged: number, passed: boolean, { estimate, effective }: SeenFigure): string {
  const what = by === 'point' ? '' : `${operator.startsWith('>') ? 'lower' : 'upper'} end of the 95 % interval `;
  const [shown, wanted] = toldApart(judged, value, unit);
  if (passed) return `${what}${shown} ${operator} ${wanted}`;
  const luck = by === 'bound' && estimate !== null && holds(estimate, operator, value);
  const basis = effective === null ? '' : `, but rests on ${effective.toFixed(effective < 10 ? 1 : 0)} independent attempts`;
  return `${what}${shown}, not ${operator} ${wanted}${luck ? `; the estimate, ${toldApart(estimate, value, unit)[0]}, would pass${basis}` : ''}`;
}

/** Both numbers with their unit, in as many decimals as it takes to see that they differ. */
function toldApart(a: number, b: number, unit: 'rate' | 'ms'): readonly [string, string] {
  const show = (value: number, digits: number) => (unit === 'rate' ? `${(100 * value).toFixed(digits)} %` : `${value.toFixed(digits)} ms`);
  let digits = 1;
  while (a !== b && digits < 9 && show(a, digits) === show(b, digits)) digits++;
  return [show(a, digits), show(b, digits)];
}

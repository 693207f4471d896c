import { BargeinError, nearest } from '../errors.js';
import type { Intent, Ms } from '../types.js';
import type { GateGroup, StackGroup } from './gate-groups.js';
import { groupKinds, groupValues, kindOfValue, plainValues } from './gate-groups.js';
import { gateMetrics } from './gate-metrics.js';
import type { GateMetric } from './gate-metrics.js';

const operators = ['>=', '<=', '>', '<'] as const;
export type GateOperator = (typeof operators)[number];

/** What a run must reach. Plain, serialisable. */
export interface Gate {
  /** As written, with single spaces. */
  readonly text: string;
  /** A name of `gateMetrics`. */
  readonly metric: string;
  /** The latency limit of a rate that has one; null for other metrics. */
  readonly limitMs: Ms | null;
  /** null: the whole run. Of a trace's stages: which one, and of which figure, e.g. `tts.first_byte`. */
  readonly group: GateGroup | StackGroup | null;
  readonly operator: GateOperator;
  /** A rate from 0 to 1, or ms. */
  readonly value: number;
  readonly unit: 'rate' | 'ms';
}

const example = "write e.g. 'interrupt_rate@100 >= 0.85', 'p95 <= 250ms' or 'false_yield_rate[backchannel] <= 5%'";

/** Metric; limit and group in either order; operator; value. */
const shape = /^([^\s@[\]<>=]+)((?:\s*(?:@[^@[\]<>=]*|\[[^[\]]*\]))*)\s*(>=|<=|>|<)([^<>=]+)$/;

/**
 * Reads `METRIC[GROUP]@LIMIT OPERATOR VALUE` (docs/gates.md).
 * @param withinMs the latency limits of the run
 * @throws BargeinError for anything that such a run could never answer: an unknown metric, group or limit, a value without sense
 */
export function parseGate(text: string, withinMs: readonly Ms[]): Gate {
  const written = text.trim().replace(/\s+/g, ' ');
  const refuse = (problem: string, hint: string) => new BargeinError(`gate '${written}': ${problem}`, hint);
  const match = shape.exec(written);
  if (!match) throw refuse('is not of the form METRIC OPERATOR VALUE', `${example}; operators: ${operators.join(' ')}`);
  const [, name, tail, operator, amount] = match;
  const metric = metricNamed(name, refuse);
  const limits = [...tail.matchAll(/@([^@[]*)/g)].map(([, limit]) => limit.trim());
  const groups = [...tail.matchAll(/\[([^\]]*)\]/g)].map(([, group]) => group.trim());
  if (limits.length > 1 || groups.length > 1) throw refuse('has more than one limit or group', 'set one gate for each');
  return {
    text: written,
    metric: name,
    limitMs: limitOf(name, metric, limits[0] ?? null, withinMs, refuse),
    group: groupOf(name, metric, groups[0] ?? null, refuse),
    operator: operator as GateOperator,
    value: valueOf(name, metric, amount.trim(), refuse),
    unit: metric.unit,
  };
}

type Refuse = (problem: string, hint: string) => BargeinError;

function metricNamed(name: string, refuse: Refuse): GateMetric {
  if (Object.hasOwn(gateMetrics, name)) return gateMetrics[name];
  const names = Object.keys(gateMetrics);
  throw refuse(`unknown metric '${name}'`, `${suggestion(name, names)}the metrics are ${names.join(', ')}`);
}

function limitOf(name: string, { perLimit }: GateMetric, text: string | null, withinMs: readonly Ms[], refuse: Refuse): Ms | null {
  if (!perLimit) {
    if (text === null) return null;
    throw refuse(`${name} has no latency limit`, `write ${name} without @${text}`);
  }
  const known = withinMs.map((limitMs) => `${name}@${limitMs}`).join(', ');
  if (text === null) throw refuse(`${name} needs a latency limit`, `write one of ${known}`);
  const number = /^(\d+\.?\d*|\.\d+) ?(?:ms)?$/.exec(text);
  if (!number) throw refuse(`'${text}' is not a latency limit`, `write one of ${known}`);
  const limitMs = Number(number[1]);
  if (withinMs.includes(limitMs)) return limitMs;
  const closest = withinMs.reduce((best, other) => (Math.abs(other - limitMs) < Math.abs(best - limitMs) ? other : best), withinMs[0]);
  const all = [...withinMs, limitMs].sort((a, b) => a - b);
  throw refuse(`the run has no latency limit of ${limitMs} ms`, `did you mean ${name}@${closest}? or measure it: --within ${all.join(',')}`);
}

function groupOf(name: string, { grouped, intents }: GateMetric, text: string | null, refuse: Refuse): GateGroup | null {
  if (text === null) return null;
  if (!grouped) throw refuse(`${name} is one figure of the whole run`, `write ${name} without [${text}]`);
  const group = parseGroup(text, refuse);
  if (intents !== null && group.group === 'intent' && !intents.includes(group.value as Intent)) {
    throw refuse(`${name} counts no attempts of intent '${group.value}'`, `it is over ${intents.join(' and ')} attempts`);
  }
  return group;
}

function parseGroup(text: string, refuse: Refuse): GateGroup {
  const at = text.indexOf('=');
  if (at < 0) {
    const kind = kindOfValue(text);
    if (kind !== null) return { group: kind, value: text };
    throw refuse(`unknown group '${text}'`, `${suggestion(text, plainValues)}the groups are ${plainValues.join(', ')}, and agent_clip=NAME`);
  }
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  const kind = groupKinds.find((known) => known === key);
  if (!kind) throw refuse(`unknown kind of group '${key}'`, `${suggestion(key, groupKinds)}the kinds are ${groupKinds.join(', ')}`);
  const values = groupValues[kind];
  if (values === null ? value !== '' : values.includes(value)) return { group: kind, value };
  if (values === null) throw refuse(`${key} lacks a name`, `write e.g. ${key}=NAME, a name of the corpus`);
  throw refuse(`unknown ${key} '${value}'`, `${suggestion(value, values)}use one of ${values.join(', ')}`);
}

/** The value of a gate: a share or a time. */
export function valueOf(name: string, { unit }: Pick<GateMetric, 'unit'>, text: string, refuse: Refuse): number {
  const match = /^(-?(?:\d+\.?\d*|\.\d+)) ?(%|ms)?$/.exec(text);
  const allowed = unit === 'rate' ? 'a share: 0.85 or 85%' : 'a time in ms: 250 or 250ms';
  if (!match) throw refuse(`'${text}' is not a value`, `${name} is ${allowed}`);
  const [, number, suffix] = match;
  if (suffix === (unit === 'rate' ? 'ms' : '%')) throw refuse(`'${text}' has the wrong unit`, `${name} is ${allowed}`);
  if (unit === 'ms') {
    if (number.startsWith('-')) throw refuse(`'${text}' is no time: ${name} is never below 0 ms`, `write ${allowed}`);
    return Number(number);
  }
  const rate = Number(suffix === '%' ? `${number}e-2` : number);
  if (rate >= 0 && rate <= 1) return rate;
  const meant = suffix === undefined && rate > 1 && rate <= 100 ? `did you mean ${number}%? ` : '';
  throw refuse(`'${text}' is no share`, `${meant}${name} is ${allowed}, from 0 to 1 or from 0% to 100%`);
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? '' : `did you mean '${near}'? `;
}

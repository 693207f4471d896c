import { z } from 'zod';
import type { Comparison } from '../measure/comparison.js';
import type { GateResult } from '../measure/gates.js';
import { count, flag, msOrNull, number, numberOrNull, outcome, text, texts, textOrNull } from './schema-fields.js';

const unit = z.enum(['rate', 'ms']).describe('rate: 0 to 1');

const gate = z.object({
  text: text('As written'),
  metric: text('e.g. interrupt_rate'),
  limitMs: msOrNull('Latency limit of a rate that has one'),
  group: z
    .object({ group: z.enum(['intent', 'persona', 'condition', 'agent_clip', 'user_clip_kind', 'offset_band', 'stack']), value: text('Which one of its kind; of stack, a stage and its figure') })
    .nullable()
    .describe('null: the whole run'),
  operator: z.enum(['>=', '<=', '>', '<']),
  value: number('What is asked for, in the unit'),
  unit,
});

/** A gate and what became of it. */
export const gateSchema = z
  .object({
    gate,
    passed: flag('Whether the gate was met'),
    estimate: numberOrNull("As seen, in the gate's unit"),
    lo: numberOrNull('Lower end of the 95 % interval; null where there is none'),
    hi: numberOrNull('Upper end of the 95 % interval; null where there is none'),
    judged: numberOrNull("What was held against the gate's value; null: missing, and the gate has failed"),
    by: z.enum(['bound', 'point']).describe('What that number is: an end of the interval, or the estimate'),
    reason: text('Why it passed or failed'),
  })
  .meta({ id: 'Gate' }) satisfies z.ZodType<GateResult>;

const line = z
  .object({
    metric: text('As in a gate'),
    unit,
    better: z.enum(['higher', 'lower']),
    n: count('Pairs of attempts, both valid'),
    base: numberOrNull('Over the pairs; null where there are none, or where a percentile falls among the misses'),
    head: numberOrNull('Likewise'),
    difference: numberOrNull('head - base'),
    lo: numberOrNull('Lower end of its 95 % interval'),
    hi: numberOrNull('Upper end of its 95 % interval'),
    p: numberOrNull('Two-sided'),
    pHolm: numberOrNull("After Holm's correction over the lines"),
    smallest: numberOrNull('Smallest difference that these attempts show with a power of 90 %'),
    method: z.enum(['mcnemar', 'clustered', 'bootstrap']),
    verdict: z.enum(['improved', 'regressed', 'within noise', 'inconclusive']),
    note: textOrNull('What is missing'),
  })
  .meta({ id: 'ComparisonLine' });

const flip = z.object({
  attemptId: text('In both runs'),
  intent: text('Of the attempt'),
  persona: text('Of the attempt'),
  condition: text('Of the attempt'),
  agentClip: text('Of the attempt'),
  userClip: textOrNull('null for a control'),
  direction: z.enum(['worse', 'better']),
  baseOutcome: outcome,
  headOutcome: outcome,
  baseMs: msOrNull('Stop latency in base'),
  headMs: msOrNull('Stop latency in head'),
  limitsMs: z.array(z.number()).describe('Limits at which the verdict changed; ms'),
});

const comparedRun = z.object({ runId: text('Of the run'), label: text('Of the run'), agent: text('Of the run') }).meta({ id: 'ComparedRun' });

/** The run (head) against its baseline (base). */
export const comparisonSchema = z
  .object({
    base: comparedRun,
    head: comparedRun,
    pairs: count('Attempts that both runs have'),
    validPairs: count('Of these, valid in both'),
    unpaired: count('Attempts that only one run has'),
    lines: z.array(line),
    flips: z.array(flip).describe('Attempts that came out differently, worst first'),
    mismatches: texts('What differs between the runs that should not'),
    warnings: texts('What a reader must know before the verdicts'),
    method: text('How the tests were made'),
  })
  .meta({ id: 'Comparison' }) satisfies z.ZodType<Comparison>;

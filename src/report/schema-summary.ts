import { z } from 'zod';
import type { Summary } from '../measure/figures.js';
import { count, flag, invalidReason, ms, msOrNull, number, numberOrNull, rateOrNull, text, textOrNull, texts } from './schema-fields.js';

const rateFields = {
  n: count('Attempts it is a share of'),
  count: count('Attempts counted'),
  rate: rateOrNull('count / n; null where n is 0'),
  lo: rateOrNull('Lower end of the 95 % interval'),
  hi: rateOrNull('Upper end of the 95 % interval'),
  effective: numberOrNull('How many independent attempts n is worth; null where n is 0'),
};

const rate = z.object(rateFields).meta({ id: 'Rate' });
const hold = z.object({ ...rateFields, recovered: count('Of count: those in which the response went on after the pause') }).meta({ id: 'Hold' });
const median = z.object({ n: count('Attempts for which it is known'), medianMs: msOrNull('Median') }).meta({ id: 'Median' });

const limit = z
  .object({
    limitMs: ms('Latency limit'),
    interrupt: rate.describe('Went quiet in time and stayed quiet'),
    quiet: rate.describe('Went quiet in time, whatever came later'),
    borderline: count('Latencies within the error bar of the limit, or intervals that hold it'),
    lowest: rateOrNull('The interrupt rate if every borderline attempt were late'),
    highest: rateOrNull('The interrupt rate if every borderline attempt were in time'),
    withoutNaturalEnds: rateOrNull('The interrupt rate without attempts whose response ended by itself before the limit; null: there are none such'),
  })
  .meta({ id: 'Limit' });

const missing = z.enum(['no-attempts', 'too-few', 'among-misses']).nullable();
const percentile = z
  .object({
    p: z.number().min(0).max(1),
    valueMs: msOrNull('By nearest rank, misses ranking last; null where it falls among them'),
    loMs: msOrNull('Lower end of the 95 % interval'),
    hiMs: msOrNull('Upper end of the 95 % interval'),
    moreThanMs: msOrNull('It falls among the misses: it is more than this'),
    n: count('Valid interruptions'),
    effective: numberOrNull('How many independent ones they are worth'),
    missing: z.object({ value: missing, lo: missing, hi: missing }).describe('Why it, or an end of its interval, is null'),
  })
  .meta({ id: 'Percentile' });

const group = z
  .object({
    group: z.enum(['all', 'intent', 'persona', 'condition', 'agent_clip', 'user_clip_kind', 'offset_band']),
    value: textOrNull('Which one of its kind; null for all'),
    intents: texts('Intents among its attempts'),
    n: count('Attempts, of any outcome'),
    nValid: count('Neither invalid nor errored'),
    nInvalidHarness: count('Spoilt by the harness, after retries'),
    nInvalidAgent: count('Spoilt by the agent'),
    nErrored: count('Errored'),
    nYielded: count('Yielded, of any intent'),
    nResumed: count('Resumed, of any intent'),
    nTalkedThrough: count('Interruptions talked through'),
    nHeld: count('Backchannels, noises and controls held'),
    nInterruptions: count('Valid interruptions: the base of the rates and percentiles of the latency'),
    limits: z.array(limit).describe('One a latency limit, in the order of withinMs'),
    percentiles: z.array(percentile).describe('p50, p95, p99 of the stop latency'),
    falseYield: hold.describe('Yields on backchannels and noises'),
    controlYield: hold.describe('Yields on controls, in which nobody spoke'),
    wireStop: median.describe('Onset to the arrival of the last audible sample that was played'),
    detect: median.describe("Onset to the agent's own VAD event"),
    cancel: median.describe("Onset to the agent's own cancel or flush"),
    heardAfterCancel: median.describe("Heard stop minus the agent's own cancel"),
    syntheticShare: rateOrNull('Synthetic user clips among the valid interruptions'),
    userClips: count('User clips among the attempts of the interval'),
    agentClips: count('Agent clips among the attempts of the interval'),
    intervalMethod: z.enum(['clustered', 'independent']).describe('How the intervals were made'),
  })
  .meta({ id: 'Group' });

const curve = z.object({
  points: z.array(z.object({ latencyMs: ms('Stop latency'), share: number('Share that had yielded by then; 0 to 1'), lo: number('Lower edge of the band'), hi: number('Upper edge of the band') })),
  n: count('Valid interruptions'),
  misses: count('Talked through or resumed: the curve never gets there'),
  bandHalfWidth: numberOrNull('Half the width of the band; null without attempts'),
});

const part = z.enum(['detect', 'decide', 'detect-and-decide', 'flush', 'drain', 'flush-and-drain']);
const percentileParts = z
  .object({
    p: z.number().min(0).max(1),
    valueMs: msOrNull('The percentile itself; of the yields alone where that one falls among the misses; null without yields'),
    ofYieldsAlone: flag('Whether it is of the yields alone'),
    n: count('Attempts nearest to it that the means are over'),
    fromTrace: count("Of these, known from the agent's own trace"),
    meanMs: msOrNull('Mean stop latency of these attempts: the sum of the parts'),
    parts: z.array(z.object({ part, meanMs: ms('Mean'), share: number('Of the mean latency; 0 to 1') })).describe('In the order of time'),
    largest: part.nullable().describe('The part with the largest share'),
  })
  .meta({ id: 'PercentileParts' });

const decomposition = z.object({
  percentiles: z.array(percentileParts).describe('p50 and p95'),
  yields: count('Valid interruptions that were yielded to'),
  decomposed: count('Of these, taken apart'),
  withoutParts: count('Left out: the agent does not say when it noticed and when it acted'),
  outOfOrder: count('Left out: what it says cannot be in this order'),
});

const detectors = z.object({
  compared: count('Attempts that both detectors judged'),
  medianMs: msOrNull('Reference-aware minus energy, median'),
  medianAbsoluteDeviationMs: msOrNull('Median absolute deviation of the same'),
  disagreements: count('One saw a stop and the other did not, or they lie more than 10 ms apart'),
});

export const summarySchema = z
  .object({
    withinMs: z.array(z.number()).describe('Latency limits; ms'),
    errorBarMs: msOrNull('As in run'),
    groups: z.array(group).describe('First all; then by intent, persona, condition, agent clip, kind of user clip, offset band'),
    curve: curve.describe('The latency curve with its 95 % band'),
    decomposition: decomposition.describe('What p50 and p95 of the stop latency are made of'),
    invalidReasons: z.array(z.object({ reason: invalidReason, count: count('Attempts') })),
    errors: z.array(z.object({ error: text('The reason'), count: count('Attempts') })).describe('Why attempts errored, the commonest first'),
    referenceLost: count('Attempts in which the response heard did not match the one asked for'),
    arrivalPace: z
      .object({ n: count('Attempts in which the audio of the agent came evenly'), median: z.number().describe('Audio per time, 1: real time') })
      .nullable()
      .describe('Pace of the audio of the agent; null: it never came evenly'),
    detectors,
    method: text('How the intervals were made, from how many clips'),
  })
  .meta({ id: 'Summary' }) satisfies z.ZodType<Summary>;

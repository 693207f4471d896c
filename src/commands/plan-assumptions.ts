import { BargeinError } from '../errors.js';
import { runDifferences } from '../measure/comparable.js';
import { buildDifferences } from '../measure/comparison-builds.js';
import type { BuildDifference } from '../measure/comparison-builds.js';
import { designOfPairs, designOfRate } from '../measure/plan-power.js';
import type { PowerQuestion } from '../measure/plan-power.js';
import { loadResults } from '../report/results.js';
import type { SavedRun } from '../report/results.js';
import type { RunInfo } from '../types.js';
import type { PlanFlags } from './plan.js';

/** What a plan is made from, and where each part of it came from. */
export interface Assumptions {
  readonly question: PowerQuestion;
  readonly sources: { readonly rate: string; readonly discordance: string; readonly pairedDesign: string; readonly unpairedDesign: string };
  /** What a reader must know before the answer. */
  readonly warnings: readonly string[];
}

const defaults = { rate: 0.85, detect: 0.05, power: 0.9, discordance: 0.1, level: 0.05 };

/**
 * The flags, then what results say, then the defaults.
 * @throws BargeinError for shares that do not go together, and for results that cannot be used
 */
export function readAssumptions(flags: PlanFlags): Assumptions {
  const measured = readResults(flags.from ?? [], flags.within);
  const detect = flags.detect ?? defaults.detect;
  const rate = flags.rate ?? measured.rate ?? defaults.rate;
  const power = flags.power ?? defaults.power;
  const discordance = flags.discordance ?? Math.max(measured.discordance ?? defaults.discordance, detect);
  if (power <= 0.5) throw new BargeinError(`--power ${power} is no power to plan for`, 'give more than 50 %, e.g. 90%');
  if (discordance < detect) {
    throw new BargeinError(`--discordance ${percent(discordance)} is less than --detect ${percent(detect)}: a rate cannot change by more than the attempts that do`, 'give a larger --discordance or a smaller --detect');
  }
  if (rate - detect <= 0 && rate + detect >= 1) throw new BargeinError(`--detect ${percent(detect)}: a rate of ${percent(rate)} cannot change so far`, 'give a smaller --detect');
  const asked = (given: unknown, found: unknown, where: string, fallback: string) => (given !== undefined ? 'as given' : found !== null ? where : fallback);
  return {
    question: {
      rate,
      detect,
      power,
      level: defaults.level,
      discordance,
      pairedDesign: flags.designEffect ?? measured.pairedDesign ?? 1,
      unpairedDesign: flags.designEffect ?? measured.unpairedDesign ?? 1,
    },
    sources: {
      rate: asked(flags.rate, measured.rate, 'measured', 'assumed'),
      discordance: asked(flags.discordance, measured.discordance !== null && measured.discordance >= detect ? measured.discordance : null, 'measured', 'assumed'),
      pairedDesign: asked(flags.designEffect, measured.pairedDesign, 'measured', 'assumed'),
      unpairedDesign: asked(flags.designEffect, measured.unpairedDesign, 'measured', 'assumed'),
    },
    warnings: [...(flags.rate === undefined && measured.noRate !== null ? [measured.noRate] : []), ...measured.warnings],
  };
}

interface Measured {
  readonly rate: number | null;
  readonly discordance: number | null;
  readonly pairedDesign: number | null;
  readonly unpairedDesign: number | null;
  /** Why the rate of the results is not used; null where it is, or where there are none. */
  readonly noRate: string | null;
  readonly warnings: readonly string[];
}

function readResults(from: readonly string[], limitMs: number): Measured {
  if (from.length > 2) throw new BargeinError(`--from was given ${from.length} times`, 'give it once for a rate and its clips, twice for the share of attempts that change');
  const [first, second] = from.map((name) => loadResults(name));
  const one = first ? designOfRate(first.results, limitMs) : null;
  if (first && one === null) throw new BargeinError(`${from[0]} has no valid interruption`, 'take a run that measured some');
  const two = first && second ? pairsOf(first, second, limitMs) : null;
  // A rate of 0 or 1 has nothing to plan from.
  const extreme = one !== null && (one.rate === 0 || one.rate === 1);
  const noRate = extreme ? `within ${limitMs} ms the rate of ${from[0]} is ${percent(one.rate)}, which has nothing to plan from: another is assumed; --within takes another limit, --rate a rate` : null;
  return {
    rate: extreme ? null : (one?.rate ?? null),
    discordance: two?.discordance ?? null,
    pairedDesign: two?.design ?? null,
    unpairedDesign: one?.design ?? null,
    noRate,
    warnings: first && second ? doubtsOf(first.info, second.info) : [],
  };
}

function pairsOf(base: SavedRun, head: SavedRun, limitMs: number): ReturnType<typeof designOfPairs> {
  const { incomparable, mismatches } = runDifferences(base.info, head.info);
  const reasons = [...incomparable, ...mismatches];
  if (reasons.length > 0) throw new BargeinError(`the two runs of --from are not alike: ${reasons.join('; ')}`, 'measure both in the same way, with another --seed');
  const builds = buildDifferences(base.info, head.info).filter(({ name }) => name !== 'label');
  if (builds.length > 0) {
    throw new BargeinError(`the two runs of --from are of two builds, so what flips between them is not chance alone: ${builds.map(told).join('; ')}`, 'measure one build twice, with another --seed; `bargein compare` holds two builds against each other');
  }
  const pairs = designOfPairs(base.results, head.results, limitMs);
  if (pairs === null) throw new BargeinError('the two runs of --from have no valid interruption in common', 'measure both in the same way, with another --seed');
  return pairs;
}

/** A label and a version may change without the build, or with it. */
function doubtsOf(first: RunInfo, second: RunInfo): string[] {
  const labels = buildDifferences(first, second).filter(({ name }) => name === 'label');
  return [
    ...labels.map((label) => `the two runs of --from may be of two builds (${told(label)}): then what flips between them is not chance alone, and the plan asks for too many attempts`),
    ...(first.version === second.version ? [] : [`the two runs of --from were measured by versions ${first.version} and ${second.version}`]),
  ];
}

function told({ name, base, head }: BuildDifference): string {
  return `${name} ${base ?? 'not set'} and ${head ?? 'not set'}`;
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(3))}%`;
}

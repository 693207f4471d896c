import type { Ms } from '../types.js';

/** What a setting is chosen by. null: not measured, or (the p50) among the misses. */
export interface Setting {
  /** Interrupt rate within the objective's limit. */
  readonly rate: number | null;
  readonly p50Ms: Ms | null;
  /** False yield rate on backchannels and noise, and the upper end of its 95 % interval. */
  readonly falseYield: number | null;
  readonly falseYieldHi: number | null;
}

export interface Demands {
  /** The false yield rate may be this at most; null: as it likes. */
  readonly maxFalseYield: number | null;
  /** The interrupt rate must be this at least; null: as it likes. */
  readonly minRate: number | null;
}

/**
 * `met`: a setting meets all demands. `too-many-false-yields`: none stays within the budget. `not-both`: none stays within the budget and
 * reaches the rate. `not-measured`: there is no rate, or no false yield rate where one is demanded.
 */
export type BudgetVerdict = 'met' | 'too-many-false-yields' | 'not-both' | 'not-measured';

/** The choice among settings, by their numbers from 0. */
export interface Budget extends Demands {
  readonly verdict: BudgetVerdict;
  /** Of those that meet the demands by their estimates, the one with the highest rate, then the fewest false yields, then the lowest p50. null: none does. */
  readonly best: number | null;
  /** Whether the upper end of its false yield rate stays within the budget too; null without a best one or a budget. */
  readonly bestHolds: boolean | null;
  /** The best of those whose upper end stays within the budget; null where none does, or there is no budget. */
  readonly safest: number | null;
  /** Where no setting meets the demands: the one within the budget with the highest rate, else the one with the fewest false yields. */
  readonly nearest: number | null;
  /** Where no setting meets both: of those that reach the rate, the one with the fewest false yields. */
  readonly nearestInRate: number | null;
  /** The fewest false yields (then the lowest p50), and the lowest p50 (then the fewest false yields): between them lies the price. */
  readonly strictest: number | null;
  readonly fastest: number | null;
}

/** Chooses among settings by their estimates. */
export function chooseWithin(settings: readonly Setting[], { maxFalseYield, minRate }: Demands): Budget {
  const all = settings.map((_, i) => i);
  const pick = (candidates: readonly number[], ...keys: readonly Key[]) => firstBy(candidates, settings, keys);
  const measured = all.filter((i) => settings[i].rate !== null && (maxFalseYield === null || settings[i].falseYield !== null));
  const within = measured.filter((i) => maxFalseYield === null || (settings[i].falseYield as number) <= maxFalseYield);
  const fastEnough = (i: number) => minRate === null || (settings[i].rate as number) >= minRate;
  const meeting = within.filter(fastEnough);
  const holding = maxFalseYield === null ? [] : meeting.filter((i) => holds(settings[i], maxFalseYield));
  const best = pick(meeting, byRate, byFalseYield, byP50);
  const fewest = (candidates: readonly number[]) => pick(candidates, byFalseYield, byRate, byP50);
  return {
    maxFalseYield,
    minRate,
    verdict: verdictOf(measured.length, within.length, best, minRate),
    best,
    bestHolds: best === null || maxFalseYield === null ? null : holds(settings[best], maxFalseYield),
    safest: pick(holding, byRate, byFalseYield, byP50),
    nearest: best !== null ? null : (pick(within, byRate, byFalseYield, byP50) ?? fewest(measured)),
    nearestInRate: best !== null || minRate === null ? null : fewest(measured.filter(fastEnough)),
    strictest: pick(all.filter((i) => settings[i].falseYield !== null), byFalseYield, byP50, byRate),
    fastest: pick(all.filter((i) => settings[i].p50Ms !== null), byP50, byFalseYield, byRate),
  };
}

function verdictOf(measured: number, within: number, best: number | null, minRate: number | null): BudgetVerdict {
  if (best !== null) return 'met';
  if (measured === 0) return 'not-measured';
  return within === 0 && minRate === null ? 'too-many-false-yields' : 'not-both';
}

function holds({ falseYieldHi }: Setting, maxFalseYield: number): boolean {
  return falseYieldHi !== null && falseYieldHi <= maxFalseYield;
}

/** Smaller is better; what is missing comes last. */
type Key = (setting: Setting) => number;
const byRate: Key = ({ rate }) => (rate === null ? Infinity : -rate);
const byP50: Key = ({ p50Ms }) => p50Ms ?? Infinity;
const byFalseYield: Key = ({ falseYield }) => falseYield ?? Infinity;

function firstBy(candidates: readonly number[], settings: readonly Setting[], keys: readonly Key[]): number | null {
  const compare = (a: number, b: number) => {
    const key = keys.find((of) => of(settings[a]) !== of(settings[b]));
    return key ? key(settings[a]) - key(settings[b]) : a - b;
  };
  return candidates.length === 0 ? null : [...candidates].sort(compare)[0];
}

import type { AttemptResult, Intent, Ms } from '../types.js';
import { pairedPercentile, pairedRate } from './paired.js';
import type { PairedDifference } from './comparison.js';
import { isValidPair, pairResults } from './pairing.js';
import type { ResultPair } from './pairing.js';

/** Of the bootstrap: the one of `bargein compare`, so that two points compared there differ by the same. */
const seed = 1;

/** Two points of a sweep over the attempts that are valid at both. Differences are head - base; null where there is no such attempt. */
export class PointPairs {
  readonly #pairs: readonly ResultPair[];

  constructor(base: readonly AttemptResult[], head: readonly AttemptResult[]) {
    this.#pairs = pairResults(base, head).pairs.filter(isValidPair);
  }

  rate(intents: readonly Intent[], isHit: (result: AttemptResult) => boolean): PairedDifference | null {
    const pairs = this.#of(intents);
    return pairs.length === 0 ? null : pairedRate(pairs.map(({ base }) => isHit(base)), pairs.map(({ head }) => isHit(head)), clipsOf(pairs));
  }

  /** @param valueMs Infinity for a miss */
  percentile(valueMs: (result: AttemptResult) => Ms, p: number): PairedDifference | null {
    const pairs = this.#of(['interruption']);
    return pairs.length === 0 ? null : pairedPercentile(pairs.map(({ base }) => valueMs(base)), pairs.map(({ head }) => valueMs(head)), clipsOf(pairs), p, seed);
  }

  #of(intents: readonly Intent[]): ResultPair[] {
    return this.#pairs.filter(({ base }) => intents.includes(base.attempt.intent));
  }
}

function clipsOf(pairs: readonly ResultPair[]) {
  return pairs.map(({ base }) => base.attempt);
}

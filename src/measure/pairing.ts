import { BargeinError } from '../errors.js';
import type { AttemptResult } from '../types.js';
import { intendedDetector, isOfSpans, onSameAttempt } from './comparable.js';
import { isValid } from './selections.js';

/** The verdicts on one attempt in two runs. */
export interface ResultPair {
  readonly base: AttemptResult;
  readonly head: AttemptResult;
}

export interface Pairing {
  /** In the order of the base. */
  readonly pairs: readonly ResultPair[];
  /** Attempts that only the base has, and only the head. */
  readonly baseOnly: number;
  readonly headOnly: number;
  /** Ids under which the runs have different attempts: in no pair. */
  readonly conflicts: readonly string[];
  /** Pairs that different detectors judged by design, not because the reference was lost. */
  readonly otherDetector: readonly string[];
}

/**
 * Verdicts on the same attempts, put together by attempt id.
 * @throws BargeinError where a run has an id twice
 */
export function pairResults(base: readonly AttemptResult[], head: readonly AttemptResult[]): Pairing {
  const [byBase, byHead] = [byId(base, 'base'), byId(head, 'head')];
  const common = [...byBase].flatMap(([id, result]): ResultPair[] => {
    const other = byHead.get(id);
    return other ? [{ base: result, head: other }] : [];
  });
  const pairs = common.filter((pair) => onSameAttempt(pair.base, pair.head));
  return {
    pairs,
    baseOnly: byBase.size - common.length,
    headOnly: byHead.size - common.length,
    conflicts: idsOf(common.filter((pair) => !onSameAttempt(pair.base, pair.head))),
    otherDetector: idsOf(pairs.filter((pair) => isValidPair(pair) && isOfSpans(pair.base) === isOfSpans(pair.head) && intendedDetector(pair.base) !== intendedDetector(pair.head))),
  };
}

export function isValidPair({ base, head }: ResultPair): boolean {
  return isValid(base) && isValid(head);
}

function idsOf(pairs: readonly ResultPair[]): string[] {
  return pairs.map(({ base }) => base.attempt.id);
}

function byId(results: readonly AttemptResult[], run: string): Map<string, AttemptResult> {
  const found = new Map<string, AttemptResult>();
  for (const result of results) {
    const { id } = result.attempt;
    if (found.has(id)) throw new BargeinError(`the ${run} has the attempt ${id} twice`, 'compare results as `bargein run` has written them');
    found.set(id, result);
  }
  return found;
}

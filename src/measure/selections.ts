import type { AttemptResult, Ms } from '../types.js';

/** Neither spoilt nor failed: decided by the schedule, never by what the agent did. */
export function isValid({ outcome }: AttemptResult): boolean {
  return outcome !== 'invalid' && outcome !== 'errored';
}

export function validInterruptions(results: readonly AttemptResult[]): AttemptResult[] {
  return results.filter((result) => isValid(result) && result.attempt.intent === 'interruption');
}

/** Went quiet, whether or not the response went on afterwards. */
export function wentQuiet({ outcome }: AttemptResult): boolean {
  return outcome === 'yielded' || outcome === 'resumed';
}

/** Stop latency of an attempt that yielded; Infinity for every other: a miss is later than any limit. */
export function yieldLatencyMs(result: AttemptResult): Ms {
  return result.outcome === 'yielded' ? (result.stopLatencyMs ?? Infinity) : Infinity;
}

/** The same for going quiet, whatever came later. */
export function quietLatencyMs(result: AttemptResult): Ms {
  return wentQuiet(result) ? (result.stopLatencyMs ?? Infinity) : Infinity;
}

/** The values that are known. */
export function known<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value): value is T => value !== null);
}

import { makeClock } from '../time/index.js';
import type { Ms } from '../types.js';

/** A signal to stop, and the ways to raise it and to give it up. */
export interface Stop {
  readonly signal: AbortSignal;
  now(): void;
  clear(): void;
}

/** A signal that is raised with another one, after a time, or by hand. */
export function stopAfter(maxDurationMs: Ms | null, signal: AbortSignal): Stop {
  const own = new AbortController();
  const stop = { signal: AbortSignal.any([signal, own.signal]), now: () => own.abort(), clear: () => {} };
  if (maxDurationMs === null) return stop;
  const clock = makeClock('realtime');
  const cancel = clock.at(clock.now() + maxDurationMs, () => own.abort());
  return { ...stop, clear: cancel };
}

import { makeClock } from '../time/index.js';
import type { Ms } from '../types.js';

/** A signal that is raised with another one, or after a time. */
export function stopAfter(maxDurationMs: Ms | null, signal: AbortSignal): { readonly signal: AbortSignal; clear(): void } {
  if (maxDurationMs === null) return { signal, clear: () => {} };
  const own = new AbortController();
  const clock = makeClock('realtime');
  const cancel = clock.at(clock.now() + maxDurationMs, () => own.abort());
  return { signal: AbortSignal.any([signal, own.signal]), clear: cancel };
}

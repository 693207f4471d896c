import type { AttemptResult, Ms } from '../../types.js';

/** Where the time from the onset to the stop went, as far as it was told. */
export interface StageTimes {
  /** Onset to the agent's VAD event. */
  readonly detectMs: Ms | null;
  /** VAD event to its cancel or flush. */
  readonly decideMs: Ms | null;
  /** Cancel or flush to the heard stop: flushing, and draining what is buffered. */
  readonly drainMs: Ms | null;
  /** Onset to the heard stop. */
  readonly totalMs: Ms;
}

/** @returns null without a stop */
export function stageTimes({ detectMs, cancelMs, stopLatencyMs }: Pick<AttemptResult, 'detectMs' | 'cancelMs' | 'stopLatencyMs'>): StageTimes | null {
  if (stopLatencyMs === null) return null;
  const between = (from: Ms | null, to: Ms | null) => (from === null || to === null ? null : to - from);
  return { detectMs, decideMs: between(detectMs, cancelMs), drainMs: between(cancelMs, stopLatencyMs), totalMs: stopLatencyMs };
}

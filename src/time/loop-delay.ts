import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Ms } from '../types.js';

/** How far apart the event loop is looked at, ms. */
const resolutionMs = 5;

/** How late the event loop of this thread gets round to its timers while `work` goes on, ms; null where it was not looked at. */
export async function loopDelayDuring(work: Promise<unknown>): Promise<{ readonly p99Ms: Ms; readonly maxMs: Ms } | null> {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  await work.finally(() => histogram.disable());
  if (histogram.count === 0) return null;
  // What Node counts holds the interval itself.
  const late = (ns: number) => Math.max(0, ns / 1e6 - resolutionMs);
  return { p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) };
}

/** Nothing, for a while. */
export function pause(ms: Ms): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

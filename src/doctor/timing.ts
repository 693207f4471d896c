import type { TimerFloor } from '../time/floor.js';
import type { Ms } from '../types.js';
import { ok, warn } from './check.js';
import type { Check } from './check.js';

/** An attempt whose frames are later than this does not count (docs/measurement.md section 3), ms. */
const toleranceMs: Ms = 5;
/** What the pacer may add to what the machine itself takes away, ms. */
const allowedMs: Ms = 1;
const remedy = 'stop what else runs, or measure on a machine of its own; attempts that come too late are left out, not charged to the agent';

/** Deadlines of the pacer against those of a bare spin: the difference is ours, the rest is the machine's. */
export function timerCheck({ paced, spin }: TimerFloor): Check {
  const seen = `deadlines ${shown(paced.p50Ms)} late at p50, ${shown(paced.p99Ms)} at p99; of a bare spin ${shown(spin.p50Ms)} and ${shown(spin.p99Ms)}`;
  if (paced.p99Ms > toleranceMs) return warn('timers', `${seen}: above the ${toleranceMs} ms that a frame may be late`, remedy);
  if (paced.p99Ms > spin.p99Ms + allowedMs) return warn('timers', `${seen}: more than ${allowedMs} ms apart`, remedy);
  return ok('timers', seen);
}

/** @param delay null: it was not looked at */
export function loopCheck(delay: { readonly p99Ms: Ms; readonly maxMs: Ms } | null): Check {
  if (delay === null) return warn('event loop', 'its delay could not be measured', 'try again');
  const seen = `event loop ${shown(delay.p99Ms)} late at p99, ${shown(delay.maxMs)} at most`;
  return delay.p99Ms > toleranceMs ? warn('event loop', `${seen}: it stamps the arrivals`, remedy) : ok('event loop', seen);
}

function shown(ms: Ms): string {
  return `${ms.toFixed(2)} ms`;
}

import type { Clock, Ms } from '../types.js';
import { HrtimeClock } from './hrtime-clock.js';
import { VirtualClock } from './virtual-clock.js';

export type { Random } from './random.js';
export { normalFrom, randomFrom, seedOf, shuffled } from './random.js';
export { HrtimeClock } from './hrtime-clock.js';
export { VirtualClock } from './virtual-clock.js';
export { TimerQueue } from './timer-queue.js';

/** A clock that can also be driven: under the virtual one, time passes only inside `drive`. */
export interface DrivenClock extends Clock {
  /** Its zero on the wall clock, ms since 1970, read once; null where it is no time of day. */
  readonly epochWallMs: Ms | null;
  drive<T>(work: Promise<T>): Promise<T>;
}

export type ClockKind = Clock['kind'];

export function makeClock(kind: ClockKind): DrivenClock {
  return kind === 'virtual' ? new VirtualClock() : new HrtimeClock();
}
export type { LatenessFigures } from './lateness-counts.js';
export { LatenessCounts } from './lateness-counts.js';
export { atUsualPriority, beServedFirst, beServedLast } from './priority.js';
export { ScopedClock } from './scope.js';
export { StallMonitor } from './stalls.js';
export { afterAllReady } from './soon.js';
export { wallClockStamp } from './stamp.js';
export { threadFile } from './thread-file.js';
export { unlessStuck } from './watchdog.js';

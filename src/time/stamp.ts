import type { Ms } from '../types.js';

/** The wall clock, once: the stamp of a run's start, ISO 8601. */
export function wallClockStamp(): string {
  return new Date().toISOString();
}

const longestMillisecondNs = 3_000_000n;

/**
 * A time of `process.hrtime.bigint()` on the wall clock, ms since 1970, to some microseconds: the wall clock tells whole milliseconds only,
 * so that it is read as one begins (about 1 ms of spinning; a clock that stands still is taken as it is).
 */
export function wallClockAt(hrtimeNs: bigint): Ms {
  const before = Date.now();
  const giveUpNs = process.hrtime.bigint() + longestMillisecondNs;
  let wallMs = before;
  while (wallMs === before && process.hrtime.bigint() < giveUpNs) wallMs = Date.now();
  return wallMs - Number(process.hrtime.bigint() - hrtimeNs) / 1e6;
}

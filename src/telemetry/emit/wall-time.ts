import type { HrTime } from '@opentelemetry/api';
import type { Ms } from '../../types.js';

const nsPerMs = 1_000_000;
const nsPerS = 1_000_000_000n;

/** A wall-clock time as nanoseconds since 1970. Its whole milliseconds are exact; a double holds some hundred nanoseconds of the rest. */
export function wallNs(wallMs: Ms): bigint {
  const whole = Math.floor(wallMs);
  return BigInt(whole) * BigInt(nsPerMs) + spanNs(wallMs - whole);
}

/** A time on an attempt's time line, or a length of it, as whole nanoseconds. */
export function spanNs(ms: Ms): bigint {
  return BigInt(Math.round(ms * nsPerMs));
}

export function hrTimeOf(ns: bigint): HrTime {
  return [Number(ns / nsPerS), Number(ns % nsPerS)];
}

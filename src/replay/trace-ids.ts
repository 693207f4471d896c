import { randomBytes } from 'node:crypto';
import type { TraceIds } from '../types.js';

/** Ids that nobody else has: each try of an attempt is a trace of its own. */
export function freshTrace(): TraceIds {
  return { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
}

/** The `traceparent` header of W3C Trace Context (https://www.w3.org/TR/trace-context/), version 00, sampled. */
export function traceparentOf({ traceId, spanId }: TraceIds): string {
  return `00-${traceId}-${spanId}-01`;
}

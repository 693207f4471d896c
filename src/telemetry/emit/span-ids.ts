import { createHash } from 'node:crypto';
import type { TraceIds } from '../../types.js';

/** The id of a span below another: exported twice, a trace is the same both times and no span is counted twice. */
export function childSpanId({ traceId, spanId }: TraceIds, name: string): string {
  return createHash('sha256').update(`${traceId} ${spanId} ${name}`).digest('hex').slice(0, 16);
}

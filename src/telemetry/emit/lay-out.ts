import type { Ms } from '../../types.js';
import { spanNs, wallNs } from './wall-time.js';

/** What is known of when an attempt took place. */
export interface Timed {
  readonly id: string;
  /** Position in the draw. */
  readonly index: number;
  readonly endMs: Ms;
  /** Zero of its time line, ms since 1970; null where its time was no time of day. */
  readonly wallMs: Ms | null;
}

/**
 * Zero of each attempt's time line, ns since 1970, by id. Attempts without a time of day are laid end to end in the order of the draw, the
 * last one ending at `untilMs`.
 */
export function layOut(attempts: Iterable<Timed>, untilMs: Ms): Map<string, bigint> {
  const zeros = new Map<string, bigint>();
  let fromNs = wallNs(untilMs);
  for (const { id, endMs, wallMs } of [...attempts].sort((a, b) => b.index - a.index)) {
    if (wallMs === null) fromNs -= spanNs(endMs);
    zeros.set(id, wallMs === null ? fromNs : wallNs(wallMs));
  }
  return zeros;
}

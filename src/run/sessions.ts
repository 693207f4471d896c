import { measureConcurrency } from '../replay/concurrency.js';
import { Line } from '../replay/line.js';
import type { RunConfig, Warning } from '../types.js';

/** Sessions at once, why they are fewer than was asked for, and the thread that they live in. */
export interface Sessions {
  /** null on the virtual clock. */
  readonly atOnce: number | null;
  readonly capped: string | null;
  /** Measured, calibrated and replayed on, so that what is compiled while it first runs is compiled by then; null on the virtual clock. */
  readonly line: Line | null;
}

/**
 * Measures how many of the sessions that are wanted at once this machine keeps on schedule. One is not measured: there must be one. Whoever
 * asks ends the thread.
 */
export async function chooseSessions({ clock, concurrency }: RunConfig, signal: AbortSignal): Promise<Sessions> {
  if (clock === 'virtual') return { atOnce: null, capped: null, line: null };
  const line = new Line();
  if (concurrency === 1) return { atOnce: 1, capped: null, line };
  try {
    const { used, capped } = await measureConcurrency(line, concurrency, signal);
    return { atOnce: used, capped, line };
  } catch (thrown) {
    await line.end();
    throw thrown;
  }
}

export function sessionWarnings({ capped }: Pick<Sessions, 'capped'>): Warning[] {
  if (capped === null) return [];
  return [{ seen: capped, cause: 'more sessions than this machine can serve in time, or other work on it', remedy: 'run on an idle or larger machine, in shards, or with --concurrency auto' }];
}

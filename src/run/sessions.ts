import { measureConcurrency } from '../replay/concurrency.js';
import type { RunConfig, Warning } from '../types.js';

/** Sessions at once, and why they are fewer than was asked for. */
export interface Sessions {
  /** null on the virtual clock. */
  readonly atOnce: number | null;
  readonly capped: string | null;
}

/** Measures how many of the sessions that are wanted at once this machine keeps on schedule. One is not measured: there must be one. */
export async function chooseSessions({ clock, concurrency }: RunConfig, signal: AbortSignal): Promise<Sessions> {
  if (clock === 'virtual') return { atOnce: null, capped: null };
  if (concurrency === 1) return { atOnce: 1, capped: null };
  const { used, capped } = await measureConcurrency(concurrency, signal);
  return { atOnce: used, capped };
}

export function sessionWarnings({ capped }: Sessions): Warning[] {
  if (capped === null) return [];
  return [{ seen: capped, cause: 'more sessions than this machine can serve in time, or other work on it', remedy: 'run on an idle or larger machine, in shards, or with --concurrency auto' }];
}

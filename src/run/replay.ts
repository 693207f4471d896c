import { nearestRank } from '../measure/percentile.js';
import { replayInRealTime, replayVirtually } from '../replay/engine.js';
import type { Handle } from '../replay/engine.js';
import { makeClock, StallMonitor } from '../time/index.js';
import type { Attempt, Lateness } from '../types.js';
import type { Collector } from './collector.js';
import { engineOptionsOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';

/**
 * Replays what is missing on the run's clock.
 * @returns how well a real-time run kept its schedule; null on the virtual clock, which cannot be late
 */
export async function replayMissing(run: PreparedRun, collector: Collector, signal: AbortSignal, afterEach: () => void): Promise<Lateness | null> {
  const { config, agent } = run;
  const options = engineOptionsOf(run, signal);
  const handle: Handle = async (attempt: Attempt, recording) => {
    const verdict = await collector.handle(attempt, recording);
    afterEach();
    return verdict;
  };
  if (config.clock === 'virtual') {
    await replayVirtually(collector.missing, config.jobs, options, handle);
    return null;
  }
  const clock = makeClock('realtime');
  const stalls = new StallMonitor(clock);
  stalls.watch(false);
  try {
    await replayInRealTime(collector.missing, config.concurrency, clock, agent, { ...options, replay: { ...options.replay, stalls } }, handle);
  } finally {
    stalls.stop();
  }
  return latenessOf(collector, stalls.latenesses());
}

function latenessOf(collector: Collector, beats: readonly number[]): Lateness | null {
  // Without a frame or a beat nothing is known of it, which is not 0.
  if (collector.latenessMs.length === 0 || beats.length === 0) return null;
  const sends = [...collector.latenessMs].sort((a, b) => a - b);
  const loop = [...beats].sort((a, b) => a - b);
  const at = (sorted: readonly number[], p: number) => sorted[nearestRank(sorted.length, p) - 1];
  return {
    sendP50Ms: at(sends, 0.5),
    sendP99Ms: at(sends, 0.99),
    sendMaxMs: at(sends, 1),
    loopP99Ms: at(loop, 0.99),
    loopMaxMs: at(loop, 1),
    realtimeRatio: collector.audioMs / collector.sessionMs,
  };
}

import { nearestRank } from '../measure/percentile.js';
import { replayInRealTime, replayVirtually } from '../replay/engine.js';
import type { EngineOptions, Handle, Task } from '../replay/engine.js';
import { makeClock, StallMonitor } from '../time/index.js';
import type { Lateness } from '../types.js';
import type { Collector } from './collector.js';
import { engineOptionsOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';

/** A run and what it has so far. A sweep has one for each of its points, over the same attempts. */
export interface RunInProgress {
  readonly run: PreparedRun;
  readonly collector: Collector;
}

/**
 * Replays what is missing of runs that differ in nothing but the agent's options, on their clock, attempt by attempt: each attempt
 * against every agent that lacks it before the next one.
 * @returns how well each real-time run kept its schedule; null on the virtual clock, which cannot be late
 */
export async function replayMissing(points: readonly RunInProgress[], signal: AbortSignal, afterEach: () => void): Promise<(Lateness | null)[]> {
  const [{ run }] = points;
  const { clock: kind, jobs, concurrency } = run.config;
  const options: EngineOptions = { ...engineOptionsOf(run, signal), variants: points.map((point) => point.run.config.agentOptions) };
  const handle: Handle = async (attempt, recording, variant) => {
    const verdict = await points[variant].collector.handle(attempt, recording);
    afterEach();
    return verdict;
  };
  if (kind === 'virtual') {
    await replayVirtually(missingTasks(points), jobs, options, handle);
    return points.map(() => null);
  }
  const clock = makeClock('realtime');
  const stalls = new StallMonitor(clock);
  stalls.watch(false);
  try {
    await replayInRealTime(missingTasks(points), concurrency, clock, { ...options, replay: { ...options.replay, stalls } }, handle);
  } finally {
    stalls.stop();
  }
  return points.map(({ collector }) => latenessOf(collector, stalls.latenesses()));
}

/** The attempts of the plan that any of the runs lacks, with the runs that do. */
function missingTasks(points: readonly RunInProgress[]): Task[] {
  return points[0].run.plan.attempts
    .map((attempt): Task => ({ attempt, variants: points.flatMap(({ collector }, variant) => (collector.has(attempt.id) ? [] : [variant])) }))
    .filter(({ variants }) => variants.length > 0);
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

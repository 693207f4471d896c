import { replayVirtually } from '../replay/engine.js';
import type { EngineOptions, Handle, Task } from '../replay/engine.js';
import { replayInRealTime } from '../replay/realtime.js';
import type { LatenessFigures } from '../time/index.js';
import type { Lateness } from '../types.js';
import type { Collector } from './collector.js';
import { engineOptionsOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';
import type { ProgressReporter } from './progress.js';
import type { Sessions } from './sessions.js';
import type { Stop } from './stop.js';

/** A run and what it has so far. A sweep has one for each of its points, over the same attempts. */
export interface RunInProgress {
  readonly run: PreparedRun;
  readonly collector: Collector;
}

/**
 * Replays what is missing of runs that differ in nothing but the agent's options, on their clock, attempt by attempt: each attempt
 * against every agent that lacks it before the next one. Ends where a run has more errors than it could be trusted with, whatever came.
 * @returns how well each real-time run kept its schedule; null on the virtual clock, which cannot be late
 */
export async function replayMissing(points: readonly RunInProgress[], sessions: Sessions, stop: Pick<Stop, 'signal' | 'now'>, reporter: Pick<ProgressReporter, 'replaying' | 'warmingUp'>): Promise<(Lateness | null)[]> {
  const [{ run }] = points;
  const { clock: kind, jobs, warmUps, reuseSession } = run.config;
  const options: EngineOptions = { ...engineOptionsOf(run, stop.signal), variants: points.map((point) => point.run.config.agentOptions) };
  const handle: Handle = async (attempt, recording, variant) => {
    const verdict = await points[variant].collector.handle(attempt, recording);
    reporter.replaying();
    if (points[variant].collector.hasGivenUp) stop.now();
    return verdict;
  };
  const tasks = missingTasks(points);
  if (kind === 'virtual') {
    await replayVirtually(tasks, jobs, options, handle);
    return points.map(() => null);
  }
  if (tasks.length === 0) return points.map(() => null);
  const { atOnce, line } = sessions;
  // Whatever comes now, the calls are over.
  const floor = await replayInRealTime(tasks, { ...options, corpus: run.corpus, concurrency: atOnce ?? 1, warmUps, reuseSession, line, onWarmUp: (_, { error }) => reporter.warmingUp(error) }, handle).finally(() => line?.end());
  return points.map(({ collector }) => latenessOf(collector, floor));
}

/** The attempts of the plan that any of the runs lacks, with the runs that do. */
function missingTasks(points: readonly RunInProgress[]): Task[] {
  return points[0].run.plan.attempts
    .map((attempt): Task => ({ attempt, variants: points.flatMap(({ collector }, variant) => (collector.has(attempt.id) ? [] : [variant])) }))
    .filter(({ variants }) => variants.length > 0);
}

function latenessOf(collector: Collector, floor: LatenessFigures | null): Lateness | null {
  // Without a frame or an empty deadline nothing is known of it, which is not 0.
  const sends = collector.lateness.figures();
  if (sends === null || floor === null) return null;
  return {
    sendP50Ms: sends.p50Ms,
    sendP99Ms: sends.p99Ms,
    sendMaxMs: sends.maxMs,
    loopP50Ms: floor.p50Ms,
    loopP99Ms: floor.p99Ms,
    loopMaxMs: floor.maxMs,
    realtimeRatio: collector.audioMs / collector.sessionMs,
    triedAgain: collector.triedAgain,
  };
}

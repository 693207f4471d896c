import { median } from 'simple-statistics';
import { measureAttempt } from '../measure/attempt.js';
import { tasksOf } from '../replay/engine.js';
import { prepareResponse } from '../replay/media.js';
import { replayInRealTime } from '../replay/realtime.js';
import type { AttemptResult, ClockAgreement } from '../types.js';
import { engineOptionsOf } from './prepare.js';
import type { PreparedRun } from './prepare.js';

/**
 * Replays some attempts that the virtual clock has judged once more on the hrtime clock, all at once, and compares. The first
 * interruptions of the draw: its prefixes are balanced.
 */
export async function compareClocks(run: PreparedRun, virtual: readonly AttemptResult[], signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<ClockAgreement | null> {
  const { config, corpus, side } = run;
  const chosen = virtual.filter(({ attempt, outcome }) => attempt.intent === 'interruption' && outcome !== 'errored').slice(0, config.agreementAttempts);
  if (chosen.length === 0) return null;
  const realtime = new Map<string, AttemptResult>();
  onProgress(0, chosen.length);
  const options = { ...engineOptionsOf(run, signal), corpus, concurrency: chosen.length, warmUps: 0, reuseSession: false };
  await replayInRealTime(tasksOf(chosen.map(({ attempt }) => attempt)), options, async (attempt, recording) => {
    realtime.set(attempt.id, measureAttempt(attempt, recording, await prepareResponse(attempt, corpus, side), run.measure));
    onProgress(realtime.size, chosen.length);
    return 'done';
  });
  return realtime.size === 0 ? null : compare(chosen, realtime);
}

function compare(virtual: readonly AttemptResult[], realtime: ReadonlyMap<string, AttemptResult>): ClockAgreement {
  const pairs = virtual.flatMap((a) => {
    const b = realtime.get(a.attempt.id);
    return b ? [{ a, b }] : [];
  });
  const fair = pairs.filter(({ b }) => b.invalidReason !== 'harness-late');
  const differences = fair.flatMap(({ a, b }) => (a.stopLatencyMs === null || b.stopLatencyMs === null ? [] : [Math.abs(b.stopLatencyMs - a.stopLatencyMs)]));
  return {
    attempts: pairs.length,
    compared: differences.length,
    medianMs: differences.length > 0 ? median(differences) : null,
    maxMs: differences.length > 0 ? Math.max(...differences) : null,
    sameOutcome: fair.filter(({ a, b }) => a.outcome === b.outcome).length,
    harnessLate: pairs.length - fair.length,
  };
}

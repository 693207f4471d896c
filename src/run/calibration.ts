import { calibrate } from '../calibration/index.js';
import type { CalibrationReport } from '../calibration/index.js';
import type { PreparedRun } from './prepare.js';
import { serveCalibrationAgent } from './served-agent.js';
import type { Sessions } from './sessions.js';

/** A calibration that may still be going on. */
export interface RunningCalibration {
  readonly report: Promise<CalibrationReport>;
}

/**
 * The short calibration that each run begins with, on its own clock and transport, of its own detector. In real time it is over when this resolves, so
 * that it disturbs no attempt; on the virtual clock nothing can be late, and it goes on beside them.
 */
export async function startCalibration(run: PreparedRun, sessions: Sessions, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<RunningCalibration> {
  const report = calibrateBriefly(run, sessions, signal, onProgress);
  // Whoever waits for it learns what went wrong.
  report.catch(() => {});
  if (run.config.clock === 'realtime') await report;
  return { report };
}

/** How many attempts of an agent that never stops there are for those that do, and how many sessions at once. */
export function calibrationShape(attempts: number, atOnce: number): { readonly controls: number; readonly concurrency: number } {
  // In real time sixty attempts one after another would take minutes; more sessions than the run has make the error no smaller.
  return { controls: Math.ceil(attempts / 3), concurrency: Math.max(atOnce, 8) };
}

async function calibrateBriefly({ config, measure }: PreparedRun, { atOnce, line }: Sessions, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<CalibrationReport> {
  const { clock, corpusDir, seed, playoutMs, calibrationAttempts } = config;
  const served = await serveCalibrationAgent(config.agent, config.agentOptions, corpusDir);
  const wire = served?.wire ?? null;
  return calibrate({ clock, corpusDir, seed, playoutMs, attempts: calibrationAttempts, ...calibrationShape(calibrationAttempts, atOnce ?? 1), fades: 0, longestDelayMs: 500, detection: measure, wire, line, onProgress, signal }).finally(() => served?.close());
}

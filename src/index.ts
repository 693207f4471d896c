/**
 * The public API. `runBenchmark` is the program; the rest are its parts, for those who bring their own agent or judge their own
 * recordings. Times are ms, audio is mono 16-bit PCM, missing is null: see types.ts.
 */
export * from './types.js';
export { BargeinError, exitCode } from './errors.js';
export { runBenchmark, planRun } from './benchmark.js';
export { defaultRunConfig } from './run/defaults.js';
export type { DryRun, RunHooks, RunOutcome } from './benchmark.js';
export { calibrate, calibrationGoals, defaultCalibration } from './calibration/index.js';
export type { CalibrationOptions, CalibrationReport } from './calibration/index.js';
export { loadCorpus } from './corpus/load.js';
export type { Corpus } from './corpus/load.js';
export { planAttempts } from './replay/plan.js';
export { prepareMedia } from './replay/media.js';
export { defaultReplayOptions, replayAttempt } from './replay/attempt.js';
export type { ReplayOptions } from './replay/attempt.js';
export { defaultMeasureOptions, measureAttempt } from './measure/attempt.js';
export type { MeasureOptions } from './measure/attempt.js';
export { summarize } from './measure/summarize.js';
export type { Summary } from './measure/figures.js';
export { makeClock } from './time/index.js';
export { defaultDetectorOptions, detectors, parseDetectorOptions } from './detect/index.js';
export type { Detection, DetectionInput, Detector, DetectorOptions } from './detect/index.js';
export { compareRuns } from './measure/compare.js';
export type { Comparison, ComparisonLine, Flip, Verdict } from './measure/comparison.js';
export { judgeGates, parseGate } from './measure/gates.js';
export type { Gate, GateResult } from './measure/gates.js';
export { reportFormats } from './report/formats.js';
export type { Report } from './report/formats.js';
export { reportSchema } from './report/report-schema.js';
export type { ReportDocument } from './report/report-schema.js';
export { loadResults } from './report/results.js';
export type { SavedRun } from './report/results.js';
export { runSweep } from './run/sweep.js';
export type { MeasuredPoint, SweepHooks, SweepRun } from './run/sweep.js';
export { checkTraceMapping, runTrace } from './run/trace.js';
export type { MappingCheck, TraceConfig, TraceHooks, TraceInput, TraceOutcome } from './run/trace.js';
export { defaultMappings, fullMapping } from './telemetry/mapping-defaults.js';
export { checkMapping } from './telemetry/mapping.js';
export type { TraceMapping } from './telemetry/mapping.js';
export { defineConfig } from './config.js';
export type { BargeinConfig, NamedAgent, NamedSweep } from './config.js';

import { median } from 'simple-statistics';
import type { CalibrationSummary, Ms } from '../types.js';
import type { CalibrationPoint } from './calibrate.js';
import { nameOfLine } from './material.js';

/** What a calibration must reach, ms. */
export interface CalibrationGoals {
  readonly p95Ms: Ms;
  readonly maxMs: Ms;
  readonly p99Ms: Ms;
  /** For fades, at the 95th percentile. */
  readonly fadeMs: Ms;
  /** Attempts that the harness may be too late for, as a share. */
  readonly lateShare: number;
}

/** On the virtual clock the measurement has no excuse; in real time the machine has its say. */
export const calibrationGoals: Readonly<Record<'virtual' | 'realtime', CalibrationGoals>> = {
  virtual: { p95Ms: 1, p99Ms: 2, maxMs: 2, fadeMs: 5, lateShare: 0 },
  realtime: { p95Ms: 3, p99Ms: 6, maxMs: Infinity, fadeMs: 6, lateShare: 0.1 },
};

export interface CaseErrors {
  readonly name: string;
  readonly n: number;
  /** Measured minus true, ms, signed. */
  readonly medianMs: Ms | null;
  /** Of the absolute error. */
  readonly p95Ms: Ms | null;
  readonly p99Ms: Ms | null;
  readonly maxMs: Ms | null;
  /** Stops that were not reported. */
  readonly missed: number;
}

/** Attempts that say nothing of the measurement. */
export interface LeftOut {
  /** The harness came too late, in every try. */
  readonly late: number;
  /** Whose truth hangs on a delivery within 2 ms, over a transport, or whose last chunk ends in a dip of the speech. */
  readonly unknown: number;
}

export interface CalibrationReport {
  /** Over all cases but fades. */
  readonly summary: CalibrationSummary;
  readonly missed: number;
  /** What has no error. */
  readonly leftOut: LeftOut;
  /** p99 of the absolute error, over all cases but fades. */
  readonly p99Ms: Ms | null;
  readonly byCase: readonly CaseErrors[];
  readonly goals: CalibrationGoals;
  readonly passed: boolean;
  readonly failures: readonly string[];
}

export function summarizeErrors(points: readonly CalibrationPoint[], clock: 'virtual' | 'realtime', leftOut: LeftOut = { late: 0, unknown: 0 }): CalibrationReport {
  const stops = points.filter(({ planned }) => planned.delayMs !== null && planned.shipping.fadeMs === 0);
  const fades = points.filter(({ planned }) => planned.shipping.fadeMs > 0);
  const controls = points.filter(({ planned }) => planned.delayMs === null);
  const all = errorsOf('all', stops);
  const named = (point: CalibrationPoint) => `${nameOfLine(point.planned.media.format)}, ${point.planned.shipping.name}`;
  const names = [...new Set(stops.map(named))].sort();
  const summary: CalibrationSummary = {
    n: all.n,
    medianMs: all.medianMs,
    p95Ms: all.p95Ms,
    maxMs: all.maxMs,
    controls: controls.length,
    falseYields: controls.filter(({ result }) => result.outcome === 'yielded' || result.outcome === 'resumed').length,
  };
  const byCase = [
    ...names.map((name) => errorsOf(name, stops.filter((point) => named(point) === name))),
    ...(fades.length > 0 ? [errorsOf('fade of 200 ms (to 20 dB down)', fades)] : []),
  ];
  const goals = calibrationGoals[clock];
  const failures = [
    ...erroredOf(points),
    ...failuresOf(summary, all, lateShareOf(points.length, leftOut), fades.length > 0 ? byCase[byCase.length - 1] : null, goals),
  ];
  return { summary, missed: all.missed, leftOut, p99Ms: all.p99Ms, byCase, goals, passed: failures.length === 0, failures };
}

function errorsOf(name: string, points: readonly CalibrationPoint[]): CaseErrors {
  const errors = points.flatMap(({ measuredMs, trueMs }) => (measuredMs === null || trueMs === null ? [] : [measuredMs - trueMs]));
  const missed = points.length - errors.length;
  // A stop that was not reported is an error without bound, not one less to count.
  const sizes = [...errors.map(Math.abs), ...Array.from({ length: missed }, () => Infinity)].sort((a, b) => a - b);
  const finite = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);
  return {
    name,
    n: points.length,
    medianMs: errors.length > 0 ? median(errors) : null,
    p95Ms: finite(sizes[Math.max(0, Math.ceil(0.95 * sizes.length) - 1)]),
    p99Ms: finite(sizes[Math.max(0, Math.ceil(0.99 * sizes.length) - 1)]),
    maxMs: finite(sizes[sizes.length - 1]),
    missed,
  };
}

function lateShareOf(points: number, { late, unknown }: LeftOut): number {
  const all = points + late + unknown;
  return all === 0 ? 0 : late / all;
}

/** What became of the calibration agent, where attempts ended with an error: it comes first since it explains the rest. */
function erroredOf(points: readonly CalibrationPoint[]): string[] {
  const errors = points.flatMap(({ result }) => result.error ?? []);
  return errors.length === 0 ? [] : [`${errors.length} of ${points.length} attempts ended with an error, the first with: ${errors[0]}`];
}

function failuresOf(summary: CalibrationSummary, { p99Ms, missed }: CaseErrors, lateShare: number, fades: CaseErrors | null, goals: CalibrationGoals): string[] {
  const failures: string[] = [];
  const hold = (what: string, value: Ms | null, goal: Ms) => {
    if (value === null) failures.push(`${what} is not known: nothing was measured`);
    else if (value > goal) failures.push(`${what} is ${value.toFixed(2)} ms, above ${goal} ms`);
  };
  hold('p95 of the error', summary.p95Ms, goals.p95Ms);
  // With fewer points the 99th percentile is the largest.
  if (summary.p95Ms !== null && summary.n >= 100) hold('p99 of the error', p99Ms, goals.p99Ms);
  if (summary.p95Ms !== null && Number.isFinite(goals.maxMs)) hold('the largest error', summary.maxMs, goals.maxMs);
  if (lateShare > goals.lateShare) failures.push(`the harness was too late for ${(100 * lateShare).toFixed(0)} % of the attempts, above ${(100 * goals.lateShare).toFixed(0)} %`);
  if (missed > 0) failures.push(`${missed} stops were not reported`);
  if (summary.falseYields > 0) failures.push(`${summary.falseYields} yields were reported on ${summary.controls} controls`);
  if (fades) hold('p95 of the error on fades', fades.p95Ms, goals.fadeMs);
  return failures;
}

import { median } from 'simple-statistics';
import type { CalibrationSummary, Ms } from '../types.js';
import type { CalibrationPoint } from './calibrate.js';

/** What a calibration must reach, ms. */
export interface CalibrationGoals {
  readonly p95Ms: Ms;
  readonly maxMs: Ms;
  /** For fades, at the 95th percentile. */
  readonly fadeMs: Ms;
}

/** On the virtual clock the measurement has no excuse; in real time the machine has its say. */
export const calibrationGoals: Readonly<Record<'virtual' | 'realtime', CalibrationGoals>> = {
  virtual: { p95Ms: 1, maxMs: 2, fadeMs: 5 },
  realtime: { p95Ms: 3, maxMs: Infinity, fadeMs: 6 },
};

export interface CaseErrors {
  readonly name: string;
  readonly n: number;
  /** Measured minus true, ms, signed. */
  readonly medianMs: Ms | null;
  /** Of the absolute error. */
  readonly p95Ms: Ms | null;
  readonly maxMs: Ms | null;
  /** Stops that were not reported. */
  readonly missed: number;
}

export interface CalibrationReport {
  /** Over all cases but fades. */
  readonly summary: CalibrationSummary;
  readonly missed: number;
  readonly byCase: readonly CaseErrors[];
  readonly goals: CalibrationGoals;
  readonly passed: boolean;
  readonly failures: readonly string[];
}

export function summarizeErrors(points: readonly CalibrationPoint[], clock: 'virtual' | 'realtime'): CalibrationReport {
  const stops = points.filter(({ planned }) => planned.delayMs !== null && planned.shipping.fadeMs === 0);
  const fades = points.filter(({ planned }) => planned.shipping.fadeMs > 0);
  const controls = points.filter(({ planned }) => planned.delayMs === null);
  const all = errorsOf('all', stops);
  const named = (point: CalibrationPoint) => `${point.planned.media.format.codec === 'mulaw' ? '8 kHz mu-law' : '16 kHz'}, ${point.planned.shipping.name}`;
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
  const failures = failuresOf(summary, all.missed, fades.length > 0 ? byCase[byCase.length - 1] : null, goals);
  return { summary, missed: all.missed, byCase, goals, passed: failures.length === 0, failures };
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
    maxMs: finite(sizes[sizes.length - 1]),
    missed,
  };
}

function failuresOf(summary: CalibrationSummary, missed: number, fades: CaseErrors | null, goals: CalibrationGoals): string[] {
  const failures: string[] = [];
  const above = (value: Ms | null, goal: Ms) => value === null || value > goal;
  const shown = (value: Ms | null) => (value === null ? 'none' : `${value.toFixed(2)} ms`);
  if (summary.n === 0) failures.push('no attempt was measured');
  if (above(summary.p95Ms, goals.p95Ms)) failures.push(`p95 of the error is ${shown(summary.p95Ms)}, above ${goals.p95Ms} ms`);
  if (Number.isFinite(goals.maxMs) && above(summary.maxMs, goals.maxMs)) failures.push(`the largest error is ${shown(summary.maxMs)}, above ${goals.maxMs} ms`);
  if (missed > 0) failures.push(`${missed} stops were not reported`);
  if (summary.falseYields > 0) failures.push(`${summary.falseYields} yields were reported on ${summary.controls} controls`);
  if (fades && above(fades.p95Ms, goals.fadeMs)) failures.push(`p95 of the error on fades is ${shown(fades.p95Ms)}, above ${goals.fadeMs} ms`);
  return failures;
}

import { calibrate, defaultCalibration } from '../calibration/index.js';
import type { CalibrationReport } from '../calibration/index.js';
import { fail, ok } from './check.js';
import type { Check } from './check.js';

/** Enough to find a measurement that is wrong; a run calibrates itself with more. */
const attempts = 24;
const controls = 8;

/** A small calibration on the virtual clock: what is found is a fault of the program or its installation, never of the machine's speed. */
export async function calibrationCheck(corpusDir: string, signal: AbortSignal): Promise<Check> {
  return judgeCalibration(await calibrate({ ...defaultCalibration, clock: 'virtual', attempts, controls, fades: 0, corpusDir, signal }));
}

export function judgeCalibration({ passed, failures, summary: { n, p95Ms, maxMs } }: Pick<CalibrationReport, 'passed' | 'failures' | 'summary'>): Check {
  if (!passed) return fail('calibration', failures.join('; '), '`bargein calibrate` shows more; reinstall the package, or report it');
  return ok('calibration', `measured stops are ${p95Ms?.toFixed(2)} ms off at p95, ${maxMs?.toFixed(2)} ms at most (${n} stops, virtual clock)`);
}

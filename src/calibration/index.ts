export { calibrate, defaultCalibration } from './calibrate.js';
export type { CalibrationOptions, CalibrationPoint } from './calibrate.js';
export { calibrationGoals } from './summary.js';
export type { CalibrationGoals, CalibrationReport, CaseErrors } from './summary.js';

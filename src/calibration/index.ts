export { calibrate, defaultCalibration } from './calibrate.js';
export type { CalibratedWire, CalibrationOptions, CalibrationPoint } from './calibrate.js';
export { calibrationGoals } from './summary.js';
export type { CalibrationGoals, CalibrationReport, CaseErrors, LeftOut } from './summary.js';

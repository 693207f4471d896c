import type { DetectorName } from '../types.js';
import type { Detector } from './detector.js';
import { energyDetector } from './energy.js';
import { referenceAwareDetector } from './reference-aware.js';

export type { Detection, DetectionInput, Detector, Stop } from './detector.js';
export type { DetectorOptions } from './options.js';
export { defaultDetectorOptions, parseDetectorOptions, referenceHangoverMs } from './options.js';
export { otherRateOf } from './other-rate.js';
export { audibleThroughout, profileReference } from './reference.js';
export type { ReferenceProfile } from './reference.js';
export { energyHangoverMs } from './energy.js';

/** Every detector by name. */
export const detectors: Readonly<Record<DetectorName, Detector>> = {
  energy: energyDetector,
  'reference-aware': referenceAwareDetector,
};

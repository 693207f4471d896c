import type { Ms } from '../types.js';

/** How the calibration agent ships its speech, and how it stops. */
export interface CalibrationCase {
  readonly name: string;
  readonly chunkMs: Ms;
  readonly queueMs: Ms;
  readonly flush: boolean;
  /** 0: it stops at once; else its level falls to nothing over this. */
  readonly fadeMs: Ms;
}

export const calibrationCases: readonly CalibrationCase[] = [
  { name: 'burst, flushed', chunkMs: 30, queueMs: 60_000, flush: true, fadeMs: 0 },
  { name: '400 ms queue, flushed', chunkMs: 30, queueMs: 400, flush: true, fadeMs: 0 },
  { name: 'paced, flushed', chunkMs: 20, queueMs: 0, flush: true, fadeMs: 0 },
  { name: '400 ms queue, played out', chunkMs: 200, queueMs: 400, flush: false, fadeMs: 0 },
  { name: 'paced, played out', chunkMs: 20, queueMs: 0, flush: false, fadeMs: 0 },
];

/** Judged apart, against the envelope: when the level is 20 dB down. */
export const fadeCase: CalibrationCase = { name: 'fade of 200 ms', chunkMs: 20, queueMs: 0, flush: false, fadeMs: 200 };

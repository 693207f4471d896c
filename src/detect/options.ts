import { BargeinError, nearest } from '../errors.js';
import type { Ms } from '../types.js';

/** How agent silence is told from agent speech. Every value can be set with `--detector-option name=value`. */
export interface DetectorOptions {
  /** Audible down to this many dB re the response's active speech level. */
  readonly levelDb: number;
  /** An absolute level instead, dBFS; null for none. */
  readonly absoluteDbfs: number | null;
  /** The level is never nearer to the track's noise floor than this, dB. */
  readonly floorMarginDb: number;
  /** The level is never below this, dBFS. */
  readonly minDbfs: number;
  /** Speech begins this much above the level, dB. */
  readonly hysteresisDb: number;
  /** Silence needed to confirm a stop; null: 200 ms with a reference, else the longest pause of the agent's own speech. */
  readonly hangoverMs: Ms | null;
  /** Normalised cross-correlation below which what is heard is not the reference. */
  readonly correlation: number;
  /** The longest silence that an empty queue explains. */
  readonly underrunMaxMs: Ms;
  /** Old audio after a stop up to this length is a leak, not the response going on. */
  readonly leakMaxMs: Ms;
  /** Without a reference: speech sooner than this after the user's end is the old response. */
  readonly replyMinMs: Ms;
}

export const defaultDetectorOptions: DetectorOptions = {
  levelDb: -30,
  absoluteDbfs: null,
  floorMarginDb: 6,
  minDbfs: -60,
  hysteresisDb: 3,
  hangoverMs: null,
  correlation: 0.6,
  underrunMaxMs: 1000,
  leakMaxMs: 200,
  replyMinMs: 300,
};

/** What each option accepts. */
const ranges: Record<keyof DetectorOptions, readonly [number, number]> = {
  levelDb: [-60, -6],
  absoluteDbfs: [-90, -6],
  floorMarginDb: [0, 30],
  minDbfs: [-90, -20],
  hysteresisDb: [0, 12],
  hangoverMs: [20, 1500],
  correlation: [0.1, 0.99],
  underrunMaxMs: [0, 4000],
  leakMaxMs: [0, 1000],
  replyMinMs: [0, 4000],
};

/** The hangover where the reference tells pauses from yields. */
export const referenceHangoverMs = 200;

/**
 * Options from `name=value` pairs over the defaults.
 * @throws BargeinError for a name that does not exist or a value out of range
 */
export function parseDetectorOptions(pairs: Readonly<Record<string, string>>): DetectorOptions {
  const values: Record<string, number | null> = {};
  for (const [name, text] of Object.entries(pairs)) {
    if (!(name in ranges)) {
      const near = nearest(name, Object.keys(ranges));
      throw new BargeinError(
        `detector option '${name}' does not exist`,
        near ? `did you mean '${near}'?` : `use one of ${Object.keys(ranges).join(', ')}`,
      );
    }
    const [least, most] = ranges[name as keyof DetectorOptions];
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new BargeinError(`detector option ${name}=${text} is out of range`, `give a number from ${least} to ${most}`);
    }
    values[name] = value;
  }
  return { ...defaultDetectorOptions, ...values };
}

import type { DetectorName, HeardTrack, Ms, Pcm, Stretch } from '../types.js';
import type { DetectorOptions } from './options.js';

/** What a detector is given. Positions are samples of the heard track; nothing here says what the agent should have done. */
export interface DetectionInput {
  readonly track: HeardTrack;
  /** The response that was asked for; null where it is not known. */
  readonly reference: Pcm | null;
  readonly userOnset: number;
  readonly userEnd: number;
  /** A stop counts up to here. */
  readonly windowEnd: number;
  /** Length of the resume window after a stop. */
  readonly resumeSamples: number;
  /** When flushes took effect at the client. */
  readonly flushes: readonly number[];
  /** Whether the playout buffer was empty at a sample. */
  queueEmptyAt(sample: number): boolean;
  /** Where the protocol said that the response was over by itself; null where it did not. */
  readonly responseEnd: number | null;
  /** The longest pause of this agent's undisturbed speech, ms; null where it is not known. */
  readonly undisturbedPauseMs: Ms | null;
  readonly options: DetectorOptions;
  /** The audible stretches, where they are known from more than this track; else they are found on it. */
  readonly audible?: readonly Stretch[];
}

/** The agent went quiet where its own response would have gone on. */
export interface Stop {
  /** Just after the last audible sample. */
  readonly lo: number;
  /** The next sample that the response would have made audible, where the stop fell into one of its pauses; else `lo`. */
  readonly hi: number;
  readonly inPause: boolean;
  /** First sample at which the same response was audible again within the resume window; null: it stayed quiet. */
  readonly resumedAt: number | null;
  /** First sample at which anything was audible again within the resume window. */
  readonly audibleAgainAt: number | null;
  /** First sample of a new response. */
  readonly replyAt: number | null;
  /** Old audio after the stop that was too short to be the response going on, in samples. */
  readonly leak: number;
  /** The recording or the response ended before the resume window did. */
  readonly truncated: boolean;
}

export interface Detection {
  readonly detector: DetectorName;
  /** Stretches of audible agent speech on the heard track. */
  readonly audible: readonly Stretch[];
  readonly stop: Stop | null;
  /**
   * Where no stop was found: the longest silence from 200 ms up to the hangover that begins between the user's onset and the window's
   * end, and ends by the agent being audible again. null: there is none; left out where the response is known, which tells better.
   */
  readonly briefSilence?: Stretch | null;
  /** Where the response came to its own end within the window; null where it went on. */
  readonly naturalEnd: number | null;
  /** Level and floor are too close to tell silence from speech. */
  readonly snrTooLow: boolean;
  /** The heard track is not the reference: the energy detector judged instead. */
  readonly referenceLost: boolean;
  /** Level of the speech while it was ducked and when it first was; null where the level held or the reference is unknown. */
  readonly duckedAt: number | null;
  /** From here on the level was 20 dB down for good; null where that never was, or the reference is unknown. */
  readonly down20At: number | null;
}

/** Finds the agent's silence on a heard track. */
export interface Detector {
  readonly name: DetectorName;
  detect(input: DetectionInput): Detection;
}

export function samplesOf(ms: Ms, rateHz: number): number {
  return Math.round((ms * rateHz) / 1000);
}

/** The voice activity detectors there are; `index.ts` names the file behind each. */
export type VadKind = 'silero' | 'energy' | 'webrtc';

/** A voice activity detector listening to one stream of audio. Not shared between streams. */
export interface Vad {
  readonly kind: VadKind;
  /** Samples per second of what it listens to. */
  readonly rateHz: number;
  /** Length of the one frame size it takes. */
  readonly frameSamples: number;
  /**
   * Hears the next frame, of exactly `frameSamples`, and says how much it is like speech, 0..1. Frames must be given in order, each
   * after the answer to the one before.
   */
  process(frame: Int16Array): number | Promise<number>;
  /** Forgets everything heard. */
  reset(): void;
  /** Gives back what it holds outside the garbage collector's reach. Not to be used afterwards. */
  close(): void;
}

export interface VadOptions {
  /** What the listener will compare the answer with, 0..1; only `webrtc` needs to know it beforehand. */
  readonly threshold: number;
  /** Answers of earlier streams that began with the same samples may be used again. Never in real time, where work must take its time. */
  readonly cache: boolean;
}

export const defaultVadOptions: VadOptions = { threshold: 0.5, cache: true };

import type { Ms } from '../types.js';

export interface SpeechRules {
  /** Speech begins at this probability. */
  readonly threshold: number;
  readonly minSpeechMs: Ms;
  readonly minSilenceMs: Ms;
  readonly frameMs: Ms;
}

/** Once speech has begun it goes on down to this much below the threshold, but not below the least (the usual rule with Silero). */
const releaseBelow = 0.15;
const leastRelease = 0.01;

/** Turns the probabilities of a VAD into starts and ends of speech. */
export class SpeechTracker {
  readonly #rules: SpeechRules;
  readonly #startFrames: number;
  readonly #endFrames: number;
  #speaking = false;
  /** Frames at or above the threshold in a row, before speech begins. */
  #loudFrames = 0;
  /** Frames below the release in a row, while there is speech. */
  #silentFrames = 0;
  #speechFrames = 0;

  constructor(rules: SpeechRules) {
    this.#rules = rules;
    this.#startFrames = Math.max(1, Math.ceil(rules.minSpeechMs / rules.frameMs));
    this.#endFrames = Math.max(1, Math.ceil(rules.minSilenceMs / rules.frameMs));
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  /** Length of the speech going on, or of the last one, without the silence after it, ms. */
  get speechMs(): Ms {
    return (this.#speechFrames - this.#silentFrames) * this.#rules.frameMs;
  }

  /** Takes the next frame; says whether speech has been found to begin or to have ended with it. */
  hear(probability: number): 'start' | 'end' | null {
    return this.#speaking ? this.#followSpeech(probability) : this.#awaitSpeech(probability);
  }

  #awaitSpeech(probability: number): 'start' | null {
    this.#loudFrames = probability >= this.#rules.threshold ? this.#loudFrames + 1 : 0;
    if (this.#loudFrames < this.#startFrames) return null;
    this.#speaking = true;
    this.#speechFrames = this.#loudFrames;
    this.#silentFrames = 0;
    return 'start';
  }

  #followSpeech(probability: number): 'end' | null {
    this.#speechFrames++;
    const release = Math.max(leastRelease, this.#rules.threshold - releaseBelow);
    this.#silentFrames = probability >= release ? 0 : this.#silentFrames + 1;
    if (this.#silentFrames < this.#endFrames) return null;
    this.#speaking = false;
    this.#loudFrames = 0;
    return 'end';
  }
}

import type { SessionContext } from '../types.js';

/** What an agent may send ahead of what has been heard. */
const mostAheadSeconds = 900;

/** Passes an agent's audio on, and ends the session where more waits to be heard than any call would take. */
export class Downlink {
  readonly #context: SessionContext;
  readonly #most: number;
  #handedOver = 0;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#most = mostAheadSeconds * context.format.rateHz;
  }

  /** @throws Error where too much waits */
  audio(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#handedOver += samples.length;
    if (this.#handedOver > this.#most && this.#handedOver - this.#context.playedTo() > this.#most) {
      throw new Error(`the agent has sent more than ${mostAheadSeconds} s of audio ahead of what was heard`);
    }
    this.#context.audio(samples);
  }
}

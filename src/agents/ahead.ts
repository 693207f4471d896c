import type { Clock, Ms } from '../types.js';

/** How far an agent's audio is ahead of a client that plays it as it comes. */
export class AheadMeter {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #rateHz: number;
  #playedOutMs: Ms = 0;

  constructor(clock: Pick<Clock, 'now'>, rateHz: number) {
    this.#clock = clock;
    this.#rateHz = rateHz;
  }

  /** @returns how long the client has to play from now on, with these samples */
  push(samples: number): Ms {
    const nowMs = this.#clock.now();
    this.#playedOutMs = Math.max(this.#playedOutMs, nowMs) + (samples * 1000) / this.#rateHz;
    return this.#playedOutMs - nowMs;
  }

  /** What has not been played never will be. */
  drop(): void {
    this.#playedOutMs = 0;
  }
}

import type { Cancel, Clock, Ms } from '../types.js';

const frameMs: Ms = 20;
/** How much sooner than it is to be heard a frame is sent: room for a timer that is late. */
const leadMs: Ms = 20;

/**
 * Sends audio in real time over a wire that cannot take any back: what an agent ships ahead waits here, where a flush still reaches it.
 * What is due when it comes is sent at once.
 */
export class PacedOutput {
  readonly #clock: Clock;
  readonly #rateHz: number;
  readonly #send: (samples: Int16Array) => void;
  #waiting: Int16Array[] = [];
  /** When what has been sent will have been heard by a client that plays it as it comes. */
  #playedOutMs: Ms = 0;
  #timer: Cancel | null = null;

  constructor(clock: Clock, rateHz: number, send: (samples: Int16Array) => void) {
    this.#clock = clock;
    this.#rateHz = rateHz;
    this.#send = send;
  }

  push(samples: Int16Array): void {
    const length = Math.round((this.#rateHz * frameMs) / 1000);
    for (let from = 0; from < samples.length; from += length) this.#waiting.push(samples.subarray(from, from + length));
    if (this.#timer === null) this.#ship();
  }

  /** What waits is never sent. */
  clear(): void {
    this.#waiting = [];
    this.#timer?.();
    this.#timer = null;
  }

  #ship(): void {
    this.#timer = null;
    for (;;) {
      const [frame] = this.#waiting;
      if (!frame) return;
      const nowMs = this.#clock.now();
      const dueMs = this.#playedOutMs - leadMs;
      if (dueMs > nowMs) {
        this.#timer = this.#clock.at(dueMs, () => this.#ship());
        return;
      }
      this.#waiting.shift();
      this.#playedOutMs = Math.max(this.#playedOutMs, nowMs) + (frame.length * 1000) / this.#rateHz;
      this.#send(frame);
    }
  }
}

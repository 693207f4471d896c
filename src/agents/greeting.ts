import type { Cancel, Clock, Ms } from '../types.js';

/** The wait for what a far side says before it can be talked to. Settled once, by its answer, by a refusal, or by the time-out. */
export class Greeting {
  /** Rejected with the reason where it does not come about. */
  readonly over: Promise<void>;
  readonly #stop: Cancel;
  #settle: { resolve(): void; reject(thrown: Error): void } | null = null;

  /** @param missing what has not come, said when the time is over */
  constructor(clock: Pick<Clock, 'now' | 'at'>, limitMs: Ms, missing: () => string) {
    this.over = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Not everybody waits for it.
    this.over.catch(() => {});
    this.#stop = clock.at(clock.now() + limitMs, () => this.refuse(`${missing()} for ${limitMs} ms`));
  }

  get isWaiting(): boolean {
    return this.#settle !== null;
  }

  accept(): void {
    this.#settle?.resolve();
    this.end();
  }

  refuse(reason: string): void {
    this.#settle?.reject(new Error(reason));
    this.end();
  }

  /** Nobody waits any more. */
  end(): void {
    this.#settle = null;
    this.#stop();
  }
}

import type { Cancel, Ms, SessionContext } from '../types.js';

export interface Shipping {
  readonly chunkMs: Ms;
  /** How much speech is sent ahead of real time, ms. */
  readonly queueMs: Ms;
}

export interface ShipmentHooks {
  /** Just before the first chunk. */
  started(): void;
  /** Just after the last one; not where the shipment was stopped. */
  ended(): void;
}

/** A difference of times below this is none, ms. */
const slackMs = 1e-6;

/**
 * Sends speech as an agent with a text-to-speech stream does: in chunks, chunk `k` at `start + max(0, k * chunk - queue)`. The last one may
 * be shorter. Chunks are views of the samples given, never copies.
 */
export class Shipper {
  readonly #context: SessionContext;
  readonly #shipping: Shipping;
  #samples: Int16Array = new Int16Array(0);
  #first = 0;
  #next = 0;
  #startMs: Ms | null = null;
  #timer: Cancel = () => {};
  #hooks: ShipmentHooks | null = null;

  constructor(context: SessionContext, shipping: Shipping) {
    this.#context = context;
    this.#shipping = shipping;
  }

  /** The first sample that has not been sent. */
  get shippedTo(): number {
    return this.#next;
  }

  /** When the first chunk of this shipment left; null before any. */
  get startMs(): Ms | null {
    return this.#startMs;
  }

  /** Sends `samples` from sample `first` on, the first chunk now. Ends what was being sent. */
  start(samples: Int16Array, first: number, hooks: ShipmentHooks): void {
    this.stop();
    this.#samples = samples;
    this.#first = first;
    this.#next = first;
    this.#startMs = this.#context.clock.now();
    this.#hooks = hooks;
    hooks.started();
    this.#ship(0);
  }

  /** What has not been sent stays unsent. */
  stop(): void {
    this.#timer();
    this.#hooks = null;
  }

  /** Goes on, from the next chunk on, with these samples instead, position and schedule unchanged. */
  divert(samples: Int16Array): void {
    this.#samples = samples;
  }

  /** The sample that a client is hearing if it plays what it gets as soon as it gets it. */
  heardTo(): number {
    if (this.#startMs === null) return this.#first;
    const passed = Math.round(((this.#context.clock.now() - this.#startMs) * this.#context.format.rateHz) / 1000);
    return Math.min(this.#next, this.#first + passed);
  }

  /** Sends chunk `k`, and those after it that are due as well. */
  #ship(k: number): void {
    const { clock } = this.#context;
    const startMs = this.#startMs as Ms;
    for (let chunk = k; ; chunk++) {
      const dueMs = startMs + Math.max(0, chunk * this.#shipping.chunkMs - this.#shipping.queueMs);
      if (chunk > k && dueMs > clock.now() + slackMs) {
        this.#timer = clock.at(dueMs, () => this.#ship(chunk));
        return;
      }
      const end = Math.min(this.#samples.length, this.#first + this.#toSamples((chunk + 1) * this.#shipping.chunkMs));
      if (end > this.#next) this.#context.audio(this.#samples.subarray(this.#next, end));
      this.#next = Math.max(this.#next, end);
      if (this.#next >= this.#samples.length) return this.#finish();
    }
  }

  #finish(): void {
    const hooks = this.#hooks;
    this.#hooks = null;
    hooks?.ended();
  }

  #toSamples(ms: Ms): number {
    return Math.round((ms * this.#context.format.rateHz) / 1000);
  }
}

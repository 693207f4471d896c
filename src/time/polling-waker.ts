import type { Ms } from '../types.js';
import type { Waker } from './waker.js';

/** How long before a deadline the coarse sleep ends and polling begins, ms. setTimeout is about 1 ms late at the median. */
const usualAheadMs = 1.6;
const shortestSleepMs = 0.5;

/**
 * A coarse sleep until just before the deadline, then polling through setImmediate, which lets sockets and promises run in between.
 * For a clock that is used briefly, or for nothing that must be on time: the polling takes the processor that it runs on.
 */
export class PollingWaker implements Waker {
  onWake: () => void = () => {};
  #dueNs: bigint | null = null;
  #sleep: NodeJS.Timeout | null = null;
  #poll: NodeJS.Immediate | null = null;
  readonly #aheadNs: bigint;

  /** @param aheadMs with less of it, deadlines are met less well, and the processor is left to others */
  constructor(aheadMs: Ms = usualAheadMs) {
    this.#aheadNs = BigInt(Math.round(aheadMs * 1e6));
  }

  wakeAt(dueNs: bigint | null): void {
    this.#dueNs = dueNs;
    if (this.#sleep) clearTimeout(this.#sleep);
    this.#sleep = null;
    if (dueNs === null && this.#poll) {
      clearImmediate(this.#poll);
      this.#poll = null;
    }
    if (dueNs === null || this.#poll) return;
    const waitMs = Number(dueNs - process.hrtime.bigint() - this.#aheadNs) / 1e6;
    if (waitMs <= shortestSleepMs) this.#poll = setImmediate(() => this.#look());
    else this.#sleep = setTimeout(() => this.wakeAt(this.#dueNs), Math.floor(waitMs));
  }

  async close(): Promise<void> {
    this.wakeAt(null);
    this.onWake = () => {};
  }

  #look(): void {
    this.#poll = null;
    const dueNs = this.#dueNs;
    if (dueNs === null) return;
    if (process.hrtime.bigint() < dueNs) {
      this.wakeAt(dueNs);
      return;
    }
    this.#dueNs = null;
    this.onWake();
  }
}

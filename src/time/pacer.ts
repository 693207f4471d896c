import { Worker } from 'node:worker_threads';
import { endOfPacer, makePacerBuffer, noDeadline, pacerMemory, reportCount, setCount } from './pacer-memory.js';
import { threadFile } from './thread-file.js';
import type { Waker } from './waker.js';

/** Of ES2024; Node has it from 16 on. */
interface WaitAsync {
  waitAsync(counts: Int32Array, index: number, value: number): { readonly async: boolean; readonly value: unknown };
}
const { waitAsync } = Atomics as unknown as WaitAsync;

/**
 * A thread that does nothing but wait for deadlines: it sleeps, then spins for half a millisecond at most, so that the thread whose
 * deadlines they are does neither and is free for its sockets. `process.hrtime` is one clock for all threads of a process.
 */
export class Pacer implements Waker {
  onWake: () => void = () => {};
  readonly #memory;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #reports = 0;
  #closed = false;
  #soon: NodeJS.Immediate | null = null;

  constructor() {
    const buffer = makePacerBuffer();
    this.#memory = pacerMemory(buffer);
    const { url, execArgv } = threadFile('pacer-thread', import.meta.url);
    this.#worker = new Worker(url, { workerData: buffer, execArgv });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.unref();
    void this.#listen();
  }

  wakeAt(dueNs: bigint | null): void {
    if (this.#closed) return;
    if (this.#soon) clearImmediate(this.#soon);
    this.#soon = null;
    if (dueNs === null) {
      this.#set(noDeadline);
      // Nothing to wait for is no reason to stay.
      this.#worker.unref();
    } else if (dueNs <= process.hrtime.bigint()) {
      this.#soon = setImmediate(() => this.#wake());
    } else {
      this.#worker.ref();
      this.#set(dueNs);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#soon) clearImmediate(this.#soon);
    this.onWake = () => {};
    this.#worker.ref();
    this.#set(endOfPacer);
    Atomics.notify(this.#memory.counts, reportCount);
    await this.#ended;
  }

  #set(dueNs: bigint): void {
    const { due, counts } = this.#memory;
    Atomics.store(due, 0, dueNs);
    Atomics.add(counts, setCount, 1);
    Atomics.notify(counts, setCount);
  }

  async #listen(): Promise<void> {
    while (!this.#closed) {
      const report = waitAsync(this.#memory.counts, reportCount, this.#reports);
      if (report.async) await report.value;
      this.#reports = Atomics.load(this.#memory.counts, reportCount);
      this.#wake();
    }
  }

  #wake(): void {
    try {
      this.onWake();
    } catch (thrown) {
      // Whatever a deadline's work throws is an uncaught exception, as it is from any timer; the pacer goes on.
      queueMicrotask(() => {
        throw thrown;
      });
    }
  }
}

import type { Cancel, Ms } from '../types.js';

export interface TimerEvent {
  readonly dueMs: Ms;
  readonly order: number;
  run: () => void | Promise<void>;
  cancelled: boolean;
}

/** A binary heap of deadlines; equal ones leave in the order they came. */
export class TimerQueue {
  #heap: TimerEvent[] = [];
  #order = 0;

  add(dueMs: Ms, run: () => void | Promise<void>): Cancel {
    const event: TimerEvent = { dueMs, order: this.#order++, run, cancelled: false };
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return () => {
      event.cancelled = true;
      event.run = () => {};
    };
  }

  /** Due time of the next event; null where there is none. */
  next(): Ms | null {
    while (this.#heap.length > 0 && this.#heap[0].cancelled) this.#pop();
    return this.#heap.length > 0 ? this.#heap[0].dueMs : null;
  }

  /** Takes the next event if it is due at `nowMs`. */
  take(nowMs: Ms): TimerEvent | null {
    const due = this.next();
    return due !== null && due <= nowMs ? this.#pop() : null;
  }

  #pop(): TimerEvent {
    const top = this.#heap[0];
    const last = this.#heap.pop() as TimerEvent;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return top;
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    return x.dueMs < y.dueMs || (x.dueMs === y.dueMs && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b], this.#heap[a]];
  }

  #rise(index: number): void {
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(index: number): void {
    for (let at = index; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}

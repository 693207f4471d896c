import type { PlayoutBuffer } from '../audio/playout.js';
import type { Cancel, Clock } from '../types.js';

interface Mark {
  /** Packets that must have been heard, or dropped. */
  readonly packets: number;
  run: () => void;
}

/**
 * Tells an agent's client when what it has been handed has been heard: what a protocol's marks and truncations are made of. Follows the
 * playout buffer, knows nothing of what the audio says.
 */
export class HeardMarks {
  readonly #playout: PlayoutBuffer;
  readonly #clock: Pick<Clock, 'now' | 'at'>;
  /** In the order of their packets. */
  #marks: Mark[] = [];
  #wake: Cancel = () => {};

  constructor(playout: PlayoutBuffer, clock: Pick<Clock, 'now' | 'at'>) {
    this.#playout = playout;
    this.#clock = clock;
  }

  /** Calls back once all that has been pushed so far has been heard, or dropped; never before it returns. */
  add(run: () => void): Cancel {
    const mark: Mark = { packets: this.#playout.received, run };
    this.#marks.push(mark);
    this.#arm();
    return () => {
      this.#marks = this.#marks.filter((other) => other !== mark);
    };
  }

  /** All that waited has been dropped: every mark is due, in order. */
  flushed(): void {
    const due = this.#marks;
    this.#marks = [];
    this.#wake();
    for (const { run } of due) run();
  }

  /** Samples, of all that were pushed, that come before the playback position: heard, or dropped. */
  playedTo(): number {
    const nowMs = this.#clock.now();
    this.#playout.settle(nowMs);
    return this.#playout.playedTo(nowMs);
  }

  #arm(): void {
    this.#wake();
    const [first] = this.#marks;
    if (!first) return;
    const nowMs = this.#clock.now();
    this.#playout.settle(nowMs);
    // Where playing has not begun, its end is not known before it does.
    const dueMs = this.#playout.heardAtMs(first.packets) ?? this.#playout.startsAtMs() ?? nowMs;
    this.#wake = this.#clock.at(dueMs, () => this.#serve());
  }

  #serve(): void {
    const nowMs = this.#clock.now();
    this.#playout.settle(nowMs);
    while (this.#marks.length > 0 && (this.#playout.heardAtMs(this.#marks[0].packets) ?? Infinity) <= nowMs + slackMs) this.#marks.shift()?.run();
    this.#arm();
  }
}

/** A difference of times below this is none, ms. */
const slackMs = 1e-6;

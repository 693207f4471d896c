import type { PlayoutBuffer } from '../audio/playout.js';
import type { Clock, Ms } from '../types.js';

/** How often the end of an attempt is considered once its window has passed, ms. */
const pollMs = 50;
/** Silence after the last sample of the response that shows it is over, ms. */
const overMs = 500;

interface Listening {
  readonly clock: Clock;
  readonly playout: PlayoutBuffer;
  /** Magnitude from which a sample is audible. */
  readonly audible: number;
  readonly userOnsetMs: Ms;
  readonly windowEndMs: Ms;
  readonly resumeMs: Ms;
  /** A silence longer than this is no pause of the response. */
  readonly pauseMs: Ms;
  /** The response has been played to its last sample. */
  responseHeard(): boolean;
  done(): void;
}

/**
 * Ends an attempt when nothing that matters can come any more: at the end of the window where the agent has been audible all
 * along, else when the resume window after its first long silence has passed. Decides only how long to listen, never what it
 * means.
 */
export function listenUntil(listening: Listening): void {
  const { clock, windowEndMs, resumeMs } = listening;
  const lastMs = windowEndMs + 2 * resumeMs;
  const silences = new Silences(listening);
  const consider = () => {
    const now = clock.now();
    const { longFromMs, quietMs } = silences.until(now);
    const settled = longFromMs === null ? quietMs === 0 : now >= longFromMs + resumeMs;
    const over = quietMs >= overMs && listening.responseHeard();
    if (settled || over || now >= lastMs) listening.done();
    // Once the first long silence is known, only its own end decides.
    else clock.at(longFromMs === null ? now + pollMs : longFromMs + resumeMs, consider);
  };
  clock.at(windowEndMs, consider);
}

/** Follows the silences since the user's onset: what has been heard is not heard again. */
class Silences {
  readonly #listening: Listening;
  readonly #first: number;
  /** Samples since the onset that have been looked at, the silence that they end in, and where the first long one began. */
  #seen = 0;
  #quiet = 0;
  #longFrom: number | null = null;

  constructor(listening: Listening) {
    this.#listening = listening;
    this.#first = listening.playout.indexAt(listening.userOnsetMs);
  }

  /** Since the user's onset: where the first long silence began (null for none), and for how long it has been quiet now. */
  until(nowMs: Ms): { longFromMs: Ms | null; quietMs: Ms } {
    const { playout, audible, pauseMs } = this.#listening;
    playout.settle(nowMs);
    const track = new Int16Array(Math.max(0, playout.indexAt(nowMs) - this.#first - this.#seen));
    playout.copyHeard(this.#first + this.#seen, track);
    const long = (pauseMs * playout.rateHz) / 1000;
    for (const sample of track) {
      this.#seen++;
      this.#quiet = Math.abs(sample) >= audible ? 0 : this.#quiet + 1;
      if (this.#quiet > long) this.#longFrom ??= this.#seen - this.#quiet;
    }
    // A silence shorter than this is the gap between two words.
    const word = (20 * playout.rateHz) / 1000;
    return {
      longFromMs: this.#longFrom === null ? null : playout.timeOf(this.#first + this.#longFrom),
      quietMs: this.#quiet <= word ? 0 : playout.timeOf(this.#quiet),
    };
  }
}

import type { Ms } from '../types.js';

/** Over how long the first starts are spread, ms. */
const firstStartsMs = 1000;

/**
 * When sessions start, so that their frames do not fall on the same instants: the first ones evenly over a second, later ones as soon as
 * they can, but a part of a frame after the one before.
 */
export class StartSpread {
  readonly #lanes: number;
  readonly #frameMs: Ms;
  readonly #fromMs: Ms;
  #given = 0;
  #lastMs: Ms | null = null;

  constructor(lanes: number, frameMs: Ms, fromMs: Ms) {
    this.#lanes = lanes;
    this.#frameMs = frameMs;
    this.#fromMs = fromMs;
  }

  /** The start of the next session that is ready at `nowMs`. */
  next(nowMs: Ms): Ms {
    const spreadMs = this.#given < this.#lanes ? this.#fromMs + (firstStartsMs * this.#given) / this.#lanes : nowMs;
    const apartMs = this.#lastMs === null ? nowMs : this.#lastMs + this.#frameMs / this.#lanes;
    this.#given++;
    this.#lastMs = Math.max(nowMs, spreadMs, apartMs);
    return this.#lastMs;
  }
}

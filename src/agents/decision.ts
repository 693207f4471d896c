import { normalFrom, randomFrom, seedOf } from '../time/index.js';
import type { Random } from '../time/index.js';
import type { Ms } from '../types.js';
import type { ReferenceOptions } from './options.js';

/** How long the agent takes from the start of speech to its cancel: lognormal about a median, and sometimes a stall. Seeded. */
export class DecisionDelay {
  readonly #random: Random;
  readonly #options: ReferenceOptions;

  constructor(seed: number, options: ReferenceOptions) {
    this.#random = randomFrom(seedOf(seed, 'reference'));
    this.#options = options;
  }

  next(): Ms {
    const { 'decision.delayMs': medianMs, 'decision.spread': spread, 'decision.stallRate': rate, 'decision.stallMs': stallMs } = this.#options;
    const delayMs = medianMs * Math.exp(spread * normalFrom(this.#random));
    return this.#random() < rate ? delayMs + stallMs : delayMs;
  }
}

import type { Corpus } from '../corpus/load.js';
import { measureAttempt } from '../measure/attempt.js';
import type { MeasureOptions } from '../measure/attempt.js';
import { prepareResponse } from '../replay/media.js';
import type { JournalEntry } from '../replay/journal.js';
import type { Agent, AttemptResult, Ms } from '../types.js';

/** Of how many attempts the verdicts are remembered. */
const keptAttempts = 8;

/**
 * Judges recordings against the responses of a corpus. A verdict is a pure function of the recording, and agents that differ in an
 * option often do the same: the points of a sweep share one of these, and what is the same to the letter is judged once.
 */
export class Verdicts {
  readonly #corpus: Corpus;
  readonly #turns: Agent['turns'];
  #options: MeasureOptions;
  /** By attempt, then by the entry as text. */
  readonly #known = new Map<string, Map<string, AttemptResult>>();

  constructor(corpus: Corpus, turns: Agent['turns'], options: MeasureOptions) {
    this.#corpus = corpus;
    this.#turns = turns;
    this.#options = options;
  }

  /** From here on the longest pause of the agent's own speech is known, ms: what was judged before may come out otherwise. */
  learnPause(undisturbedPauseMs: Ms): void {
    this.#options = { ...this.#options, undisturbedPauseMs };
    this.#known.clear();
  }

  /** @param text the entry as JSON */
  async of({ attempt, recording }: JournalEntry, text: string): Promise<AttemptResult> {
    const known = this.#ofAttempt(attempt.id);
    const result = known.get(text) ?? measureAttempt(attempt, recording, await prepareResponse(attempt, this.#corpus, { line: recording.format, turns: this.#turns }), this.#options);
    known.set(text, result);
    return result;
  }

  #ofAttempt(id: string): Map<string, AttemptResult> {
    const known = this.#known.get(id) ?? new Map<string, AttemptResult>();
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size > keptAttempts) this.#known.delete(this.#known.keys().next().value as string);
    return known;
  }
}

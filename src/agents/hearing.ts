import type { Vad } from '../vad/index.js';
import type { SessionContext } from '../types.js';
import { FrameCutter } from './frame-cutter.js';
import { SpeechTracker } from './speech-tracker.js';
import type { SpeechRules } from './speech-tracker.js';

/**
 * The agent's ear: the uplink, cut to the frames of a VAD, judged one after the other. A frame is judged as soon as it is whole; under the
 * virtual clock that takes no time, in real time as long as it takes.
 */
export class Hearing {
  readonly #context: SessionContext;
  readonly #vad: Vad;
  readonly #cutter: FrameCutter;
  readonly #tracker: SpeechTracker;
  readonly #onChange: (change: 'start' | 'end') => void;
  /** The frame that is being judged; null where none is. */
  #last: Promise<void> | null = null;
  #closed = false;

  constructor(context: SessionContext, vad: Vad, rules: Omit<SpeechRules, 'frameMs'>, onChange: (change: 'start' | 'end') => void) {
    this.#context = context;
    this.#vad = vad;
    this.#cutter = new FrameCutter(vad.frameSamples);
    this.#tracker = new SpeechTracker({ ...rules, frameMs: (vad.frameSamples * 1000) / vad.rateHz });
    this.#onChange = onChange;
  }

  /** Whether the user is speaking, as far as the VAD knows. */
  get speaking(): boolean {
    return this.#tracker.speaking;
  }

  /** Length of the user's speech going on, or of the last one. */
  get speechMs(): number {
    return this.#tracker.speechMs;
  }

  hear(samples: Int16Array): void {
    if (this.#closed) return;
    for (const frame of this.#cutter.cut(samples)) {
      // An event of its own, which the virtual clock waits for; in real time the chain keeps the frames in order.
      this.#context.clock.at(this.#context.clock.now(), () => this.#next(frame));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Not under the feet of a frame that is being judged.
    if (this.#last === null) this.#vad.close();
    else
      this.#last = this.#last.then(
        () => this.#vad.close(),
        () => this.#vad.close(),
      );
  }

  /** Judges a frame after those before it; at once where the answer is at hand. */
  #next(frame: Int16Array): void | Promise<void> {
    if (this.#last !== null) return this.#waitFor(this.#last.then(() => this.#judge(frame)));
    const judged = this.#judge(frame);
    return judged && this.#waitFor(judged);
  }

  #waitFor(work: Promise<void>): Promise<void> {
    const waiting = work.finally(() => {
      if (this.#last === waiting) this.#last = null;
    });
    this.#last = waiting;
    return waiting;
  }

  #judge(frame: Int16Array): void | Promise<void> {
    if (this.#closed) return undefined;
    const answer = this.#vad.process(frame);
    return typeof answer === 'number' ? this.#take(answer) : answer.then((probability) => this.#take(probability));
  }

  #take(probability: number): void {
    if (this.#closed) return;
    const change = this.#tracker.hear(probability);
    if (change) this.#onChange(change);
  }
}

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
  #last: Promise<void> = Promise.resolve();
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
      this.#context.clock.at(this.#context.clock.now(), () => (this.#last = this.#last.then(() => this.#judge(frame))));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Not under the feet of a frame that is being judged.
    this.#last = this.#last.then(
      () => this.#vad.close(),
      () => this.#vad.close(),
    );
  }

  async #judge(frame: Int16Array): Promise<void> {
    if (this.#closed) return;
    const probability = await this.#vad.process(frame);
    if (this.#closed) return;
    const change = this.#tracker.hear(probability);
    if (change) this.#onChange(change);
  }
}

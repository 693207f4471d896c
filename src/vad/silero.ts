import { HistoryKey, SileroCache } from './silero-cache.js';
import type { SileroPoint } from './silero-cache.js';
import { SileroBatches } from './silero-batches.js';
import { sileroModel, sileroShapes, stateLength } from './silero-model.js';
import type { SileroModel, SileroRateHz } from './silero-model.js';
import type { Vad, VadOptions } from './vad.js';

/** Work of the Silero VADs of this thread that have a cache, in frames. */
export interface SileroCounters {
  /** Run through the network because the answer was not known: the distinct histories heard. */
  readonly computed: number;
  /** Run again only to come back to a point that was no longer kept. */
  readonly recomputed: number;
  /** Answered from the cache. */
  readonly hits: number;
}

const counters = { computed: 0, recomputed: 0, hits: 0 };
/** What the streams of this thread share that have a cache; made with the model. */
let shared: { readonly cache: SileroCache; readonly batches: SileroBatches } | null = null;

/** The counters of this thread so far (each worker thread has its own). */
export function sileroCounters(): SileroCounters {
  return { ...counters };
}

/** Probabilities are given to 1e-4: the same on a platform whatever the last bits of its arithmetic do. */
const perUnit = 10_000;

/**
 * Silero VAD 5. A neural network on frames of 32 ms, natively at 8 and 16 kHz; each frame is seen together with the 4 ms
 * before it, as in training (at 8 kHz the network hardly hears speech in bare frames; at 16 kHz it makes little difference).
 *
 * With a cache, a frame whose whole history has been heard before is not computed again, and nothing of the network is run
 * until an answer is not known; then it goes on from the last point that is kept.
 */
export class SileroVad implements Vad {
  readonly kind = 'silero';
  readonly rateHz: SileroRateHz;
  readonly frameSamples: number;
  readonly #contextSamples: number;
  readonly #model: Pick<SileroModel, 'run'>;
  readonly #cache: SileroCache | null;
  #key: HistoryKey;
  #point: SileroPoint;
  /** Frames heard since `#point` and answered from the cache. */
  #skipped: { readonly key: string; readonly frame: Int16Array }[] = [];

  constructor(model: Pick<SileroModel, 'run'>, rateHz: SileroRateHz, cache: SileroCache | null) {
    this.rateHz = rateHz;
    this.frameSamples = sileroShapes[rateHz].frameSamples;
    this.#contextSamples = sileroShapes[rateHz].contextSamples;
    this.#model = model;
    this.#cache = cache;
    this.#key = new HistoryKey(rateHz);
    this.#point = this.#start();
  }

  static async make(rateHz: SileroRateHz, options: VadOptions): Promise<SileroVad> {
    const model = await sileroModel();
    if (!options.cache) return new SileroVad(model, rateHz, null);
    shared ??= { cache: new SileroCache(), batches: new SileroBatches(model) };
    return new SileroVad(shared.batches, rateHz, shared.cache);
  }

  process(frame: Int16Array): number | Promise<number> {
    if (frame.length !== this.frameSamples) throw new RangeError(`a frame of ${frame.length} samples, not ${this.frameSamples}`);
    if (!this.#cache) return this.#compute(frame, null);
    const key = this.#key.add(frame);
    const known = this.#cache.probability(key);
    if (known !== null) return this.#recall(frame, key, known);
    // Another stream with the same history is at it.
    const running = this.#cache.running(key);
    if (running) return running.then((probability) => this.#recall(frame, key, probability));
    return this.#cache.whileRunning(key, this.#compute(frame, key));
  }

  #recall(frame: Int16Array, key: string, known: number): number {
    counters.hits++;
    const point = this.#cache?.point(key);
    if (point) this.#moveTo(point);
    else this.#skipped.push({ key, frame: frame.slice() });
    return known;
  }

  reset(): void {
    this.#key = new HistoryKey(this.rateHz);
    this.#moveTo(this.#start());
  }

  close(): void {
    this.#skipped = [];
  }

  async #compute(frame: Int16Array, key: string | null): Promise<number> {
    for (const skipped of this.#skipped.splice(0)) {
      await this.#step(skipped.frame, skipped.key);
      counters.recomputed++;
    }
    if (key !== null) counters.computed++;
    return this.#step(frame, key);
  }

  async #step(frame: Int16Array, key: string | null): Promise<number> {
    const input = new Float32Array(this.#contextSamples + this.frameSamples);
    input.set(this.#point.context);
    for (let i = 0; i < frame.length; i++) input[this.#contextSamples + i] = frame[i] / 32768;
    const { probability, state } = await this.#model.run(this.rateHz, input, this.#point.state);
    const rounded = Math.round(probability * perUnit) / perUnit;
    this.#point = { state, context: input.slice(-this.#contextSamples) };
    if (key !== null) this.#cache?.keep(key, rounded, this.#point);
    return rounded;
  }

  #moveTo(point: SileroPoint): void {
    this.#point = point;
    this.#skipped = [];
  }

  #start(): SileroPoint {
    return { state: new Float32Array(stateLength), context: new Float32Array(this.#contextSamples) };
  }
}

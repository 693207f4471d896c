import { hash } from 'node:crypto';
import { RecentMap } from './recent-map.js';

/** How far a stream has come: the recurrent state and the last samples heard. Never changed once made. */
export interface SileroPoint {
  readonly state: Float32Array;
  /** Full scale = 1. */
  readonly context: Float32Array;
}

/**
 * How many probabilities (about 100 bytes each) and how many points (about 1.4 kB each) a thread keeps. Streams that begin alike, in
 * digital silence, share their beginning, which is used so often that it stays; ends of streams pass through.
 */
const keptProbabilities = 131_072;
const keptPoints = 8192;

/**
 * Names everything a stream has heard since its start: a chain of SHA-256, so that two streams have the same key only if
 * they have heard the same samples at the same rate. 128 bits of it are the key of a map.
 */
export class HistoryKey {
  /** The digest so far, then the frame that is added. */
  #bytes: Buffer;

  constructor(rateHz: number) {
    this.#bytes = hash('sha256', `silero 5 at ${rateHz} Hz`, 'buffer');
  }

  add(frame: Int16Array): string {
    const length = digestBytes + frame.byteLength;
    if (this.#bytes.length !== length) this.#bytes = Buffer.concat([this.#bytes.subarray(0, digestBytes)], length);
    this.#bytes.set(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength), digestBytes);
    const digest = hash('sha256', this.#bytes, 'buffer');
    digest.copy(this.#bytes);
    return digest.toString('latin1', 0, 16);
  }
}

const digestBytes = 32;

/** What earlier streams of this thread came to, by the whole history heard. */
export class SileroCache {
  /** In units of 1e-4, which the engine keeps without a heap number each. */
  readonly #probabilities: RecentMap<string, number>;
  readonly #points: RecentMap<string, SileroPoint>;
  readonly #running = new Map<string, Promise<number>>();

  constructor(probabilities = keptProbabilities, points = keptPoints) {
    this.#probabilities = new RecentMap(probabilities);
    this.#points = new RecentMap(points);
  }

  get sizes(): { probabilities: number; points: number } {
    return { probabilities: this.#probabilities.size, points: this.#points.size };
  }

  probability(key: string): number | null {
    const units = this.#probabilities.get(key);
    return units === undefined ? null : units / 10_000;
  }

  point(key: string): SileroPoint | null {
    return this.#points.get(key) ?? null;
  }

  /** The answer that another stream is waiting for; null where none is. */
  running(key: string): Promise<number> | null {
    return this.#running.get(key) ?? null;
  }

  /** Lets other streams know what is being computed until it is. */
  whileRunning(key: string, answer: Promise<number>): Promise<number> {
    const kept = answer.finally(() => this.#running.delete(key));
    this.#running.set(key, kept);
    return kept;
  }

  keep(key: string, probability: number, point: SileroPoint): void {
    this.#probabilities.set(key, Math.round(probability * 10_000));
    this.#points.set(key, point);
  }

  clear(): void {
    this.#probabilities.clear();
    this.#points.clear();
  }
}

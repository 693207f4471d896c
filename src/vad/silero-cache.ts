import { createHash } from 'node:crypto';
import { LruMap } from './lru.js';

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
const keptPoints = 4096;

/**
 * Names everything a stream has heard since its start: a chain of SHA-256, so that two streams have the same key only if
 * they have heard the same samples at the same rate. 128 bits of it are the key of a map.
 */
export class HistoryKey {
  #digest: Buffer;

  constructor(rateHz: number) {
    this.#digest = createHash('sha256').update(`silero 5 at ${rateHz} Hz`).digest();
  }

  add(frame: Int16Array): string {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#digest = createHash('sha256').update(this.#digest).update(bytes).digest();
    return this.#digest.toString('latin1', 0, 16);
  }
}

/** What earlier streams of this thread came to, by the whole history heard. */
export class SileroCache {
  /** In units of 1e-4, which the engine keeps without a heap number each. */
  readonly #probabilities: LruMap<string, number>;
  readonly #points: LruMap<string, SileroPoint>;

  constructor(probabilities = keptProbabilities, points = keptPoints) {
    this.#probabilities = new LruMap(probabilities);
    this.#points = new LruMap(points);
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

  keep(key: string, probability: number, point: SileroPoint): void {
    this.#probabilities.set(key, Math.round(probability * 10_000));
    this.#points.set(key, point);
  }

  clear(): void {
    this.#probabilities.clear();
    this.#points.clear();
  }
}

import type { Pcm } from '../types.js';

export interface Match {
  /** Sample of the response that the window begins at. */
  readonly position: number;
  /** Normalised cross-correlation there, -1..1. */
  readonly correlation: number;
}

/** The coarse search runs at about these rates, Hz: speech holds most of its power below 1 kHz. Far searches take the lower one. */
const coarseRateHz = 4000;
const farRateHz = 2000;
/** A range longer than this is far, ms. */
const farMs = 1000;
/** How many coarse peaks are looked at closely. */
const peaks = 4;

/** Finds where in a response a window of audio comes from, by normalised cross-correlation: coarse, then to the sample. */
export class Correlator {
  readonly #samples: Int16Array;
  readonly #near: Coarse;
  readonly #far: Coarse;
  readonly #farSamples: number;

  constructor({ samples, rateHz }: Pcm) {
    this.#samples = samples;
    this.#near = new Coarse(samples, Math.max(1, Math.round(rateHz / coarseRateHz)));
    this.#far = new Coarse(samples, Math.max(1, Math.round(rateHz / farRateHz)));
    this.#farSamples = (farMs * rateHz) / 1000;
  }

  /** Correlation of the window with the response at exactly this position. */
  at(window: Int16Array, position: number): number {
    const from = Math.max(0, -position);
    const to = Math.min(window.length, this.#samples.length - position);
    let cross = 0;
    let own = 0;
    let theirs = 0;
    for (let i = 0; i < window.length; i++) own += window[i] * window[i];
    for (let i = from; i < to; i++) {
      const r = this.#samples[position + i];
      cross += window[i] * r;
      theirs += r * r;
    }
    return own > 0 && theirs > 0 ? cross / Math.sqrt(own * theirs) : 0;
  }

  /** The best match with a position in `[from, to]`; null where the range holds none. */
  find(window: Int16Array, from: number, to: number): Match | null {
    const first = Math.max(from, -window.length >> 1);
    const last = Math.min(to, this.#samples.length - (window.length >> 1));
    if (last < first) return null;
    const coarse = last - first > this.#farSamples ? this.#far : this.#near;
    let best: Match | null = null;
    for (const near of coarse.peaks(window, first, last)) {
      for (let position = Math.max(first, near - coarse.factor); position <= Math.min(last, near + coarse.factor); position++) {
        const correlation = this.at(window, position);
        if (best === null || correlation > best.correlation) best = { position, correlation };
      }
    }
    return best;
  }
}

/** A response at a fraction of its rate, with the energy up to each sample. */
class Coarse {
  readonly #samples: Float32Array;
  readonly #energy: Float64Array;

  constructor(
    samples: Int16Array,
    readonly factor: number,
  ) {
    this.#samples = decimate(samples, factor);
    this.#energy = new Float64Array(this.#samples.length + 1);
    for (let i = 0; i < this.#samples.length; i++) this.#energy[i + 1] = this.#energy[i] + this.#samples[i] ** 2;
  }

  /** Positions, at full rate, of the best local maxima of the correlation with a window. */
  peaks(window: Int16Array, first: number, last: number): number[] {
    const coarse = decimate(window, this.factor);
    const own = coarse.reduce((sum, value) => sum + value * value, 0);
    const begin = Math.floor(first / this.factor);
    const end = Math.ceil(last / this.factor);
    const scores = new Float32Array(end - begin + 1);
    for (let p = begin; p <= end; p++) scores[p - begin] = this.#score(coarse, own, p);
    const maxima: number[] = [];
    for (let i = 0; i < scores.length; i++) {
      if ((i === 0 || scores[i] >= scores[i - 1]) && (i === scores.length - 1 || scores[i] > scores[i + 1])) maxima.push(i);
    }
    return maxima
      .sort((a, b) => scores[b] - scores[a])
      .slice(0, peaks)
      .map((i) => (begin + i) * this.factor);
  }

  #score(window: Float32Array, own: number, position: number): number {
    const from = Math.max(0, -position);
    const to = Math.min(window.length, this.#samples.length - position);
    if (to <= from) return -1;
    const theirs = this.#energy[position + to] - this.#energy[position + from];
    if (theirs <= 0 || own <= 0) return -1;
    let cross = 0;
    for (let i = from; i < to; i++) cross += window[i] * this.#samples[position + i];
    return cross / Math.sqrt(own * theirs);
  }
}

/** Averages of `factor` samples. */
function decimate(samples: Int16Array, factor: number): Float32Array {
  const out = new Float32Array(Math.floor(samples.length / factor));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < factor; j++) sum += samples[i * factor + j];
    out[i] = sum / factor;
  }
  return out;
}

/** A window as it would be had it been played at `rate` times its speed the other way: `out[i] = window[i / rate]`. */
export function stretchWindow(window: Int16Array, rate: number): Int16Array {
  const out = new Int16Array(Math.max(1, Math.floor((window.length - 1) * rate)));
  for (let i = 0; i < out.length; i++) {
    const at = i / rate;
    const left = Math.floor(at);
    const right = Math.min(left + 1, window.length - 1);
    out[i] = Math.round(window[left] + (window[right] - window[left]) * (at - left));
  }
  return out;
}

import type { Pcm } from '../types.js';

export interface Match {
  /** Sample of the response that the window begins at. */
  readonly position: number;
  /** Normalised cross-correlation there, -1..1. */
  readonly correlation: number;
}

/** The coarse search runs at about this rate, Hz: speech holds most of its power below 1 kHz. */
const coarseRateHz = 4000;
/** A range longer than this is far, ms: it is searched at a lower rate first, which only says where to look (any peak in it is looked at, up to 40). */
const farMs = 60;
const farRateHz = 1000;
/** How many peaks of the coarse search, and of the far one, are looked at closely. */
const peaks = 4;
const farPeaks = 40;
/** How many of the latest far searches are remembered for a response. */
const keptSearches = 16;

/** Finds where in a response a window of audio comes from, by normalised cross-correlation: coarse, then to the sample. */
export class Correlator {
  readonly #samples: Float32Array;
  /** Energy of the response up to each sample. */
  readonly #energy: Float64Array;
  readonly #near: Coarse;
  readonly #far: Coarse;
  readonly #farSamples: number;
  /** The latest first. */
  readonly #searches: Search[] = [];

  constructor({ samples, rateHz }: Pcm) {
    // Floating point throughout: a loop that sees one kind of array is compiled well.
    this.#samples = Float32Array.from(samples);
    this.#energy = energyUpTo(this.#samples);
    this.#near = new Coarse(this.#samples, Math.max(1, Math.round(rateHz / coarseRateHz)));
    this.#far = new Coarse(this.#samples, Math.max(1, Math.round(rateHz / farRateHz)));
    this.#farSamples = (farMs * rateHz) / 1000;
  }

  /** Correlation of the window with the response at exactly this position. */
  at(window: Int16Array, position: number): number {
    const floats = Float32Array.from(window);
    return this.#correlate(floats, energyOf(floats), position);
  }

  #correlate(window: Float32Array, own: number, position: number): number {
    const from = Math.max(0, -position);
    const to = Math.min(window.length, this.#samples.length - position);
    if (to <= from) return 0;
    const theirs = this.#energy[position + to] - this.#energy[position + from];
    if (own <= 0 || theirs <= 0) return 0;
    return crossProduct(window, this.#samples, position, from, to) / Math.sqrt(own * theirs);
  }

  /** The best match with a position in `[from, to]`; null where the range holds none. */
  find(window: Int16Array, from: number, to: number): Match | null {
    const first = Math.max(from, -window.length >> 1);
    const last = Math.min(to, this.#samples.length - (window.length >> 1));
    if (last < first) return null;
    return last - first > this.#farSamples ? this.#remembering(window, first, last) : this.#search(window, first, last);
  }

  /** A search through the whole response takes milliseconds, and an agent that is tried with other options gives the same reply. */
  #remembering(window: Int16Array, first: number, last: number): Match | null {
    const known = this.#searches.find((search) => search.first === first && search.last === last && isSame(search.window, window));
    if (known) return known.match;
    const match = this.#search(window, first, last);
    this.#searches.unshift({ window: window.slice(), first, last, match });
    this.#searches.length = Math.min(this.#searches.length, keptSearches);
    return match;
  }

  #search(window: Int16Array, first: number, last: number): Match | null {
    const floats = Float32Array.from(window);
    const own = energyOf(floats);
    let best: Match | null = null;
    const { factor } = this.#near;
    for (const near of this.#candidates(floats, first, last)) {
      for (let position = Math.max(first, near - factor); position <= Math.min(last, near + factor); position++) {
        const correlation = this.#correlate(floats, own, position);
        if (best === null || correlation > best.correlation) best = { position, correlation };
      }
    }
    return best;
  }

  /** Positions worth a close look. */
  #candidates(window: Float32Array, first: number, last: number): number[] {
    const near = this.#near.windowOf(window);
    if (last - first <= this.#farSamples) return bestOf(this.#near.peaks(near, first, last), peaks);
    const around = bestOf(this.#far.peaks(this.#far.windowOf(window), first, last), farPeaks);
    const reach = this.#far.factor;
    return bestOf(around.flatMap((position) => this.#near.peaks(near, Math.max(first, position - reach), Math.min(last, position + reach))), peaks);
  }
}

const correlators = new WeakMap<Pcm, Correlator>();

/** The correlator of a response; made once. */
export function correlatorOf(response: Pcm): Correlator {
  const known = correlators.get(response) ?? new Correlator(response);
  correlators.set(response, known);
  return known;
}

/** A search through a long range, and what it found. */
interface Search {
  readonly window: Int16Array;
  readonly first: number;
  readonly last: number;
  readonly match: Match | null;
}

function isSame(a: Int16Array, b: Int16Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A place that may be the right one, with the coarse correlation there. */
interface Peak {
  readonly position: number;
  readonly score: number;
}

function bestOf(found: Peak[], count: number): number[] {
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ position }) => position);
}

/** A window at a fraction of its rate. */
interface CoarseWindow {
  readonly samples: Float32Array;
  readonly energy: number;
}

/** A response at a fraction of its rate, with the energy up to each sample. */
class Coarse {
  readonly #samples: Float32Array;
  readonly #energy: Float64Array;

  constructor(
    samples: Float32Array,
    readonly factor: number,
  ) {
    this.#samples = decimate(samples, factor);
    this.#energy = energyUpTo(this.#samples);
  }

  /** A window at full rate as it is looked for here. */
  windowOf(window: Float32Array): CoarseWindow {
    const samples = decimate(window, this.factor);
    return { samples, energy: energyOf(samples) };
  }

  /** The local maxima of the correlation with a window, positions at full rate. */
  peaks({ samples, energy }: CoarseWindow, first: number, last: number): Peak[] {
    const begin = Math.floor(first / this.factor);
    const end = Math.ceil(last / this.factor);
    const scores = new Float32Array(end - begin + 1);
    for (let p = begin; p <= end; p++) scores[p - begin] = this.#score(samples, energy, p);
    const maxima: Peak[] = [];
    for (let i = 0; i < scores.length; i++) {
      const isPeak = (i === 0 || scores[i] >= scores[i - 1]) && (i === scores.length - 1 || scores[i] > scores[i + 1]);
      if (isPeak) maxima.push({ position: (begin + i) * this.factor, score: scores[i] });
    }
    return maxima;
  }

  #score(window: Float32Array, own: number, position: number): number {
    const from = Math.max(0, -position);
    const to = Math.min(window.length, this.#samples.length - position);
    if (to <= from) return -1;
    const theirs = this.#energy[position + to] - this.#energy[position + from];
    if (theirs <= 0 || own <= 0) return -1;
    return crossProduct(window, this.#samples, position, from, to) / Math.sqrt(own * theirs);
  }
}

/** Sum of `a[i] * b[shift + i]` over `[from, to)`. Four sums side by side: one addition need not wait for the one before. */
function crossProduct(a: Float32Array, b: Float32Array, shift: number, from: number, to: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = from;
  // Both are indexed as they are: a view of either costs more than the products of a short window.
  let j = shift + from;
  for (; i + 3 < to; i += 4, j += 4) {
    s0 += a[i] * b[j];
    s1 += a[i + 1] * b[j + 1];
    s2 += a[i + 2] * b[j + 2];
    s3 += a[i + 3] * b[j + 3];
  }
  for (; i < to; i++, j++) s0 += a[i] * b[j];
  return s0 + s1 + s2 + s3;
}

function energyOf(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum;
}

function energyUpTo(samples: Float32Array): Float64Array {
  const energy = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) energy[i + 1] = energy[i] + samples[i] * samples[i];
  return energy;
}

/** Averages of `factor` samples. */
function decimate(samples: Float32Array, factor: number): Float32Array {
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

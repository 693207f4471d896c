import type { HeardTrack, Stretch } from '../types.js';
import { correlatorOf, stretchWindow } from './correlate.js';
import type { Correlator, Match } from './correlate.js';
import type { DetectorOptions } from './options.js';
import { nextAudible } from './reference.js';
import type { ReferenceProfile } from './reference.js';

/** How a stretch of heard speech follows from the one before it. */
export type Continuation =
  /** Just where the response would have been: the silence was its own pause. */
  | 'natural'
  /** At the next sample that had not been played: time was lost, no speech was. */
  | 'continued'
  /** Somewhere else in the response. */
  | 'jumped'
  /** Not this response. */
  | 'other';

export interface AlignedStretch extends Stretch {
  readonly continuation: Continuation;
  /** Response sample heard at `from`; null where the stretch is not of this response. */
  readonly position: number | null;
  /** Response samples per heard sample. */
  readonly rate: number;
}

/** Longest and shortest window that is correlated, ms. */
const windowLongMs = 200;
const windowShortMs = 25;
/** The window that is correlated first of all, ms. */
const windowFirstMs = 300;
/** Silences shorter than this lie within an utterance, ms. */
const utteranceGapMs = 500;
/** How far a position may be off before it is another one, ms. */
const nearMs = 8;
/** The rate may differ by this much. */
const rateSpan = 0.05;
const rateStep = 0.01;
/** A match this good needs no other rate. */
const goodMatch = 0.9;
/** The response itself, on a line that changes nothing: no other place is better. */
const certainMatch = 0.995;
/** What a window of less than 100 ms takes. */
const shortMatch = 0.8;
/** Another rate takes this much. */
const rateMatch = 0.85;

/**
 * Where in the response each audible stretch of the heard track comes from: by onset, refined by cross-correlation, and again
 * after every silence, tracking a rate within 5 %.
 */
export class Alignment {
  readonly stretches: AlignedStretch[] = [];
  readonly #track: HeardTrack;
  readonly #profile: ReferenceProfile;
  readonly #options: DetectorOptions;
  readonly #correlator: Correlator;
  readonly #near: number;
  #rate = 1;

  constructor(track: HeardTrack, audible: readonly Stretch[], profile: ReferenceProfile, options: DetectorOptions) {
    this.#track = track;
    this.#profile = profile;
    this.#options = options;
    this.#correlator = correlatorOf(profile.pcm);
    this.#near = this.#samples(nearMs);
    for (const stretch of audible) this.stretches.push(this.#align(stretch));
  }

  /** Whether what is heard is the response at all. */
  get matches(): boolean {
    return this.stretches.length > 0 && this.stretches[0].position !== null;
  }

  /** Response sample that heard sample `at` of a stretch comes from. */
  positionIn(stretch: AlignedStretch, at: number): number | null {
    return stretch.position === null ? null : stretch.position + Math.round((at - stretch.from) * stretch.rate);
  }

  #samples(ms: number): number {
    return Math.round((ms * this.#track.rateHz) / 1000);
  }

  #align(stretch: Stretch): AlignedStretch {
    const previous = this.stretches.findLast(({ position }) => position !== null);
    return previous ? this.#follow(previous, stretch) : this.#begin(stretch);
  }

  /**
   * The first stretch: at the response's onset, else anywhere in it. A first word may be short, so what follows it is looked at too,
   * unless that does not match.
   */
  #begin(stretch: Stretch): AlignedStretch {
    const near = this.#samples(50);
    const whole = this.#track.samples.subarray(stretch.from, stretch.from + this.#samples(windowFirstMs));
    const atOnset = this.#correlator.find(whole, this.#profile.onset - 1, this.#profile.onset + 1);
    if (atOnset && atOnset.correlation >= certainMatch) return this.#aligned(stretch, 'natural', atOnset);
    const windows = [whole, this.#windowOf(stretch)];
    for (const window of windows) {
      const found = this.#matchAtAnyRate(window, this.#profile.onset - near, this.#profile.onset + near) ?? this.#anywhere(window);
      if (found) return this.#aligned(stretch, 'natural', found);
    }
    return this.#other(stretch);
  }

  #follow(previous: AlignedStretch, stretch: Stretch): AlignedStretch {
    const ended = this.positionIn(previous, previous.to) as number;
    const gap = stretch.from - previous.to;
    const expected = ended + Math.round(gap * previous.rate);
    const next = nextAudible(this.#profile, ended);
    const window = this.#windowOf(stretch);
    if (window.length < this.#samples(windowShortMs)) {
      return this.#isExpected(ended, expected) ? this.#aligned(stretch, 'natural', { position: expected, correlation: 1 }) : this.#other(stretch);
    }
    const slack = this.#near + Math.round(rateSpan * gap);
    const natural = this.#matchAt(window, expected) ?? this.#preferring(expected, window, this.#match(window, expected - slack, expected + slack));
    if (natural) return this.#aligned(stretch, 'natural', natural);
    const continued = next === null ? null : (this.#matchAt(window, next) ?? this.#match(window, next - this.#samples(30), next + this.#samples(30)));
    if (continued) return this.#aligned(stretch, 'continued', continued);
    // What follows other speech at once is more of it.
    const before = this.stretches[this.stretches.length - 1];
    if (before.continuation === 'other' && stretch.from - before.to < this.#samples(utteranceGapMs)) return this.#other(stretch);
    const elsewhere = this.#anywhere(window);
    return elsewhere ? this.#aligned(stretch, 'jumped', elsewhere) : this.#other(stretch);
  }

  /**
   * For a stretch too short to be told by its sound: whether it comes where the response goes on by itself, right after speech or at the
   * end of a pause. After a silence in which the response would have been audible, it may be anything.
   */
  #isExpected(ended: number, expected: number): boolean {
    if (this.stretches[this.stretches.length - 1].continuation === 'other') return false;
    const audible = nextAudible(this.#profile, expected);
    const next = nextAudible(this.#profile, ended + this.#near);
    return audible !== null && audible - expected <= this.#near && next !== null && next >= expected - 3 * this.#near;
  }

  #aligned(stretch: Stretch, continuation: Continuation, { position }: Match): AlignedStretch {
    const begun = { ...stretch, continuation, position, rate: this.#rate };
    return { ...begun, rate: this.#rateOf(begun) };
  }

  #other(stretch: Stretch): AlignedStretch {
    return { ...stretch, continuation: 'other', position: null, rate: 1 };
  }

  #windowOf({ from, to }: Stretch): Int16Array {
    return this.#track.samples.subarray(from, Math.min(to, from + this.#samples(windowLongMs)));
  }

  /** A match at the place itself or a sample beside it, without a search. */
  #matchAt(window: Int16Array, position: number): Match | null {
    if (this.#rate !== 1) return null;
    const found = this.#correlator.find(window, position - 1, position + 1);
    return found && found.correlation >= goodMatch ? found : null;
  }

  #match(window: Int16Array, from: number, to: number): Match | null {
    const found = this.#correlator.find(this.#rate === 1 ? window : stretchWindow(window, this.#rate), from, to);
    return found && found.correlation >= this.#neededFor(window) ? found : null;
  }

  /** Short windows resemble many places: they must match better. */
  #neededFor(window: Int16Array): number {
    const { correlation } = this.#options;
    return window.length < this.#samples(windowLongMs / 2) ? Math.max(correlation, shortMatch) : correlation;
  }

  /** A match at the rate so far or, where that is not good, at the best of those within 5 %, which is then the rate. */
  #matchAtAnyRate(window: Int16Array, from: number, to: number): Match | null {
    let best = this.#match(window, from, to);
    if (best && best.correlation >= goodMatch) return best;
    for (let step = -Math.round(rateSpan / rateStep); step <= Math.round(rateSpan / rateStep); step++) {
      const rate = 1 + step * rateStep;
      const found = this.#correlator.find(stretchWindow(window, rate), from, to);
      // Another rate must be clearly better: noise lowers every correlation alike.
      if (!found || found.correlation < Math.max(this.#options.correlation, (best?.correlation ?? 0) + 0.05)) continue;
      best = found;
      this.#rate = rate;
    }
    return best;
  }

  /** A fade or noise lowers the correlation at the right place too: another place must be clearly better than the expected one. */
  #preferring(expected: number, window: Int16Array, found: Match | null): Match | null {
    if (found === null || this.#rate !== 1) return found;
    const correlation = this.#correlator.at(window, expected);
    return found.correlation < correlation + 0.05 ? { position: expected, correlation } : found;
  }

  /** A match anywhere needs a window that says something: short ones match everything. */
  #anywhere(window: Int16Array): Match | null {
    if (window.length < this.#samples(windowLongMs / 2)) return null;
    const found = this.#correlator.find(this.#rate === 1 ? window : stretchWindow(window, this.#rate), 0, this.#profile.pcm.samples.length);
    return found && found.correlation >= Math.max(this.#options.correlation, 0.7) ? found : null;
  }

  /** The rate over a stretch, from where its end lies. */
  #rateOf(stretch: AlignedStretch): number {
    const length = stretch.to - stretch.from;
    const tail = this.#samples(windowLongMs / 2);
    if (stretch.position === null || length < 3 * tail) return this.#rate;
    const at = stretch.to - tail;
    const window = this.#track.samples.subarray(at, stretch.to);
    const expected = stretch.position + Math.round((at - stretch.from) * this.#rate);
    if (this.#matchAt(window, expected)) return this.#rate;
    const slack = Math.round(rateSpan * length);
    const before = this.#rate;
    const found = this.#matchAtAnyRate(window, expected - slack, expected + slack);
    const rate = found && found.correlation >= rateMatch ? (found.position - stretch.position) / (at - stretch.from) : before;
    // The end of a fade looks like many places, a pitch period apart: a rate must hold half-way as well.
    if (rate !== before && this.#matchesHalfWay(stretch, rate) > this.#matchesHalfWay(stretch, before) + 0.05) return rate;
    this.#rate = before;
    return before;
  }

  /** How well the middle of a stretch matches the response at a rate. */
  #matchesHalfWay({ from, to, position }: AlignedStretch, rate: number): number {
    const middle = Math.round((to - from) / 2);
    const window = stretchWindow(this.#track.samples.subarray(from + middle, from + middle + this.#samples(windowLongMs / 4)), rate);
    return this.#correlator.at(window, (position as number) + Math.round(middle * rate));
  }
}

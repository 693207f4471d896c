import { Alignment } from './alignment.js';
import type { AlignedStretch } from './alignment.js';
import { judgeAftermath } from './aftermath.js';
import type { After } from './aftermath.js';
import { findAudible } from './audible.js';
import type { Detection, DetectionInput, Detector } from './detector.js';
import { samplesOf } from './detector.js';
import { energyDetector } from './energy.js';
import { followLevel } from './envelope.js';
import { referenceHangoverMs } from './options.js';
import { nextAudible, profileReference } from './reference.js';
import type { ReferenceProfile } from './reference.js';

/** A stop this close to where the response itself pauses is in that pause, and a pause is longer than a level window, ms. */
const pauseEdgeMs = 1;
const pauseMs = 10;
/** How much audible response must be missing from a silence for it to be the agent's doing, ms. */
const missingMs = 30;

/** Judges every silence by what the response would have been doing meanwhile (docs/measurement.md section 5.2). */
export const referenceAwareDetector: Detector = {
  name: 'reference-aware',
  detect(input) {
    const audible = input.reference && findAudible(input);
    if (!input.reference || !audible) return energyDetector.detect(input);
    const profile = profileReference(input.reference, input.options);
    const alignment = new Alignment(input.track, audible, profile, input.options);
    if (!alignment.matches) return { ...energyDetector.detect(input), referenceLost: audible.length > 0 };
    return new SilenceJudge(input, profile, alignment).judge();
  },
};

class SilenceJudge {
  readonly #input: DetectionInput;
  readonly #profile: ReferenceProfile;
  readonly #alignment: Alignment;
  readonly #stretches: readonly AlignedStretch[];
  readonly #hangover: number;

  constructor(input: DetectionInput, profile: ReferenceProfile, alignment: Alignment) {
    this.#input = input;
    this.#profile = profile;
    this.#alignment = alignment;
    this.#stretches = alignment.stretches;
    this.#hangover = this.#samples(input.options.hangoverMs ?? referenceHangoverMs);
  }

  judge(): Detection {
    const { track, userOnset, windowEnd } = this.#input;
    const found = this.#firstStop();
    const heardTo = found?.stop?.lo ?? Math.min(windowEnd, track.samples.length);
    const levels = followLevel(track, this.#stretches, this.#profile, userOnset, heardTo);
    return {
      detector: 'reference-aware',
      audible: this.#stretches,
      stop: found?.stop ?? null,
      naturalEnd: found?.naturalEnd ?? null,
      snrTooLow: false,
      referenceLost: false,
      duckedAt: levels.duckedAt,
      // Where the agent never fell silent, a low level at the end of the window is ducking, not a fade.
      down20At: found?.stop ? levels.down20At : null,
    };
  }

  #samples(ms: number): number {
    return samplesOf(ms, this.#input.track.rateHz);
  }

  /** Walks the silences from the user's onset on; null where the agent was audible to the end of the window. */
  #firstStop(): Pick<Detection, 'stop' | 'naturalEnd'> | null {
    const { track, userOnset, windowEnd } = this.#input;
    for (let i = 0; i < this.#stretches.length; i++) {
      const stretch = this.#stretches[i];
      const following = this.#stretches[i + 1];
      const silentTo = following?.from ?? track.samples.length;
      if (stretch.to > windowEnd) return null;
      if (silentTo <= userOnset) continue;
      const ended = this.#reachedBy(i);
      const next = this.#nextAfter(ended);
      if (next === null) return { stop: null, naturalEnd: stretch.to };
      if (following && this.#goesOn(stretch, ended, following)) continue;
      const stop = this.#stopAt(stretch, ended, next);
      // Confirmed when it has been quiet for the hangover, and still was where the response would have been audible.
      const confirmed = Math.max(stretch.to + this.#hangover, stop.hi + this.#samples(missingMs));
      if (silentTo < confirmed) continue;
      return { stop: judgeAftermath(this.#input, stop, this.#after(i + 1), track.samples.length), naturalEnd: null };
    }
    return null;
  }

  /** How far into the response the agent had come by the end of stretch `i`. Speech that is none of it leaves it where it was. */
  #reachedBy(i: number): number {
    const last = this.#stretches.slice(0, i + 1).findLast(({ position }) => position !== null) as AlignedStretch;
    return this.#alignment.positionIn(last, last.to) as number;
  }

  /** The next audible sample of the response; a few samples left over at the end of a stretch are not one. */
  #nextAfter(position: number): number | null {
    return nextAudible(this.#profile, position + this.#samples(pauseEdgeMs));
  }

  #stopAt(stretch: AlignedStretch, ended: number, beyond: number) {
    const inPause = stretch.position !== null && beyond - ended > this.#samples(pauseMs);
    const hi = inPause ? stretch.to + Math.round((beyond - ended) / stretch.rate) : stretch.to;
    return { lo: stretch.to, hi, inPause };
  }

  /** Whether the silence before `following` was none of the agent's doing: the response's own pause, or an empty queue. */
  #goesOn(stretch: AlignedStretch, ended: number, following: AlignedStretch): boolean {
    const silence = following.from - stretch.to;
    switch (following.continuation) {
      case 'natural':
        return this.#audibleWithin(ended, ended + Math.round(silence * stretch.rate)) < this.#samples(missingMs);
      case 'continued':
        return silence < this.#hangover || this.#isUnderrun(stretch.to, following.from);
      case 'jumped':
      case 'other':
        return false;
    }
  }

  #isUnderrun(from: number, to: number): boolean {
    const { flushes, options } = this.#input;
    const edge = this.#samples(pauseEdgeMs);
    const flushed = flushes.some((at) => at >= from - edge && at <= to);
    return !flushed && to - from <= this.#samples(options.underrunMaxMs) && this.#input.queueEmptyAt(from + edge);
  }

  /** Audible samples of the response in `[from, to)`. */
  #audibleWithin(from: number, to: number): number {
    return this.#profile.stretches.reduce((sum, s) => sum + Math.max(0, Math.min(s.to, to) - Math.max(s.from, from)), 0);
  }

  /** What was heard from stretch `first` on: of the old response, or new. */
  #after(first: number): After[] {
    return this.#stretches.slice(first).map((s) => ({ from: s.from, to: s.to, old: s.position !== null }));
  }
}

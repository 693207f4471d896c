import type { Stretch } from '../types.js';
import { judgeAftermath } from './aftermath.js';
import { findAudible } from './audible.js';
import type { Detection, DetectionInput, Detector } from './detector.js';
import { samplesOf } from './detector.js';
import { referenceHangoverMs } from './options.js';
import { profileReference } from './reference.js';

/** The hangover without a reference lies in this range, and exceeds the longest pause seen by this much, ms. */
const hangoverRangeMs = [200, 1500] as const;
const pauseMarginMs = 20;

/** The silence that confirms a stop, ms: as set, else the longest pause known of this agent's undisturbed speech. */
export function energyHangoverMs({ options, undisturbedPauseMs, reference }: Pick<DetectionInput, 'options' | 'undisturbedPauseMs' | 'reference'>): number {
  if (options.hangoverMs !== null) return options.hangoverMs;
  const pauseMs = undisturbedPauseMs ?? (reference ? profileReference(reference, options).longestPauseMs : null);
  if (pauseMs === null) return hangoverRangeMs[1];
  return Math.min(Math.max(pauseMs + pauseMarginMs, referenceHangoverMs), hangoverRangeMs[1]);
}

/**
 * Level alone (docs/measurement.md section 5.1). The stop is backdated to the last audible sample before the first silence
 * that lasts for the hangover.
 */
export const energyDetector: Detector = {
  name: 'energy',
  detect(input) {
    const audible = findAudible(input);
    const nothing: Detection = {
      detector: 'energy',
      audible: audible ?? [],
      stop: null,
      naturalEnd: null,
      snrTooLow: audible === null,
      referenceLost: false,
      duckedAt: null,
      down20At: null,
    };
    if (audible === null) return nothing;
    const hangover = samplesOf(energyHangoverMs(input), input.track.rateHz);
    const quiet = firstSilence(audible, input, hangover);
    const brief = input.reference === null ? { briefSilence: longestBriefSilence(audible, input, quiet?.lo ?? Infinity) } : {};
    if (quiet === null) return { ...nothing, ...brief };
    if (input.responseEnd !== null && input.responseEnd <= quiet.lo && !input.flushes.some((at) => at >= input.userOnset && at <= quiet.lo)) {
      return { ...nothing, ...brief, naturalEnd: quiet.lo };
    }
    const reply = input.userEnd + samplesOf(input.options.replyMinMs, input.track.rateHz);
    const after = quiet.after.map((stretch) => ({ ...stretch, old: stretch.from < reply }));
    const point = { lo: quiet.lo, hi: quiet.lo, inPause: false };
    return { ...nothing, stop: judgeAftermath(input, point, after, input.track.samples.length) };
  },
};

/** The first silence of the hangover's length that reaches past the user's onset and begins within the window. */
function firstSilence(audible: readonly Stretch[], input: DetectionInput, hangover: number): { lo: number; after: Stretch[] } | null {
  for (let i = 0; i < audible.length; i++) {
    const lo = audible[i].to;
    const silentTo = audible[i + 1]?.from ?? input.track.samples.length;
    if (lo > input.windowEnd) return null;
    if (silentTo > input.userOnset && silentTo - lo >= hangover) return { lo, after: audible.slice(i + 1) };
  }
  return null;
}

/** The longest silence that would have been a stop under the least hangover, begins between the user's onset and the window's end, and before `end`. */
function longestBriefSilence(audible: readonly Stretch[], { userOnset, windowEnd, track }: DetectionInput, end: number): Stretch | null {
  const silences = audible.slice(1).map(({ from }, i) => ({ from: audible[i].to, to: from }));
  const long = silences.filter(({ from, to }) => from >= userOnset && from <= windowEnd && from < end && to - from >= samplesOf(hangoverRangeMs[0], track.rateHz));
  return long.reduce<Stretch | null>((longest, silence) => (longest === null || silence.to - silence.from > longest.to - longest.from ? silence : longest), null);
}

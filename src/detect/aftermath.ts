import type { Stretch } from '../types.js';
import type { DetectionInput, Stop } from './detector.js';
import { samplesOf } from './detector.js';

/** A stretch after a stop: the old response, or something new. */
export interface After extends Stretch {
  readonly old: boolean;
}

/**
 * What followed a stop. Old audio that adds up to no more than the leak limit before it is quiet again is a leak; more of it is
 * the response going on.
 */
export function judgeAftermath(input: DetectionInput, stop: Pick<Stop, 'lo' | 'hi' | 'inPause'>, after: readonly After[], endOfEvidence: number): Stop {
  const { track, options, resumeSamples } = input;
  // The observation window, extended to the stop and the resume window: whichever ends later.
  const until = Math.max(stop.lo + resumeSamples, input.windowEnd);
  const leakMax = samplesOf(options.leakMaxMs, track.rateHz);
  let old = 0;
  let firstOld: number | null = null;
  let replyAt: number | null = null;
  for (const stretch of after) {
    if (!stretch.old) {
      replyAt ??= stretch.from;
      continue;
    }
    if (stretch.from >= until) continue;
    firstOld ??= stretch.from;
    old += stretch.to - stretch.from;
  }
  const resumed = firstOld !== null && old > leakMax;
  const again = after[0]?.from ?? null;
  return {
    ...stop,
    resumedAt: resumed ? firstOld : null,
    audibleAgainAt: again !== null && again < until ? again : null,
    replyAt,
    leak: resumed ? 0 : old,
    truncated: !resumed && endOfEvidence < until,
  };
}

import { defaultDetectorOptions, detectors } from '../detect/index.js';
import type { DetectorOptions } from '../detect/index.js';
import type { Attempt, Ms, Recording } from '../types.js';
import { playRecording } from './playback.js';

/** Longer silences lie between turns, ms (docs/measurement.md section 5). */
const longestPauseMs = 1500;

/**
 * The longest pause of an agent's own speech where nobody disturbs it: in a control, or before the user's onset. It sets the hangover
 * where the response is not known. null where there is none to be seen.
 */
export function undisturbedPauseMs(attempt: Attempt, recording: Recording, options: DetectorOptions = defaultDetectorOptions): Ms | null {
  if (recording.error !== null || recording.injected === null) return null;
  const untilMs = attempt.intent === 'control' ? recording.endMs : recording.injected.userOnsetMs;
  const playout = playRecording(recording, null);
  const track = playout.heardTrack(untilMs);
  const end = track.samples.length;
  const { audible } = detectors.energy.detect({
    track,
    reference: null,
    userOnset: end,
    userEnd: end,
    windowEnd: end,
    resumeSamples: 0,
    flushes: [],
    queueEmptyAt: () => false,
    responseEnd: null,
    undisturbedPauseMs: null,
    options,
  });
  const pauses = audible.slice(1).map(({ from }, i) => playout.timeOf(from - audible[i].to)).filter((ms) => ms <= longestPauseMs);
  return pauses.length === 0 ? null : pauses.reduce((most, ms) => Math.max(most, ms), 0);
}

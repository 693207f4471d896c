import { audibleThroughout, energyHangoverMs, otherRateOf, profileReference, referenceHangoverMs } from '../detect/index.js';
import type { Detection, DetectionInput } from '../detect/index.js';
import type { AgentFault, Attempt, HarnessFault, InvalidReason, Ms, Pcm, Recording } from '../types.js';
import type { MeasureOptions, Timing } from './attempt.js';
import { sentSamples } from './playback.js';

/** How far the offset as heard may be from the requested one, ms. */
const offsetToleranceMs = 20;
/** The agent must have been audible for this long before the onset; a dip within a word is no silence. */
const audibleBeforeMs = 100;
const dipMs = 20;
/** Speech that must be left at the onset, at least. */
const speechLeftMs = 1000;

export interface Case {
  readonly attempt: Attempt;
  readonly recording: Recording;
  readonly response: Pcm | null;
  readonly detection: Detection;
  readonly input: DetectionInput;
  readonly timing: Timing;
  readonly options: MeasureOptions;
}

/** Why an attempt is not valid; null where it is. What the harness did wrong comes first: it explains the rest. */
export function findFault(judged: Case): InvalidReason | null {
  return harnessFault(judged) ?? agentFault(judged);
}

function harnessFault({ attempt, recording, detection, timing, options, input, response }: Case): HarnessFault | null {
  const { userOnsetMs, slippedMs } = recording.injected as NonNullable<Recording['injected']>;
  if (detection.snrTooLow) return 'snr-too-low';
  if (timing.sendLatenessMs > options.latenessToleranceMs || stalledMs(recording, detection, input, timing) > options.latenessToleranceMs) return 'harness-late';
  if (timing.actualOffsetMs === null) return null;
  if (Math.abs(timing.actualOffsetMs - attempt.offsetMs - slippedMs) > offsetToleranceMs) return 'offset-off';
  return response && userOnsetMs > 0 ? scheduleFault(timing.actualOffsetMs, response, input, options) : null;
}

/** Judged on the undisturbed response, never by what the agent did of it. */
function scheduleFault(offsetMs: Ms, response: Pcm, input: DetectionInput, options: MeasureOptions): HarnessFault | null {
  const profile = profileReference(response, options.detectorOptions);
  const samples = (ms: Ms) => Math.round((ms * response.rateHz) / 1000);
  const position = profile.onset + samples(offsetMs);
  const hangoverMs = options.detector === 'energy' ? energyHangoverMs(input) : (options.detectorOptions.hangoverMs ?? referenceHangoverMs);
  const needed = samples(Math.max(speechLeftMs, ...options.withinMs) + hangoverMs);
  if (profile.end - position <= needed) return 'too-little-speech-left';
  return audibleThroughout(profile, position - samples(audibleBeforeMs), position, samples(dipMs)) ? null : 'onset-in-pause';
}

function agentFault({ recording, response, detection, timing, input, options }: Case): AgentFault | null {
  const { userOnset, track } = input;
  if (detection.audible.length === 0) return 'no-speech';
  if (detection.referenceLost && response && otherRateOf(sentSamples(recording, response), profileReference(response, options.detectorOptions)) !== null) return 'wrong-rate';
  const before = userOnset - Math.round((audibleBeforeMs * track.rateHz) / 1000);
  if (!detection.audible.some(({ from, to }) => from <= userOnset && to > before)) return 'silent-at-onset';
  const stopMs = detection.stop && (detection.stop.hi * 1000) / track.rateHz;
  return stopMs !== null && stopMs < timing.departureMs && recording.injected !== null ? 'coincident' : null;
}

/** The longest delay of the receiving thread from the onset to the stop, ms. */
function stalledMs(recording: Recording, { stop }: Detection, { userOnset, track }: DetectionInput, { observedToMs }: Timing): Ms {
  const fromMs = (userOnset * 1000) / track.rateHz;
  const toMs = stop ? (stop.hi * 1000) / track.rateHz : observedToMs;
  return recording.uplink.stallsMs
    .filter(([dueMs, lateMs]) => dueMs + lateMs > fromMs && dueMs < toMs)
    .reduce((most, [, lateMs]) => Math.max(most, lateMs), 0);
}

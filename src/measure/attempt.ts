import type { PlayoutBuffer } from '../audio/playout.js';
import { defaultDetectorOptions, detectors } from '../detect/index.js';
import type { Detection, DetectionInput, DetectorOptions } from '../detect/index.js';
import type { AgentEvent, Attempt, AttemptResult, DetectorName, Ms, Pcm, Recording } from '../types.js';
import { arrivalPace, interarrivalJitterMs, largestGapMs } from './network.js';
import { outcomeOf } from './outcome.js';
import { playRecording } from './playback.js';
import { unmeasured } from './unmeasured.js';
import { findFault } from './validity.js';

export interface MeasureOptions {
  /** The latency limits, ms. */
  readonly withinMs: readonly Ms[];
  /** `auto`: reference-aware where the response is known, energy elsewhere. The energy detector runs in any case. */
  readonly detector: DetectorName | 'auto';
  readonly detectorOptions: DetectorOptions;
  /** Observed after the user's last active sample, ms. */
  readonly windowMs: Ms;
  /** Observed after the stop, ms. */
  readonly resumeMs: Ms;
  /** Lateness of the harness that an attempt survives, ms. */
  readonly latenessToleranceMs: Ms;
  /** The longest pause of this agent's undisturbed speech where it is known otherwise than from the reference, ms. */
  readonly undisturbedPauseMs: Ms | null;
}

export const defaultMeasureOptions: MeasureOptions = {
  withinMs: [60, 100, 250],
  detector: 'auto',
  detectorOptions: defaultDetectorOptions,
  windowMs: 3000,
  resumeMs: 4000,
  latenessToleranceMs: 5,
  undisturbedPauseMs: null,
};

/**
 * The verdict on one recording (docs/measurement.md sections 4 to 6). A pure function of saved data.
 * @param response the response that was asked for; null where the agent said what it liked
 */
export function measureAttempt(attempt: Attempt, recording: Recording, response: Pcm | null, options: MeasureOptions): AttemptResult {
  return toMicroseconds(judge(attempt, recording, response, options));
}

/**
 * Every time of a verdict to a microsecond, which is what attempts.csv holds: whoever reads it back has exactly what the figures were
 * made of.
 */
function toMicroseconds(result: AttemptResult): AttemptResult {
  const rounded = Object.entries(result).map(([name, value]: [string, unknown]) => [name, name.endsWith('Ms') && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value]);
  return Object.fromEntries(rounded) as AttemptResult;
}

function judge(attempt: Attempt, recording: Recording, response: Pcm | null, options: MeasureOptions): AttemptResult {
  const { rateHz } = recording.format;
  const playout = playRecording(recording, response);
  const base = {
    ...unmeasured,
    attempt,
    detector: 'energy' as const,
    maxBufferDepthMs: recording.packets.length > 0 ? playout.maxDepthMs : null,
    underruns: playout.underruns,
    largestGapMs: largestGapMs(recording.packets),
    jitterMs: interarrivalJitterMs(recording.packets, rateHz),
  };
  if (recording.error !== null) return { ...base, outcome: 'errored', error: recording.error };
  if (recording.injected === null) {
    return { ...base, outcome: 'invalid', invalidReason: recording.smallestOffsetMs === null ? 'no-speech' : 'offset-missed' };
  }
  const { userOnsetMs, userEndMs } = recording.injected;
  const input = detectionInput(recording, playout, response, options);
  const energy = detectors.energy.detect(input);
  const wanted = options.detector === 'auto' ? (response ? 'reference-aware' : 'energy') : options.detector;
  const found = wanted === 'energy' ? energy : detectors[wanted].detect(input);
  const timing = timingOf(recording, found, playout, { windowMs: options.windowMs, known: response !== null });
  const fault = findFault({ attempt, recording, response, detection: found, input, timing, options });
  const { stop } = found;
  const since = (sample: number | null) => (sample === null ? null : playout.timeOf(sample) - userOnsetMs);
  return {
    ...base,
    outcome: fault === null ? outcomeOf(attempt.intent, stop) : 'invalid',
    detector: found.detector,
    actualOffsetMs: timing.actualOffsetMs,
    arrivalPace: arrivalPace(recording.packets, rateHz, userOnsetMs),
    stopLatencyMs: since(stop?.hi ?? null),
    stopLatencyLoMs: since(stop?.lo ?? null),
    stoppedInPause: stop?.inPause ?? false,
    energyStopLatencyMs: since(energy.stop?.hi ?? null),
    packetizationMs: timing.departureMs - userOnsetMs,
    wireStopLatencyMs: stop && wireStopMs(playout, stop.lo) - userOnsetMs,
    detectMs: firstEvent(recording.events, ['vad-start'], userOnsetMs),
    cancelMs: firstEvent(recording.events, ['cancel', 'flush'], userOnsetMs),
    flushMs: firstFlush(recording, userOnsetMs),
    responseLatencyMs: stop?.replyAt == null ? null : playout.timeOf(stop.replyAt) - userEndMs,
    resumedAfterMs: resumedAfterMs(found, playout),
    observedMs: timing.observedToMs - userOnsetMs,
    truncated: stop ? stop.truncated : found.naturalEnd !== null,
    leakMs: stop && playout.timeOf(stop.leak),
    duckedAfterMs: since(found.duckedAt),
    down20DbMs: since(found.down20At),
    bufferDepthMs: playout.depthAt(userOnsetMs),
    sendLatenessMs: timing.sendLatenessMs,
    referenceLost: found.referenceLost,
    invalidReason: fault,
  };
}

/** From the stop, or from where the agent fell silent for too short a time to be one, to it being audible again. */
function resumedAfterMs({ stop, briefSilence }: Detection, playout: PlayoutBuffer): Ms | null {
  if (stop === null) return briefSilence ? playout.timeOf(briefSilence.to - briefSilence.from) : null;
  return stop.audibleAgainAt === null ? null : playout.timeOf(stop.audibleAgainAt - stop.lo);
}

function detectionInput(recording: Recording, playout: PlayoutBuffer, reference: Pcm | null, options: MeasureOptions): DetectionInput {
  const { userOnsetMs, userEndMs } = recording.injected as NonNullable<Recording['injected']>;
  const ended = recording.events.find(({ kind, atMs }) => kind === 'response-end' && atMs >= userOnsetMs);
  const cancelled = recording.events.some(({ kind, atMs }) => kind === 'cancel' && atMs >= userOnsetMs && (!ended || atMs <= ended.atMs));
  return {
    track: playout.heardTrack(recording.endMs),
    reference,
    userOnset: playout.indexAt(userOnsetMs),
    userEnd: playout.indexAt(userEndMs),
    windowEnd: playout.indexAt(userEndMs + options.windowMs),
    resumeSamples: playout.indexAt(options.resumeMs),
    flushes: recording.flushes.map(({ atMs }) => playout.deviceStepAt(atMs)),
    queueEmptyAt: (sample) => playout.depthAt(playout.timeOf(sample)) === 0,
    responseEnd: ended && !cancelled ? playout.indexAt(ended.atMs) : null,
    undisturbedPauseMs: options.undisturbedPauseMs,
    options: options.detectorOptions,
  };
}

export interface Timing {
  readonly actualOffsetMs: Ms | null;
  /** When the uplink frame that holds the onset leaves. */
  readonly departureMs: Ms;
  /** Up to when the agent was observed. */
  readonly observedToMs: Ms;
  readonly sendLatenessMs: Ms;
}

function timingOf(recording: Recording, { audible, stop, naturalEnd }: Detection, playout: PlayoutBuffer, { windowMs, known }: { windowMs: Ms; known: boolean }): Timing {
  const { agentOnsetMs, userOnsetMs, userEndMs } = recording.injected as NonNullable<Recording['injected']>;
  const { frameMs } = recording.format;
  const onsetFrame = Math.floor(userOnsetMs / frameMs + 1e-9);
  const observedToMs = stop
    ? recording.endMs
    : Math.min(recording.endMs, userEndMs + windowMs, naturalEnd === null ? Infinity : playout.timeOf(naturalEnd));
  const toMs = stop ? playout.timeOf(stop.hi) : observedToMs;
  // What an agent said before it was asked, a greeting, is not what the offset counts from.
  const first = known ? audible[0] : audible.find(({ to }) => playout.timeOf(to) > agentOnsetMs);
  const frames = recording.uplink.latenessMs?.slice(onsetFrame, Math.ceil(toMs / frameMs)) ?? [];
  return {
    // An agent first heard after the user has no offset: it was silent at the onset.
    actualOffsetMs: first !== undefined && playout.timeOf(first.from) <= userOnsetMs ? userOnsetMs - playout.timeOf(first.from) : null,
    departureMs: (onsetFrame + 1) * frameMs,
    observedToMs,
    sendLatenessMs: frames.reduce((most, ms) => Math.max(most, ms), 0),
  };
}

/** Arrival of the packet that holds the last audible sample played, ms. */
function wireStopMs(playout: PlayoutBuffer, stopLo: number): Ms {
  const span = playout.spans.find(({ at, length }) => at < stopLo && at + length >= stopLo);
  return span ? span.arrivedMs : playout.timeOf(stopLo);
}

function firstEvent(events: readonly AgentEvent[], kinds: readonly AgentEvent['kind'][], userOnsetMs: Ms): Ms | null {
  const event = events.find(({ kind, atMs }) => kinds.includes(kind) && atMs >= userOnsetMs);
  return event ? event.atMs - userOnsetMs : null;
}

function firstFlush({ flushes }: Recording, userOnsetMs: Ms): Ms | null {
  const flush = flushes.find(({ atMs }) => atMs >= userOnsetMs);
  return flush ? flush.atMs - userOnsetMs : null;
}

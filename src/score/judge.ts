import { activeStretches } from '../audio/activity.js';
import { detectors, energyHangoverMs } from '../detect/index.js';
import type { Detection, DetectionInput, DetectorOptions } from '../detect/index.js';
import { outcomeOf } from '../measure/outcome.js';
import type { AgentFault, AttemptResult, HarnessFault, Intent, Ms, Stretch } from '../types.js';
import type { Analysis } from './analysis.js';
import { withoutBlips } from './blips.js';
import { frameMs } from './frames.js';

/** Observed after the caller's last active sample, and after the stop, ms (docs/measurement.md section 5). */
export const windowMs = 3000;
export const resumeMs = 4000;
/** Read before the onset, ms: enough to see that the agent speaks. */
const beforeMs = 1000;
/** The agent must have been audible within this before the onset, ms. */
export const audibleBeforeMs = 100;
/** A stop sooner than this cannot be caused by the caller, ms: no frame of theirs has left by then. */
const coincidentMs = 20;
/** A turn of the caller is followed for this long at most, ms. */
const longestTurnMs = 60_000;

/** A place to judge, in samples of the call. */
export interface Onset {
  readonly at: number;
  readonly end: number;
}

/** The verdict on one place of a call. Latencies count from the onset. */
export interface Judgement {
  readonly outcome: AttemptResult['outcome'];
  readonly invalidReason: AttemptResult['invalidReason'];
  readonly actualOffsetMs: Ms | null;
  readonly stopLatencyMs: Ms | null;
  readonly responseLatencyMs: Ms | null;
  /** From the stop, or where there is none from the longest silence that might have been one, to the agent being audible again. */
  readonly resumedAfterMs: Ms | null;
  readonly observedMs: Ms;
  readonly truncated: boolean;
  readonly leakMs: Ms | null;
  readonly talkOverMs: Ms | null;
}

/**
 * Judges what the agent does after an onset by the level of its channel alone, with the rules for agents whose response is not known
 * (docs/measurement.md section 5, "Without a reference").
 * @param hangoverPauseMs the longest pause of this agent's undisturbed speech; null where none was seen
 */
export async function judgeOnset(analysis: Analysis, onset: Onset, intent: Intent, hangoverPauseMs: Ms | null, options: DetectorOptions): Promise<Judgement> {
  const { call, agent } = analysis;
  const { rateHz } = call;
  const samples = (ms: Ms) => Math.round((ms * rateHz) / 1000);
  const ms = (count: number) => (count * 1000) / rateHz;
  const from = Math.max(0, onset.at - samples(beforeMs));
  const end = Math.min(onset.end, onset.at + samples(longestTurnMs));
  const windowEnd = end + samples(windowMs);
  const track = { rateHz, samples: (await call.read(from, windowEnd + samples(resumeMs))).agent };
  const levels = agent.levels.levelsIn(Math.floor(ms(from) / frameMs), Math.ceil((ms(from) + ms(track.samples.length)) / frameMs));
  const observedMs = Math.min(ms(windowEnd - onset.at), ms(call.length - onset.at));
  const nothing = { actualOffsetMs: null, stopLatencyMs: null, responseLatencyMs: null, resumedAfterMs: null, observedMs, truncated: false, leakMs: null, talkOverMs: null };
  if (levels === null) {
    return { ...nothing, outcome: 'invalid', invalidReason: agent.levels.speechDbfs === null ? 'no-speech' : 'snr-too-low' };
  }
  const stretches = activeStretches(track.samples, rateHz, levels);
  const input: DetectionInput = {
    track,
    reference: null,
    userOnset: onset.at - from,
    userEnd: end - from,
    windowEnd: windowEnd - from,
    resumeSamples: samples(resumeMs),
    flushes: [],
    queueEmptyAt: () => false,
    responseEnd: null,
    undisturbedPauseMs: hangoverPauseMs,
    options,
    audible: levels.nearFloor ? withoutBlips(stretches, track, levels.releaseDbfs) : stretches,
  };
  const detection = detectors.energy.detect(input);
  const { stop } = detection;
  const silence = silenceBeforeMore(detection);
  const fault = faultOf(detection, input, samples, levels.nearFloor ? energyHangoverMs(input) : audibleBeforeMs);
  return {
    outcome: fault === null ? outcomeOf(intent, stop) : 'invalid',
    invalidReason: fault,
    actualOffsetMs: fault === 'silent-at-onset' ? null : agentTurnBefore(analysis, ms(onset.at)),
    stopLatencyMs: stop && ms(stop.lo - input.userOnset),
    responseLatencyMs: stop?.replyAt == null ? null : ms(stop.replyAt - input.userEnd),
    resumedAfterMs: silence && ms(silence.to - silence.from),
    observedMs: stop ? ms(Math.min(call.length - onset.at, Math.max(windowEnd - onset.at, stop.lo - input.userOnset + samples(resumeMs)))) : observedMs,
    truncated: stop ? stop.truncated : onset.at + samples(observedMs) < windowEnd,
    leakMs: stop && ms(stop.leak),
    talkOverMs: ms(overlap(detection.audible, input.userOnset, input.userEnd)),
  };
}

/**
 * Why a place is no attempt: the same reasons as in a run. Where weak sounds are lost in noise, a silence that would not confirm a stop
 * is no silence at the onset either: `beforeMs` is the hangover there.
 */
function faultOf({ audible, stop }: Detection, { userOnset }: DetectionInput, samples: (ms: Ms) => number, beforeMs: Ms): HarnessFault | AgentFault | null {
  const before = userOnset - samples(beforeMs);
  if (!audible.some(({ from, to }) => from <= userOnset && to > before)) return 'silent-at-onset';
  return stop !== null && stop.lo < userOnset + samples(coincidentMs) ? 'coincident' : null;
}

/** From the stop, or from where the agent fell silent for too short a time to be one, to it being audible again. */
function silenceBeforeMore({ stop, briefSilence }: Detection): Stretch | null {
  if (stop === null) return briefSilence ?? null;
  return stop.audibleAgainAt === null ? null : { from: stop.lo, to: stop.audibleAgainAt };
}

/** From where the agent began to speak, to `atMs`; to 10 ms. */
function agentTurnBefore({ agent }: Analysis, atMs: Ms): Ms | null {
  const turn = agent.turns.findLast(({ from }) => from * frameMs <= atMs);
  return turn ? atMs - turn.from * frameMs : null;
}

function overlap(audible: readonly Stretch[], from: number, to: number): number {
  return audible.reduce((sum, stretch) => sum + Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from)), 0);
}

/** Where the caller's turn that begins in frame `turn.from` begins and ends, to the sample; to the frame where levels there tell nothing. */
export async function refineOnset({ call, caller }: Analysis, turn: Stretch): Promise<Onset> {
  const frameSamples = (call.rateHz * frameMs) / 1000;
  const first = await refineEdge(turn.from, 'from');
  return { at: first, end: Math.max(first + 1, await refineEdge(turn.to, 'to')) };

  async function refineEdge(frame: number, edge: 'from' | 'to'): Promise<number> {
    const [reach, at] = [20, Math.round(frame * frameSamples)];
    const levels = caller.levels.levelsIn(frame - 500, frame + 500);
    const from = Math.max(0, Math.round((frame - reach) * frameSamples));
    const { caller: samples } = await call.read(from, Math.round((frame + reach) * frameSamples));
    const stretches = levels === null ? [] : activeStretches(samples, call.rateHz, levels);
    const near = edge === 'from' ? stretches.find(({ to }) => to > at - from) : stretches.findLast((stretch) => stretch.from < at - from);
    return near ? from + near[edge] : at;
  }
}

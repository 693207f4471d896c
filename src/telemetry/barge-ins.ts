import { believedIntents } from '../measure/trace-trust.js';
import type { AgentTurn, BargeInSpan, Ns } from './call-record.js';
import type { Intent, Outcome } from '../types.js';
import { firstFrom, nextTime } from './timeline.js';
import type { AgentSpeech, Timeline, VadPoint } from './timeline.js';
import type { Tallies } from './tallies.js';

const ms = 1e6;
/** As in a replay: observed to this long after the caller's end, or where that is not known, after the VAD. */
const windowAfterUserNs: Ns = 3000 * ms;
const windowWithoutEndNs: Ns = 10_000 * ms;
/** Going on within this after the stop is going on with the same speech, where something says that it is. */
const resumeNs: Ns = 4000 * ms;
/** Sooner after the caller's end than this no reply can come: it is the old speech. */
const soonestReplyNs: Ns = 300 * ms;
/** The longest stop that is believed. */
const mostLatencyNs: Ns = 60_000 * ms;

/** One barge-in as the spans tell of it. All times but `vad` count from it, ns; null: not known, or it did not happen. */
export interface BargeIn {
  readonly vad: Ns;
  readonly outcome: Extract<Outcome, 'yielded' | 'resumed' | 'talked-through' | 'held' | 'errored'>;
  readonly intent: Intent;
  readonly turn: string | null;
  /** From the start of the agent's speech to the VAD. */
  readonly offset: Ns | null;
  readonly stop: Ns | null;
  readonly cancel: Ns | null;
  readonly flush: Ns | null;
  /** From the stop to the agent going on. */
  readonly resumedAfter: Ns | null;
  /** From the caller's end to the next speech of the agent. */
  readonly response: Ns | null;
  readonly observed: Ns | null;
  /** The agent's speech came to its own end. */
  readonly truncated: boolean;
  readonly error: string | null;
}

export interface CallView {
  /** As rows name it. */
  readonly call: string;
  readonly timeline: Timeline;
  readonly bargeIns: readonly BargeInSpan[];
  readonly agentTurns: readonly AgentTurn[];
  readonly last: Ns;
}

export interface JudgeContext {
  /** Of speech of which no attribute says what it is. */
  readonly intent: Intent;
  /** Some span of the input tells when an agent goes quiet: else no silence is evidence of nothing. */
  readonly quietIsKnown: boolean;
  readonly unmeasured: Tallies;
  readonly defects: Tallies;
  readonly notes: Tallies;
}

export const unmeasuredReasons = {
  noVad: 'no moment at which the VAD fires',
  noQuiet: 'no moment at which the agent goes quiet',
  backwards: 'the agent quiet before the VAD fires',
  tooLong: 'more than 60 s from the VAD to the silence',
} as const;

/** Every barge-in of a call: first those that have a span of their own, then the caller's speech that begins while the agent speaks. */
export function bargeInsOf(view: CallView, context: JudgeContext): BargeIn[] {
  const owned = view.bargeIns.flatMap((span) => judgeSpan(span, view, context) ?? []);
  return [...owned, ...judgeTimeline(view, context)];
}

/** A barge-in that is a span: what it does not tell itself is looked for in the call, within the time of the span. */
function judgeSpan(span: BargeInSpan, view: CallView, context: JudgeContext): BargeIn | null {
  const { call, timeline } = view;
  const example = () => `call ${call}${span.turn === null ? '' : `, turn ${span.turn}`}`;
  const within = (times: readonly Ns[]) => {
    const time = nextTime(times, span.from);
    return time !== null && time <= span.to ? time : null;
  };
  const vad = span.at.vad ?? within(timeline.vadTimes);
  const intent = span.intent ?? context.intent;
  const blank = { intent, turn: span.turn, offset: null, stop: null, cancel: null, flush: null, resumedAfter: null, response: null, observed: null, truncated: false, error: null };
  if (span.error !== null) return { ...blank, vad: vad ?? span.from, outcome: 'errored', error: span.error };
  if (vad === null) {
    context.unmeasured.add(unmeasuredReasons.noVad, example);
    return null;
  }
  const quietPoint = timeline.quiets[firstFrom(timeline.quiets, vad, ({ at }) => at)];
  const quiet = span.at.agentQuiet ?? (quietPoint && quietPoint.at <= span.to ? quietPoint.at : null);
  if (quiet !== null && span.at.agentQuiet === undefined) noteClocks(span.service, quietPoint.service, context, example);
  if (quiet === null && !context.quietIsKnown) {
    context.unmeasured.add(unmeasuredReasons.noQuiet, example);
    return null;
  }
  if (quiet !== null && !isPlausible(quiet - vad, context, example)) return null;
  if (span.believed) context.notes.add(believedIntents);
  const speech = speechAt(timeline.speech, vad);
  const resumed = span.at.resumed ?? null;
  return {
    ...blank,
    vad,
    outcome: outcomeOf(intent, quiet !== null, resumed !== null && quiet !== null),
    offset: speech === null ? null : vad - speech.from,
    stop: quiet === null ? null : quiet - vad,
    cancel: after(span.at.cancel ?? within(timeline.cancels), vad, 'cancel', context, example),
    flush: after(span.at.flush ?? within(timeline.flushes), vad, 'flush', context, example),
    resumedAfter: resumed === null || quiet === null ? null : resumed - quiet,
    observed: Math.max(span.to, quiet ?? vad) - vad,
  };
}

/** Speech of the caller that begins while the agent speaks. */
function judgeTimeline(view: CallView, context: JudgeContext): BargeIn[] {
  const { timeline } = view;
  const found: BargeIn[] = [];
  const isOwned = coverOf(view.bargeIns);
  let observedTo = -Infinity;
  timeline.vads.forEach((vad, i) => {
    if (isOwned(vad.at)) return;
    if (vad.at <= observedTo) {
      context.notes.add('speech of the caller within a barge-in that was being observed: part of it');
      return;
    }
    const speech = speechAt(timeline.speech, vad.at);
    if (speech === null && !vad.facts.interrupts) {
      context.notes.add('speech of the caller while the agent was silent: no barge-in');
      return;
    }
    const judged = judgeVad(vad, speech, timeline.vads[i + 1]?.at ?? null, view, context);
    if (judged === null) return;
    // Until the agent is quiet, or the window is over, further speech belongs to this one.
    observedTo = vad.at + (judged.stop ?? judged.observed ?? 0);
    found.push(judged);
  });
  return found;
}

function judgeVad(vad: VadPoint, speech: AgentSpeech | null, nextVad: Ns | null, view: CallView, context: JudgeContext): BargeIn | null {
  const { timeline, agentTurns, call, last } = view;
  const example = () => `call ${call}${vad.facts.turn === null ? '' : `, turn ${vad.facts.turn}`}`;
  const quietPoint = speech === null ? timeline.quiets[firstFrom(timeline.quiets, vad.at, ({ at }) => at)] : null;
  const end = speech === null ? (quietPoint?.at ?? null) : speech.to;
  if (end === null && (speech === null || !context.quietIsKnown)) {
    context.unmeasured.add(unmeasuredReasons.noQuiet, example);
    return null;
  }
  if (vad.facts.believed) context.notes.add(believedIntents);
  const userEnd = nextTime(timeline.userEnds, vad.at);
  const ownEnd = userEnd === null || (nextVad !== null && userEnd > nextVad) ? null : userEnd;
  const windowEnd = ownEnd === null ? vad.at + windowWithoutEndNs : ownEnd + windowAfterUserNs;
  const inWindow = end !== null && end <= windowEnd;
  if (inWindow) noteClocks(vad.service, quietPoint?.service ?? speech?.service ?? null, context, example);
  const next = end === null ? null : speechFrom(timeline.speech, end);
  const turn = turnAt(agentTurns, vad.at);
  const goesOn = inWindow && next !== null && isSameSpeech(end, next, ownEnd, turn, timeline.resumes);
  const natural = inWindow && !goesOn && turn?.interrupted === false;
  const stops = inWindow && !natural;
  const intent = vad.facts.intent ?? context.intent;
  const stop = stops ? end - vad.at : null;
  return {
    vad: vad.at,
    outcome: outcomeOf(intent, stops, goesOn),
    intent,
    turn: vad.facts.turn,
    offset: speech === null ? null : vad.at - speech.from,
    stop,
    cancel: until(timeline.cancels, vad.at, end ?? windowEnd),
    flush: until(timeline.flushes, vad.at, end ?? windowEnd),
    resumedAfter: goesOn ? next - end : null,
    response: stops && !goesOn && next !== null && ownEnd !== null && next > ownEnd ? next - ownEnd : null,
    observed: (natural ? end : Math.min(windowEnd, Math.max(last, end ?? vad.at))) - vad.at,
    truncated: natural,
    error: null,
  };
}

/** Whether speech after a stop is what was interrupted: something says so, it is the same turn, or no reply could come so soon. */
function isSameSpeech(stop: Ns, next: Ns, userEnd: Ns | null, turn: AgentTurn | null, resumes: readonly Ns[]): boolean {
  if (next - stop > resumeNs) return false;
  const told = nextTime(resumes, stop);
  if (told !== null && told - stop <= resumeNs) return true;
  if (turn !== null && next <= turn.to) return true;
  return userEnd !== null && next < userEnd + soonestReplyNs;
}

function outcomeOf(intent: Intent, stopped: boolean, resumed: boolean): BargeIn['outcome'] {
  if (stopped) return resumed ? 'resumed' : 'yielded';
  return intent === 'interruption' ? 'talked-through' : 'held';
}

function speechAt(speech: readonly AgentSpeech[], at: Ns): AgentSpeech | null {
  const candidate = speech[firstFrom(speech, at + 1, ({ from }) => from) - 1];
  return candidate && (candidate.to === null || at < candidate.to) ? candidate : null;
}

/** Where the agent is heard again. */
function speechFrom(speech: readonly AgentSpeech[], at: Ns): Ns | null {
  return speech[firstFrom(speech, at, ({ from }) => from)]?.from ?? null;
}

function until(times: readonly Ns[], from: Ns, to: Ns): Ns | null {
  const time = nextTime(times, from);
  return time === null || time > to ? null : time - from;
}

function after(time: Ns | null, vad: Ns, what: string, { defects }: JudgeContext, example: () => string): Ns | null {
  if (time === null || time >= vad) return time === null ? null : time - vad;
  defects.add(`${what} before the VAD fires: left out`, example);
  return null;
}

/** Turns that may overlap, looked back at from an instant. */
const turnsLookedAt = 16;

/** The latest turn that holds an instant. */
function turnAt(turns: readonly AgentTurn[], at: Ns): AgentTurn | null {
  const next = firstFrom(turns, at + 1, ({ from }) => from);
  for (let i = next - 1; i >= Math.max(0, next - turnsLookedAt); i--) if (turns[i].to >= at) return turns[i];
  return null;
}

/** Whether an instant lies in a span that is a barge-in of its own. @param spans ascending by their start */
function coverOf(spans: readonly BargeInSpan[]): (at: Ns) => boolean {
  let latest = -Infinity;
  const ends = spans.map(({ to }) => (latest = Math.max(latest, to)));
  return (at) => (ends[firstFrom(spans, at + 1, ({ from }) => from) - 1] ?? -Infinity) >= at;
}

function isPlausible(latency: Ns, { unmeasured }: JudgeContext, example: () => string): boolean {
  if (latency < 0) unmeasured.add(unmeasuredReasons.backwards, example);
  else if (latency > mostLatencyNs) unmeasured.add(unmeasuredReasons.tooLong, example);
  return latency >= 0 && latency <= mostLatencyNs;
}

function noteClocks(vad: number, quiet: number | null, { defects }: JudgeContext, example: () => string): void {
  if (quiet !== null && quiet !== vad) defects.add("VAD and silence told of by two services: the difference of their clocks is in the latency", example);
}

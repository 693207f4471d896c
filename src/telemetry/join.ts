import type { AttemptResult, Ms, Recording } from '../types.js';
import type { AgentMoment, AgentSighting } from './agent-sighting.js';
import type { AgentTraces, TraceKey } from './agent-traces.js';
import { wallNs } from './emit/wall-time.js';

/** Where an attempt lies on the wall clock of this machine. */
export interface AttemptPlace extends TraceKey {
  /** The user's speech onset, ns since 1970. */
  readonly onsetNs: bigint;
  /** From there to the end of the recording. */
  readonly observedMs: Ms;
}

/**
 * What became of an attempt: `no-spans`: none of the agent's came; `nothing-told`: none of them tells of a barge-in; `clock-apart`: they put it
 * before the onset or after the end, so that no time of theirs is taken; else `joined`.
 */
export type JoinFate = 'joined' | 'no-spans' | 'nothing-told' | 'clock-apart';

export interface JoinedAttempt {
  readonly result: AttemptResult;
  readonly fate: JoinFate;
  /** Where the clocks seem apart: when the agent noticed, by its clock, minus the onset. */
  readonly apartMs: Ms | null;
}

/** The agent's clock may be so far from this machine's without being told of, ms: what is synchronised by NTP is nearer. */
export const clockToleranceMs = 20;

/** @returns null where nothing can be joined: on the virtual clock, and without an onset */
export function placeOf({ attemptId, trace, wallMs, injected, endMs }: Recording): AttemptPlace | null {
  if (trace === null || wallMs === null || injected === null) return null;
  return { attemptId, traceId: trace.traceId, onsetNs: wallNs(wallMs) + wallNs(injected.userOnsetMs), observedMs: endMs - injected.userOnsetMs };
}

/** The verdict on an attempt with what the agent's own trace says beside it (docs/tracing-joined.md). Pure; times to the microsecond, as in attempts.csv. */
export function joinAttempt(result: AttemptResult, place: AttemptPlace, traces: AgentTraces): JoinedAttempt {
  const sightings = traces.of(place);
  const apart = (sightings && clockApartMs(sightings, place)) ?? null;
  const told = sightings && agentTimes(sightings, place, apart === null);
  const silentMs = told?.silent ?? null;
  const joined = {
    ...result,
    agentVadDetectMs: told?.vad ?? null,
    agentCancelMs: told?.cancel ?? null,
    agentFlushMs: told?.flush ?? null,
    beliefErrorMs: silentMs === null || result.stopLatencyMs === null ? null : toMicroseconds(silentMs - result.stopLatencyMs),
  };
  return { result: joined, fate: fateOf(sightings, told, apart), apartMs: apart };
}

function fateOf(sightings: readonly AgentSighting[] | null, told: AgentTimes | null, apart: Ms | null): JoinFate {
  if (sightings === null) return 'no-spans';
  if (apart !== null) return 'clock-apart';
  return told !== null && Object.values(told).some((ms) => ms !== null) ? 'joined' : 'nothing-told';
}

type AgentTimes = Readonly<Record<AgentMoment, Ms | null>>;

/** By the agent's clock; else as long as the agent says it took. */
function agentTimes(sightings: readonly AgentSighting[], place: AttemptPlace, clockTrusted: boolean): AgentTimes {
  const summed = bargeInOf(sightings, place)?.afterMs;
  const time = (kind: AgentMoment, notBeforeMs = -Infinity): Ms | null => {
    const found = clockTrusted ? timesOf(sightings, kind, place).find((ms) => ms >= notBeforeMs && isObserved(ms, place)) : undefined;
    const ms = found ?? summed?.[kind] ?? null;
    return ms === null ? null : toMicroseconds(ms);
  };
  const vad = time('vad');
  return { vad, cancel: time('cancel'), flush: time('flush'), silent: time('silent', vad ?? undefined) };
}

/**
 * When the agent noticed, where that cannot be: none of its VAD events (without any: its cancels, or flushes) lies in the observation. Its silence
 * says nothing of the clock: an agent that talks on may be silent only when nobody listens any more.
 */
function clockApartMs(sightings: readonly AgentSighting[], place: AttemptPlace): Ms | null {
  const times = (['vad', 'cancel', 'flush'] as const).map((kind) => timesOf(sightings, kind, place)).find(({ length }) => length > 0) ?? [];
  if (times.length === 0 || times.some((ms) => isObserved(ms, place))) return null;
  return toMicroseconds(times.reduce((nearest, ms) => (Math.abs(ms) < Math.abs(nearest) ? ms : nearest)));
}

/** From the onset, in order. */
function timesOf(sightings: readonly AgentSighting[], wanted: AgentMoment, { onsetNs }: AttemptPlace): Ms[] {
  const times = sightings.flatMap(({ moments }) => moments.filter(({ kind }) => kind === wanted).map(({ atNs }) => Number(atNs - onsetNs) / 1e6));
  return times.sort((a, b) => a - b);
}

function isObserved(ms: Ms, { observedMs }: AttemptPlace): boolean {
  return ms >= -clockToleranceMs && ms <= observedMs + clockToleranceMs;
}

/** The one barge-in of the trace, wherever its clock puts it; of several the first that overlaps the observation. */
function bargeInOf(sightings: readonly AgentSighting[], place: AttemptPlace): AgentSighting['bargeIn'] {
  const all = sightings.flatMap(({ bargeIn }) => bargeIn ?? []).sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  if (all.length === 1) return all[0];
  const sinceOnsetMs = (atNs: bigint) => Number(atNs - place.onsetNs) / 1e6;
  return all.find(({ startNs, endNs }) => sinceOnsetMs(endNs) >= -clockToleranceMs && sinceOnsetMs(startNs) <= place.observedMs + clockToleranceMs) ?? null;
}

function toMicroseconds(ms: Ms): Ms {
  // A zero has no sign in a CSV.
  return Math.round(ms * 1000) / 1000 + 0;
}

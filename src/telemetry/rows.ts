import { unmeasured } from '../measure/unmeasured.js';
import type { Attempt, AttemptResult, Ms, OffsetBand } from '../types.js';
import type { BargeIn } from './barge-ins.js';
import type { Ns } from './call-record.js';

export interface PlacedBargeIn extends BargeIn {
  /** The call's id. */
  readonly call: string;
}

/**
 * Barge-ins as verdicts, in the order of time whatever the order of the spans. Each is known by its turn where the turns of the input
 * have ids that occur once, else by its call and turn, or its call and place in it. The call stands where a replay has the agent's clip,
 * so that barge-ins of one call are not taken for independent ones.
 */
export function rowsOf(bargeIns: readonly PlacedBargeIn[]): AttemptResult[] {
  const ordered = [...bargeIns].sort((a, b) => a.vad - b.vad || (a.call < b.call ? -1 : a.call > b.call ? 1 : 0));
  const names = namesOf(ordered);
  return ordered.map((bargeIn, index) => rowOf(bargeIn, index, names[index]));
}

function namesOf(bargeIns: readonly PlacedBargeIn[]): string[] {
  const turns = countOf(bargeIns.flatMap(({ turn }) => turn ?? []));
  const unique = [...turns.values()].every((count) => count === 1);
  const wanted = bargeIns.map(({ call, turn }) => (turn === null ? null : unique ? turn : `${call}/${turn}`));
  const taken = countOf(wanted.flatMap((name) => name ?? []));
  const places = new Map<string, number>();
  return bargeIns.map(({ call }, i) => {
    const name = wanted[i];
    if (name !== null && taken.get(name) === 1) return name;
    const base = name ?? call;
    const place = (places.get(base) ?? 0) + 1;
    places.set(base, place);
    return `${base}#${place}`;
  });
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function rowOf(bargeIn: PlacedBargeIn, index: number, id: string): AttemptResult {
  const { call, intent, offset, stop } = bargeIn;
  const offsetMs = msOf(offset);
  const attempt: Attempt = {
    index,
    id,
    agentClip: call,
    userClip: null,
    userClipKind: null,
    intent,
    persona: 'none',
    condition: 'clean',
    offsetBand: bandOf(offsetMs),
    offsetMs: offsetMs ?? 0,
    gainDb: 0,
    bed: null,
    seed: 0,
  };
  return {
    ...unmeasured,
    attempt,
    detector: 'spans',
    outcome: bargeIn.outcome,
    actualOffsetMs: offsetMs,
    stopLatencyMs: msOf(stop),
    stopLatencyLoMs: msOf(stop),
    cancelMs: msOf(bargeIn.cancel),
    flushMs: msOf(bargeIn.flush),
    responseLatencyMs: msOf(bargeIn.response),
    resumedAfterMs: msOf(bargeIn.resumedAfter),
    observedMs: msOf(bargeIn.observed),
    truncated: bargeIn.truncated,
    error: bargeIn.error,
  };
}

/** To a microsecond, as all times of a verdict. */
function msOf(ns: Ns | null): Ms | null {
  return ns === null ? null : Math.round(ns / 1000) / 1000;
}

/** As a replay bands them; how much of the response is left, a trace does not know. */
function bandOf(offsetMs: Ms | null): OffsetBand {
  if (offsetMs === null || offsetMs > 950) return 'middle';
  return offsetMs <= 300 ? 'first-300ms' : 'two-words';
}

import type { Point, VadFacts } from './call-record.js';
import type { Ns } from './call-record.js';

/** A stretch of the agent's speech; `to` is null where it never goes quiet. */
export interface AgentSpeech {
  readonly from: Ns;
  readonly to: Ns | null;
  /** Number of the service whose clock told of the end. */
  readonly service: number | null;
}

export interface VadPoint {
  readonly at: Ns;
  readonly facts: VadFacts;
  readonly service: number;
}

/** What happens in a call, each list ascending. */
export interface Timeline {
  readonly speech: readonly AgentSpeech[];
  readonly vads: readonly VadPoint[];
  readonly vadTimes: readonly Ns[];
  readonly quiets: readonly { readonly at: Ns; readonly service: number }[];
  readonly userEnds: readonly Ns[];
  readonly cancels: readonly Ns[];
  readonly flushes: readonly Ns[];
  readonly resumes: readonly Ns[];
}

/** @param points in the order of time */
export function timelineOf(points: readonly Point[]): Timeline {
  const timeline = { speech: [] as AgentSpeech[], vads: [] as VadPoint[], vadTimes: [] as Ns[], quiets: [] as { at: Ns; service: number }[], userEnds: [] as Ns[], cancels: [] as Ns[], flushes: [] as Ns[], resumes: [] as Ns[] };
  let speakingSince: Ns | null = null;
  for (const { kind, at, service, facts } of points) {
    switch (kind) {
      case 'agentStart':
        // A start while it speaks is the same speech: it was told of twice.
        speakingSince ??= at;
        break;
      case 'agentQuiet':
        timeline.quiets.push({ at, service });
        if (speakingSince !== null) timeline.speech.push({ from: speakingSince, to: at, service });
        speakingSince = null;
        break;
      case 'vad':
        if (facts === null) break;
        timeline.vads.push({ at, facts, service });
        timeline.vadTimes.push(at);
        break;
      case 'userEnd':
        timeline.userEnds.push(at);
        break;
      case 'cancel':
        timeline.cancels.push(at);
        break;
      case 'flush':
        timeline.flushes.push(at);
        break;
      case 'resumed':
        timeline.resumes.push(at);
        break;
    }
  }
  if (speakingSince !== null) timeline.speech.push({ from: speakingSince, to: null, service: null });
  return timeline;
}

/** Index of the first item whose key is not below `at`; the length where there is none. */
export function firstFrom<T>(items: readonly T[], at: Ns, keyOf: (item: T) => Ns): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(items[middle]) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first time not before `at`; null: there is none. */
export function nextTime(times: readonly Ns[], at: Ns): Ns | null {
  return times[firstFrom(times, at, (time) => time)] ?? null;
}

import type { Ms } from '../types.js';
import type { Line } from './line.js';
import { latenessToleranceMs } from './rehearsal.js';
import type { Rehearsal } from './rehearsal.js';

/** What became of the work of a number of sessions on this machine. */
export interface ConcurrencyLevel {
  readonly sessions: number;
  /** Lateness of the frames; null where there was none. */
  readonly p99Ms: Ms | null;
  readonly holds: boolean;
}

export interface MeasuredConcurrency {
  /** Sessions at once that this machine keeps the schedule of: 1 at least, never more than wanted. */
  readonly used: number;
  readonly measured: readonly ConcurrencyLevel[];
  /** Why it is fewer than wanted; null where it is not. */
  readonly capped: string | null;
}

/** What `auto` tries at most. */
export const mostSessions = 128;

const levelMs = 600;
const mostLate = 0.01;

/**
 * Measures how many sessions at once this machine can keep on schedule, with each frame's work of a wire but no agent. A number holds
 * where the 99th percentile of the lateness is half of what spoils an attempt or less, and no more than one frame in a hundred would.
 * @param wanted a number, which is taken if it holds, or `auto` for the largest that does
 */
export async function measureConcurrency(line: Line, wanted: number | 'auto', signal?: AbortSignal): Promise<MeasuredConcurrency> {
  // What is compiled while it first runs is no part of the measurement.
  await line.do({ kind: 'rehearse', sessions: 8, forMs: levelMs / 2 });
  return chooseConcurrency(wanted, async (sessions) => levelOf(await line.do({ kind: 'rehearse', sessions, forMs: levelMs })), signal);
}

export function levelOf({ sessions, frames, lateShare }: Rehearsal): ConcurrencyLevel {
  const p99Ms = frames?.p99Ms ?? null;
  return { sessions, p99Ms, holds: p99Ms !== null && p99Ms <= latenessToleranceMs / 2 && (lateShare as number) <= mostLate };
}

/** Tries what is wanted first; else doubles from 1 until a number does not hold, and tries once between the last two. */
export async function chooseConcurrency(wanted: number | 'auto', measure: (sessions: number) => Promise<ConcurrencyLevel>, signal?: AbortSignal): Promise<MeasuredConcurrency> {
  const measured: ConcurrencyLevel[] = [];
  const holds = async (sessions: number) => {
    const level = await judgeLevel(sessions, measure);
    measured.push(level);
    return level.holds;
  };
  const most = wanted === 'auto' ? mostSessions : wanted;
  // One session is what there is at least: there is nothing to choose.
  if (most <= 1 || (wanted !== 'auto' && (await holds(most)))) return { used: Math.max(1, most), measured, capped: null };
  let used = 1;
  let next = 2;
  while (next <= most && !signal?.aborted && !measured.some(({ sessions }) => sessions === next) && (await holds(next))) {
    used = next;
    next *= 2;
  }
  const between = Math.floor((used + Math.min(next, most)) / 2);
  if (between > used && !signal?.aborted && (await holds(between))) used = between;
  return { used, measured, capped: wanted === 'auto' ? null : sentence(wanted, used, measured) };
}

/** A hiccup of the machine is not the number's doing: what does not hold at first is measured twice more, and the middle one counts. */
async function judgeLevel(sessions: number, measure: (sessions: number) => Promise<ConcurrencyLevel>): Promise<ConcurrencyLevel> {
  const first = await measure(sessions);
  if (first.holds) return first;
  const all = [first, await measure(sessions), await measure(sessions)];
  return all.sort((a, b) => Number(b.holds) - Number(a.holds) || (a.p99Ms ?? Infinity) - (b.p99Ms ?? Infinity))[1];
}

function sentence(wanted: number, used: number, measured: readonly ConcurrencyLevel[]): string {
  const p99Ms = measured.find(({ sessions }) => sessions === wanted)?.p99Ms ?? null;
  const seen = p99Ms === null ? 'no frame left in time' : `1 frame in 100 would leave ${p99Ms.toFixed(1)} ms late or more`;
  return `with ${wanted} sessions at once ${seen} on this machine (limit ${latenessToleranceMs / 2} ms): ${used} are used`;
}

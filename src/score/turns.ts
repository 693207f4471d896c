import type { ActivityLevels } from '../audio/activity.js';
import type { Ms, Stretch } from '../types.js';
import { frameMs } from './frames.js';

/** A turn: stretches of speech with no longer pauses than these between them, ms. */
export const turnPauseMs = 600;
/** Less speech than this in all is no turn. */
const leastTurnMs = 80;
/** A click: shorter than this, and farther than `apartMs` from any other sound. */
const clickMs = 40;
const apartMs = 150;
/** Levels are found anew this often, ms: floors change. */
const stepMs = 5000;

/** What tells speech from silence in frames `[from, to)`; null where nothing does. */
export type LevelsIn = (from: number, to: number) => ActivityLevels | null;

/** Audible stretches of one side, in frames, as the levels around each of them tell. */
export function audibleFrames(frames: Float32Array, levelsIn: LevelsIn, isMasked: (frame: number) => boolean = () => false): Stretch[] {
  const stretches: Stretch[] = [];
  let openedAt: number | null = null;
  const step = stepMs / frameMs;
  for (let block = 0; block < frames.length; block += step) {
    const levels = levelsIn(block - step, block + 2 * step);
    for (let k = block; k < Math.min(frames.length, block + step); k++) {
      const needed = levels === null ? Infinity : levels.releaseDbfs + (openedAt === null ? levels.hysteresisDb : 0);
      const audible = frames[k] >= needed && !isMasked(k);
      if (audible) openedAt ??= k;
      else if (openedAt !== null) {
        stretches.push({ from: openedAt, to: k });
        openedAt = null;
      }
    }
  }
  if (openedAt !== null) stretches.push({ from: openedAt, to: frames.length });
  return stretches;
}

/** Stretches that are no clicks, joined to turns across the pauses of a talker. */
export function turnsOf(stretches: readonly Stretch[], pauseMs: Ms = turnPauseMs): Stretch[] {
  const turns: { from: number; to: number; active: number }[] = [];
  for (const { from, to } of withoutClicks(stretches)) {
    const last = turns[turns.length - 1];
    if (last && (from - last.to) * frameMs <= pauseMs) {
      last.active += to - from;
      last.to = to;
    } else turns.push({ from, to, active: to - from });
  }
  return turns.filter(({ active }) => active * frameMs >= leastTurnMs).map(({ from, to }) => ({ from, to }));
}

function withoutClicks(stretches: readonly Stretch[]): Stretch[] {
  return stretches.filter(({ from, to }, i) => {
    const before = i === 0 ? Infinity : from - stretches[i - 1].to;
    const after = i === stretches.length - 1 ? Infinity : stretches[i + 1].from - to;
    return (to - from) * frameMs >= clickMs || Math.min(before, after) * frameMs <= apartMs;
  });
}

/** Whether any of the stretches, in order, reaches into `[from, to)`. */
export function overlapsAny(stretches: readonly Stretch[], from: number, to: number): boolean {
  const next = stretches[indexEndingAfter(stretches, from)];
  return next !== undefined && next.from < to;
}

/** The first stretch that ends after `frame`, by halving. */
export function indexEndingAfter(stretches: readonly Stretch[], frame: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].to > frame) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Frames that speech only reaches into count as speech: a pause may be longer than the silence between frames by two of them. */
const edgeFrames = 2;

/**
 * The pauses in the agent's own speech, ms, away from the caller: neither in the pause nor in the second before it does the caller
 * speak. Silences longer than `mostMs` lie between turns and are none.
 */
export function undisturbedPauses(agent: readonly Stretch[], callerTurns: readonly Stretch[], mostMs: Ms): Ms[] {
  const quietBefore = 1000 / frameMs;
  return agent.slice(1).flatMap(({ from }, i) => {
    const pauseFrom = agent[i].to;
    const lengthMs = (from - pauseFrom + edgeFrames) * frameMs;
    return lengthMs <= mostMs && !overlapsAny(callerTurns, pauseFrom - quietBefore, from) ? [lengthMs] : [];
  });
}

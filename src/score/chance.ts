import type { ChanceFloor } from '../report/score-report.js';
import type { DetectorOptions } from '../detect/index.js';
import type { Ms } from '../types.js';
import type { Analysis } from './analysis.js';
import { frameMs } from './frames.js';
import { judgeOnset, resumeMs, windowMs } from './judge.js';
import type { Judgement } from './judge.js';
import { overlapsAny } from './turns.js';

/** Places without a caller are this far apart, and so many are judged in a call at most. */
const apartMs = 4000;
const mostPlaces = 40;
/** The caller is silent from this long before such a place to the end of all that is judged, ms. */
const quietBeforeMs = 1000;

/** Judges places in the agent's speech that no caller is near, evenly spread over the call: what an onset would seem to cause by chance. */
export async function judgeUndisturbed(analysis: Analysis, hangoverPauseMs: Ms | null, options: DetectorOptions, signal: AbortSignal): Promise<Judgement[]> {
  const { call, agent, caller } = analysis;
  const places: number[] = [];
  for (const { from, to } of agent.stretches) {
    // A place begins in the middle of audible speech.
    for (let frame = Math.max(from + 10, (places[places.length - 1] ?? -Infinity) + apartMs / frameMs); frame < to; frame += apartMs / frameMs) {
      if (!overlapsAny(caller.turns, frame - quietBeforeMs / frameMs, frame + (windowMs + resumeMs) / frameMs)) places.push(frame);
    }
  }
  const step = Math.max(1, places.length / mostPlaces);
  const judged: Judgement[] = [];
  for (let k = 0; Math.floor(k) < places.length; k += step) {
    signal.throwIfAborted();
    const at = Math.round((places[Math.floor(k)] * frameMs * call.rateHz) / 1000);
    const judgement = await judgeOnset(analysis, { at, end: at }, 'control', hangoverPauseMs, options);
    // Where the recording ends within the window, nobody knows what the agent would have done.
    if (judgement.outcome !== 'invalid' && !(judgement.outcome === 'held' && judgement.truncated)) judged.push(judgement);
  }
  return judged;
}

export function chanceFloor(judged: readonly Judgement[], withinMs: readonly Ms[]): ChanceFloor {
  const stops = judged.filter(({ outcome }) => outcome === 'yielded').map(({ stopLatencyMs }) => stopLatencyMs ?? Infinity);
  return {
    n: judged.length,
    within: withinMs.map((limitMs) => ({ limitMs, count: stops.filter((ms) => ms <= limitMs).length })),
    inWindow: judged.filter(({ outcome }) => outcome === 'yielded' || outcome === 'resumed').length,
  };
}

import { unmeasured } from '../measure/unmeasured.js';
import type { ScoredOnset } from '../report/score-report.js';
import { seedOf } from '../time/index.js';
import type { Ms } from '../types.js';
import type { Analysis } from './analysis.js';
import type { Judgement } from './judge.js';
import type { Candidate } from './onsets.js';

/**
 * A judgement in the form of a run's results, so that the same figures can be made of it: a call stands for its agent clip.
 * @param name of the call, which no other of the report has
 */
export function toScoredOnset({ call }: Analysis, name: string, { onset, source, label }: Candidate, judgement: Judgement, index: number): ScoredOnset {
  const atMs = (sample: number) => microseconds((sample * 1000) / call.rateHz);
  const { talkOverMs, outcome, invalidReason, truncated } = judgement;
  const id = `${name}@${(onset.at / call.rateHz).toFixed(3)}`;
  const stopLatencyMs = known(judgement.stopLatencyMs);
  const offsetMs = known(judgement.actualOffsetMs);
  return {
    file: call.file,
    userOnsetMs: atMs(onset.at),
    userEndMs: atMs(onset.end),
    onsetSource: source,
    labelMs: label && microseconds(label.atMs),
    intent: label?.intent ?? null,
    talkOverMs: known(talkOverMs),
    result: {
      ...unmeasured,
      attempt: {
        index,
        id,
        agentClip: call.file,
        userClip: id,
        userClipKind: 'human',
        intent: label?.intent ?? 'interruption',
        persona: 'none',
        condition: 'clean',
        offsetBand: 'middle',
        offsetMs: offsetMs ?? 0,
        gainDb: 0,
        bed: null,
        seed: seedOf(call.file, index),
      },
      outcome,
      detector: 'energy',
      actualOffsetMs: offsetMs,
      stopLatencyMs,
      stopLatencyLoMs: stopLatencyMs,
      energyStopLatencyMs: stopLatencyMs,
      responseLatencyMs: known(judgement.responseLatencyMs),
      resumedAfterMs: known(judgement.resumedAfterMs),
      observedMs: microseconds(judgement.observedMs),
      truncated,
      leakMs: known(judgement.leakMs),
      invalidReason,
    },
  };
}

function known(ms: Ms | null): Ms | null {
  return ms === null ? null : microseconds(ms);
}

function microseconds(ms: Ms): Ms {
  return Math.round(ms * 1000) / 1000;
}

import { BargeinError } from '../errors.js';
import type { Ms, Stretch } from '../types.js';
import type { Analysis } from './analysis.js';
import { frameMs } from './frames.js';
import { audibleBeforeMs, refineOnset } from './judge.js';
import type { Onset } from './judge.js';
import { labelToleranceMs, matchLabels } from './labels.js';
import type { Label } from './labels.js';
import { indexEndingAfter, overlapsAny } from './turns.js';

/** Weak sounds of the agent are lost in noise: it has spoken at an onset if it was heard within this before, ms. */
const audibleBeforeInNoiseMs = 300;

/** An onset to judge, and where it comes from. */
export interface Candidate {
  readonly onset: Onset;
  readonly source: 'found' | 'label';
  readonly label: Label | null;
}

export interface Candidates {
  /** In the order of time. */
  readonly candidates: readonly Candidate[];
  /** Turns of the caller that begin while the agent is silent, and that nobody has labelled. */
  readonly onsetsInSilence: number;
}

/** Where the onset of a labelled place is taken from, where one was found near the label. */
export type OnsetFrom = 'found' | 'label';

/** Every place where the caller starts to speak while the agent does, and every labelled place. */
export async function findCandidates(analysis: Analysis, labels: readonly Label[], onsetFrom: OnsetFrom = 'found'): Promise<Candidates> {
  const { caller, call } = analysis;
  refuseImpossible(labels, (call.length * 1000) / call.rateHz);
  const matched = matchLabels(labels, caller.turns.map(({ from }) => from * frameMs));
  const candidates: Candidate[] = [];
  let onsetsInSilence = 0;
  for (const [i, turn] of caller.turns.entries()) {
    const label = matched.indexOf(i);
    if (label < 0 && !agentSpeaksAt(analysis, turn)) onsetsInSilence++;
    else if (label >= 0 && onsetFrom === 'label') candidates.push({ onset: { ...(await refineOnset(analysis, turn)), at: onsetAt(analysis, labels[label].atMs).at }, source: 'label', label: labels[label] });
    else candidates.push({ onset: await refineOnset(analysis, turn), source: 'found', label: label < 0 ? null : labels[label] });
  }
  for (const [i, label] of labels.entries()) {
    if (matched[i] === null) candidates.push({ onset: onsetAt(analysis, label.atMs), source: 'label', label });
  }
  candidates.sort((a, b) => a.onset.at - b.onset.at);
  return { candidates, onsetsInSilence };
}

/** One event is labelled once, within the call. */
function refuseImpossible(labels: readonly Label[], lengthMs: Ms): void {
  const beyond = labels.find(({ atMs }) => atMs < 0 || atMs > lengthMs);
  if (beyond) throw new BargeinError(`the label of ${beyond.file} at ${beyond.atMs / 1000} s lies outside the recording, which lasts ${(lengthMs / 1000).toFixed(1)} s`, 'give seconds from the start of the recording');
  const sorted = [...labels].sort((a, b) => a.atMs - b.atMs);
  const again = sorted.find(({ atMs }, i) => i > 0 && atMs - sorted[i - 1].atMs < leastApartMs);
  if (again) throw new BargeinError(`two labels of ${again.file} are about ${again.atMs / 1000} s: one event would count twice`, 'keep one of them');
}

/** Two labels nearer than this mean the same words, ms. */
const leastApartMs = 100;

function agentSpeaksAt({ agent }: Analysis, turn: Stretch): boolean {
  const nearFloor = agent.levels.levelsIn(turn.from - 500, turn.from + 500)?.nearFloor ?? false;
  return overlapsAny(agent.stretches, turn.from - (nearFloor ? audibleBeforeInNoiseMs : audibleBeforeMs) / frameMs, turn.from + 1);
}

/** A place that only a label knows: the caller speaks to the end of the turn that is on or begins near it, else for no time. */
function onsetAt({ call, caller }: Analysis, atMs: Ms): Onset {
  const sample = (ms: Ms) => Math.min(call.length, Math.round((ms * call.rateHz) / 1000));
  const turn = caller.turns[indexEndingAfter(caller.turns, atMs / frameMs)];
  const reached = turn !== undefined && turn.from * frameMs <= atMs + labelToleranceMs;
  return { at: sample(atMs), end: reached ? sample(turn.to * frameMs) : sample(atMs) };
}

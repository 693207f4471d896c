import type { ScoreReport, ScoredFile } from '../report/score-report.js';
import type { Ms } from '../types.js';
import type { Analysis } from './analysis.js';

/** Warned of above these: share of flat tops, talk of the caller over the agent's, delay of an echo that only a room makes, ms. */
const clippedShare = 0.0005;
const callerTalksMore = 2;
const roomDelayMs = 10;

/** A pause longer than this is longer than many agents take to reply, ms. */
const longPauseMs = 700;

/**
 * What a reader should know of the recordings.
 * @param pauseMs the longest pause of the agent's undisturbed speech where it sets the hangover; null where it does not
 */
export function warnAbout({ files, labels }: Pick<ScoreReport, 'files' | 'labels'>, analyses: readonly Analysis[], pauseMs: Ms | null): string[] {
  const warnings = files.flatMap((file, i) => warnAboutFile(file, analyses[i]));
  if (pauseMs !== null && pauseMs > longPauseMs) {
    warnings.push(
      `the agent pauses for up to ${Math.round(pauseMs)} ms by itself: a stop that it follows up with a reply sooner than that is taken for a pause, and the place for talked-through; --detector-option hangoverMs sets another limit`,
    );
  }
  if (labels && labels.ofOtherFiles > 0) warnings.push(`${labels.ofOtherFiles} of ${labels.given} labels are of recordings that were not given`);
  return warnings;
}

function warnAboutFile(file: ScoredFile, { recorded, echoes, agent, caller }: Analysis): string[] {
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(`${file.file}: ${text}`);
  if (file.agentDbfs === null) warn("nothing is heard on the agent's channel");
  else if (agent.levels.levelsIn(0, Infinity) === null) warn("noise on the agent's channel comes too near to its speech: nothing is measured there");
  if (file.callerDbfs === null) warn("nothing is heard on the caller's channel");
  else if (caller.levels.levelsIn(0, Infinity) === null) warn("noise on the caller's channel comes too near to their speech: onsets are not found there; label them");
  const swapped = whySwapped(file, echoes);
  if (swapped) warn(`the channels look swapped: ${swapped}; check --caller-channel`);
  for (const side of ['agent', 'caller'] as const) {
    const share = recorded.frames.clippedShare[side];
    const isHeard = (side === 'agent' ? file.agentDbfs : file.callerDbfs) !== null;
    if (isHeard && share > clippedShare) warn(`${(100 * share).toFixed(2)} % of the ${side}'s samples are clipped: it was recorded too loud`);
  }
  return warnings;
}

/** Callers speak in rooms, where the agent's voice echoes; agents speak most. null: nothing looks wrong. */
function whySwapped({ agentSpeechMs, callerSpeechMs }: ScoredFile, echoes: Analysis['echoes']): string | null {
  if (echoes.some((echo) => echo.of === 'caller' && echo.delayMs > roomDelayMs)) return "the caller's voice echoes in the agent's channel, as agents do in the rooms of callers";
  if (callerSpeechMs > callerTalksMore * agentSpeechMs && callerSpeechMs > 10_000) return `the caller speaks ${(callerSpeechMs / Math.max(1, agentSpeechMs)).toFixed(1)} times as long as the agent`;
  return null;
}

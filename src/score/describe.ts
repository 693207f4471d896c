import type { ScoredFile } from '../report/score-report.js';
import type { Ms, Stretch } from '../types.js';
import type { Analysis } from './analysis.js';
import { frameMs } from './frames.js';
import type { SideLevels } from './side-levels.js';

/** What was found of a call as a whole. */
export function describeFile({ call, frames, agent, caller, recorded, echoes, echoTurns }: Analysis, onsetsInSilence: number): ScoredFile {
  return {
    file: call.file,
    rateHz: call.fileRateHz,
    durationMs: Math.round(frames.durationMs * 1000) / 1000,
    agentSpeechMs: lengthMs(agent.stretches),
    callerSpeechMs: lengthMs(caller.stretches),
    agentDbfs: tenths(recorded.agent.speechDbfs),
    agentFloorDbfs: floorOf(recorded.agent),
    callerDbfs: tenths(recorded.caller.speechDbfs),
    callerFloorDbfs: floorOf(recorded.caller),
    echo: echoOf('agent'),
    backEcho: echoOf('caller'),
    onsetsInSilence,
    echoOnsets: echoTurns,
  };

  function echoOf(side: 'agent' | 'caller'): ScoredFile['echo'] {
    const found = echoes.find(({ of }) => of === side);
    return found ? { delayMs: Math.round(found.delayMs * 100) / 100, gainDb: Math.round(found.gainDb * 10) / 10 } : null;
  }
}

function floorOf(levels: SideLevels): number | null {
  return tenths(levels.floorIn()?.levelDbfs ?? null);
}

function tenths(level: number | null): number | null {
  return level === null ? null : Math.round(level * 10) / 10;
}

function lengthMs(stretches: readonly Stretch[]): Ms {
  return stretches.reduce((sum, { from, to }) => sum + (to - from) * frameMs, 0);
}

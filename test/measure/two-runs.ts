import type { RunSide } from '../../src/measure/compare.js';
import type { Attempt, AttemptResult, RunInfo } from '../../src/types.js';
import { makeResult, sampleRun } from '../report/sample-run.js';

/** What run `k` makes of attempt `i` of a kind: a latency, or null for a miss or a hold. */
export type Verdicts = (i: number) => number | null;

export interface RunMade {
  readonly interruptions: Verdicts;
  readonly backchannels?: Verdicts;
  readonly noises?: Verdicts;
  readonly info?: Partial<RunInfo>;
  /** Changes one verdict or attempt. */
  readonly change?: (result: AttemptResult) => AttemptResult;
}

export const interruptionCount = 200;
const holdCount = 60;

/** A run of 200 interruptions, 60 backchannels and 60 noises on shared clips. */
export function makeRun({ interruptions, backchannels = () => null, noises = () => null, info = {}, change = (result) => result }: RunMade): RunSide {
  const results = [
    ...make('i', 'interruption', interruptionCount, interruptions),
    ...make('b', 'backchannel', holdCount, backchannels),
    ...make('n', 'noise', holdCount, noises),
  ];
  return { info: { ...sampleRun, label: 'main', untrusted: [], ...info }, results: results.map(change) };
}

function make(prefix: string, intent: Attempt['intent'], count: number, latencyMs: Verdicts): AttemptResult[] {
  return Array.from({ length: count }, (_, i) => {
    const ms = latencyMs(i);
    const missed = intent === 'interruption' ? 'talked-through' : 'held';
    const users = intent === 'interruption' ? 40 : 15;
    return makeResult(
      {
        index: i,
        id: `${prefix}${String(i).padStart(3, '0')}`,
        intent,
        persona: intent === 'interruption' ? 'angry' : intent === 'noise' ? 'room' : 'listener',
        userClip: `${prefix}-user-${i % users}`,
        agentClip: `agent-${(i * 7 + Math.floor(i / users)) % 20}`,
      },
      { outcome: ms === null ? missed : 'yielded', stopLatencyMs: ms, stopLatencyLoMs: ms, observedMs: 3000 },
    );
  });
}

import { summarize } from '../../src/measure/summarize.js';
import { summarizeSweep } from '../../src/measure/sweep.js';
import type { MeasuredSetting } from '../../src/measure/sweep.js';
import type { SweepOptions } from '../../src/measure/sweep-figures.js';
import type { SweepReport } from '../../src/report/sweep-report.js';
import type { AgentOptions, AttemptResult, Ms } from '../../src/types.js';
import { makeResult, sampleRun } from './sample-run.js';

/** What a setting does: its stop latency, and which of its attempts miss or yield falsely. */
export interface Behaviour {
  readonly params: AgentOptions;
  /** Stop latency of the i-th interruption; null: talked through. */
  stopMs(i: number): Ms | null;
  /** Whether the i-th backchannel, or noise, makes it yield. */
  yieldsTo(i: number, intent: 'backchannel' | 'noise'): boolean;
}

const interruptions = 60;
const holds = 20;

/** The results of a setting on 60 interruptions, 20 backchannels, 20 noises and a control. */
export function resultsOf({ stopMs, yieldsTo }: Behaviour): AttemptResult[] {
  const verdict = (ms: Ms | null, intent: string): Partial<AttemptResult> =>
    ms === null
      ? { outcome: intent === 'interruption' ? 'talked-through' : 'held', stopLatencyMs: null, stopLatencyLoMs: null, energyStopLatencyMs: null, wireStopLatencyMs: null, detectMs: null, cancelMs: null, leakMs: null, down20DbMs: null, observedMs: 3600 }
      : { stopLatencyMs: ms, stopLatencyLoMs: ms, energyStopLatencyMs: ms, detectMs: ms - 40, cancelMs: ms - 20 };
  const made = (index: number, intent: AttemptResult['attempt']['intent'], userClip: string | null, ms: Ms | null) =>
    makeResult({ index, id: `f${String(index).padStart(4, '0')}`, intent, userClip, agentClip: `agent-${index % 12}`, persona: intent === 'interruption' ? 'angry' : intent === 'backchannel' ? 'listener' : 'room' }, verdict(ms, intent));
  return [
    ...Array.from({ length: interruptions }, (_, i) => made(i, 'interruption', `user-${i % 30}`, stopMs(i))),
    ...(['backchannel', 'noise'] as const).flatMap((intent, k) => Array.from({ length: holds }, (_, i) => made(interruptions + k * holds + i, intent, `${intent}-${i}`, yieldsTo(i, intent) ? 150 : null))),
    made(interruptions + 2 * holds, 'control', null, null),
  ];
}

export function settingOf(behaviour: Behaviour, withinMs: readonly Ms[] = [60, 100, 250]): MeasuredSetting {
  const results = resultsOf(behaviour);
  return { params: behaviour.params, results, summary: summarize(results, { withinMs, errorBarMs: 0.42 }) };
}

/** Three thresholds: each stricter one is 20 ms slower, talks through more, and yields to less. */
export const sampleBehaviours: readonly Behaviour[] = [0.4, 0.5, 0.6].map((threshold, k) => ({
  params: { 'vad.threshold': threshold },
  stopMs: (i) => (i % 20 < k * k ? null : 55 + 20 * k + i),
  yieldsTo: (i, intent) => i < (intent === 'backchannel' ? 8 - 4 * k : k === 0 ? 3 : 0),
}));

export const sampleOptions: SweepOptions = { withinMs: [60, 100, 250], objectiveMs: 100, reference: 1, maxFalseYield: 0.15, minRate: null };

export function sweepOf(behaviours: readonly Behaviour[], options: Partial<SweepOptions> = {}): SweepReport {
  const merged = { ...sampleOptions, ...options };
  const figures = summarizeSweep(behaviours.map((behaviour) => settingOf(behaviour, merged.withinMs)), merged);
  return {
    subject: 'agent',
    run: sampleRun,
    points: behaviours.map((_, i) => ({ runId: `run-${i + 1}`, folder: `points/${i + 1}-x`, untrusted: [], unfinished: 0 })),
    figures,
    sensitivity: null,
  };
}

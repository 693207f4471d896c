import { summarize } from '../../../src/measure/summarize.js';
import type { Report } from '../../../src/report/formats.js';
import type { AttemptResult, Intent, Persona } from '../../../src/types.js';
import { makeResult, sampleRun } from '../sample-run.js';
import { makeTimelines } from './sample-timelines.js';

const personas: readonly Persona[] = ['fast-talker', 'two-words-in', 'two-words-then-silence', 'code-switcher', 'mind-changer', 'angry', 'soft', 'tv-line'];
const conditions = ['clean', 'telephone', 'bed', 'echo', 'jitter'] as const;

/** As many attempts as asked for: two thirds interruptions, one in ten of which is missed. */
export function manyResults(count: number): AttemptResult[] {
  return Array.from({ length: count }, (_, index) => {
    const intent: Intent = index % 3 < 2 ? 'interruption' : index % 2 === 0 ? 'backchannel' : 'noise';
    const missed = intent === 'interruption' ? index % 10 === 0 : index % 4 !== 0;
    const stopMs = 40 + ((index * 37) % 200);
    const attempt = {
      index, id: `f${String(index).padStart(4, '0')}`, intent, agentClip: `agent-${index % 26}`, userClip: `user-${index % 80}`, condition: conditions[index % conditions.length],
      persona: intent === 'interruption' ? personas[index % personas.length] : intent === 'backchannel' ? ('listener' as const) : ('room' as const),
    };
    return missed
      ? makeResult(attempt, { outcome: intent === 'interruption' ? 'talked-through' : 'held', stopLatencyMs: null, stopLatencyLoMs: null, detectMs: null, cancelMs: null, wireStopLatencyMs: null })
      : makeResult(attempt, { stopLatencyMs: stopMs, stopLatencyLoMs: stopMs, detectMs: stopMs - 30, cancelMs: stopMs - 10 });
  });
}

/** A report on them, with a timeline each. */
export function manyReport(count: number, columns?: number): Report {
  const results = manyResults(count);
  const summary = summarize(results, { withinMs: sampleRun.withinMs, errorBarMs: sampleRun.errorBarMs });
  return { info: { ...sampleRun, label: 'many' }, summary, gates: [], comparison: null, results, timelines: makeTimelines(results, columns) };
}

import type { TraceFacts, Warning } from '../types.js';
import type { Clusters } from './clusters.js';
import type { GroupName, Summary } from './figures.js';
import type { Trust } from './trust.js';
import { trustLimits } from './trust.js';

/** Kinds of groups that a trace knows nothing of; a row for each of thousands of calls would say nothing either. */
export const unknownToTraces: readonly GroupName[] = ['persona', 'condition', 'agent_clip', 'user_clip_kind'];

/** A share of barge-ins without a latency above which those with one are a choice of the pipeline's. */
const mostUnmeasured = 0.1;
/** The same of the input. */
const mostLost = 0.1;

/** What every reader of a trace's figures must know first. */
export const traceCaveat =
  'The onset here is where the VAD fired, not the first syllable of the caller: these figures and those of a replay are not to be compared to the millisecond.';

export const rebuiltCaveat = 'These rows were written into the spans by a run of bargein: their onset is the first syllable of the caller, as in that run.';

/** The caveat that these facts call for. */
export function caveatOf({ rebuilt }: TraceFacts, rows: number): string {
  return rebuilt > 0 && rebuilt === rows ? rebuiltCaveat : traceCaveat;
}

/** How the intervals were made, for readers of a report: what is clustered in a replay by clip is clustered here by call. */
export function describeTraceMethod({ distinct, agentClips }: Clusters, n: number): string {
  if (n === 0) return 'No intervals: no valid interruption was measured.';
  if (distinct) return `95 % intervals: Wilson for rates, exact order statistics for percentiles; ${n} ${n === 1 ? 'interruption' : 'interruptions'}, one a call.`;
  return `95 % intervals: Wilson for rates and order statistics for percentiles, on the effective number of barge-ins, clustered by call (${n} interruptions in ${agentClips} ${agentClips === 1 ? 'call' : 'calls'}).`;
}

/**
 * How far the figures of a trace can be trusted. There is no error bar: nothing was played whose true time is known. What stands in
 * its place is how many barge-ins the spans leave out.
 */
export function judgeTraceTrust(summary: Summary, facts: TraceFacts): Trust {
  const all = summary.groups[0];
  const unmeasured = facts.unmeasured.reduce((sum, { count }) => sum + count, 0);
  const seen = all.n + unmeasured;
  const untrusted: string[] = [];
  // An input of stages alone has a stack table, and its barge-in figures are missing, which no gate passes.
  if (all.nValid === 0 && (seen > 0 || facts.stack.length === 0)) untrusted.push(seen === 0 ? 'no barge-in was found: nothing was measured' : `none of ${seen} barge-ins has a latency: nothing was measured`);
  else if (unmeasured > mostUnmeasured * seen) untrusted.push(`${unmeasured} of ${seen} barge-ins have no latency (limit ${100 * mostUnmeasured} %): those that have one may not be like them`);
  if (facts.lost > mostLost * (facts.spans + facts.lost)) untrusted.push(`${facts.lost} spans or pieces of the input could not be used, beside ${facts.spans} spans that could (limit ${100 * mostLost} %)`);
  if (facts.rebuilt > 0 && all.nInvalidHarness > trustLimits.invalidHarnessShare * all.n) untrusted.push(`${all.nInvalidHarness} of ${all.n} attempts were spoilt by the harness (limit ${100 * trustLimits.invalidHarnessShare} %)`);
  if (all.n > 0 && all.nErrored > trustLimits.erroredShare * all.n) untrusted.push(`${all.nErrored} of ${all.n} barge-ins are marked as errors (limit ${100 * trustLimits.erroredShare} %)`);
  return { untrusted, warnings: [...warnOfInput(facts, all.n), ...warnOfRows(facts, all.n)] };
}

function warnOfInput({ unmeasured, defects }: TraceFacts, rows: number): Warning[] {
  const list = (found: readonly { what: string; count: number }[]) => found.map(({ what, count }) => `${count} with ${what}`).join(', ');
  const warnings: Warning[] = [];
  if (rows === 0 && unmeasured.length === 0) {
    warnings.push({ seen: 'no barge-in was found', cause: 'nobody interrupted, or the pipeline tells of it under names that the mapping does not have', remedy: 'see what matched with --dry-run' });
  }
  if (unmeasured.length > 0) {
    warnings.push({
      seen: `barge-ins without a latency: ${list(unmeasured)}`,
      cause: 'the pipeline does not tell of that moment, or under a name that the mapping does not have',
      remedy: 'see what matched with --dry-run, and name the span or event in a --mapping file',
    });
  }
  if (defects.length > 0) {
    const total = defects.reduce((sum, { count }) => sum + count, 0);
    const most = defects.reduce((a, b) => (b.count > a.count ? b : a));
    warnings.push({
      seen: `${total} ${total === 1 ? 'defect' : 'defects'} of the input, most often: ${most.what}`,
      cause: 'clocks that stepped or differ, an exporter that loses or repeats spans, or a damaged file',
      remedy: 'read the list of defects; what was left out is in no figure',
    });
  }
  return warnings;
}

function warnOfRows({ rebuilt, notes }: TraceFacts, rows: number): Warning[] {
  const warnings: Warning[] = [];
  if (rebuilt > 0 && rebuilt < rows) {
    warnings.push({
      seen: `${rebuilt} of ${rows} rows count from the first syllable, as a run has measured them, the others from where the VAD fired`,
      cause: 'spans of a run of bargein and of production calls in one input',
      remedy: 'read them apart',
    });
  }
  const believed = notes.find(({ what }) => what === believedIntents);
  if (believed) {
    warnings.push({
      seen: `the intents of ${believed.count} barge-ins are what the agent itself took them for`,
      cause: 'an attribute of the agent says whether it was an interruption',
      remedy: "read false yields as the agent's own view; fix the intent in a --mapping file, or with --intent, to count them all alike",
    });
  }
  return warnings;
}

/** The note on intents that come from the agent's own judgement. */
export const believedIntents = 'intents as the agent itself judged them';

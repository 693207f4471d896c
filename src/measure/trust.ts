import type { InvalidReason, Warning } from '../types.js';
import { faultSide } from './faults.js';
import type { GroupFigures, Summary } from './figures.js';

/** Above these a run is not to be trusted (docs/measurement.md section 6). */
export const trustLimits = { erroredShare: 0.02, invalidHarnessShare: 0.1, errorBarMs: 10 } as const;

/** No run is given up for as few errors as these. */
const fewErrors = 4;

/** Whether so many of the planned attempts errored that the run cannot be trusted, however the others end: no need to go on at an agent's cost. */
export function isHopeless(errored: number, planned: number): boolean {
  return errored > Math.max(fewErrors, trustLimits.erroredShare * planned);
}

/** Above or below these a reader is warned. */
const warnAt = { invalidAgentShare: 0.1, referenceLostShare: 0.05, disagreementShare: 0.1, syntheticShare: 0.5, clips: 10, borderlineShare: 0.05, offPace: 0.05 } as const;

export interface Trust {
  /** Why the run cannot be trusted, one line each; empty when it can. */
  readonly untrusted: readonly string[];
  readonly warnings: readonly Warning[];
}

/** How far the figures of a run can be trusted. A missing error bar counts as too large: what is not known passes nothing. */
export function judgeTrust(summary: Summary): Trust {
  const all = summary.groups[0];
  return { untrusted: reasonsAgainst(summary, all), warnings: [...warnAboutAttempts(summary, all), ...warnAboutMaterial(summary, all)] };
}

function reasonsAgainst({ errorBarMs }: Summary, all: GroupFigures): string[] {
  const reasons: string[] = [];
  if (all.nValid === 0) reasons.push(nothingValid(all.n));
  if (all.nErrored > trustLimits.erroredShare * all.n) {
    reasons.push(`${all.nErrored} of ${all.n} attempts errored (${percent(all.nErrored, all.n)}, limit ${percent(trustLimits.erroredShare, 1)})`);
  }
  if (all.nInvalidHarness > trustLimits.invalidHarnessShare * all.n) {
    const share = percent(all.nInvalidHarness, all.n);
    reasons.push(`${all.nInvalidHarness} of ${all.n} attempts were spoilt by the harness (${share}, limit ${percent(trustLimits.invalidHarnessShare, 1)})`);
  }
  if (errorBarMs === null) reasons.push('the error bar is not known: the run was not calibrated');
  else if (errorBarMs > trustLimits.errorBarMs) reasons.push(`the error bar is ${errorBarMs.toFixed(2)} ms, limit ${trustLimits.errorBarMs} ms`);
  return reasons;
}

function nothingValid(attempts: number): string {
  if (attempts === 0) return 'no attempt was replayed: nothing was measured';
  return attempts === 1 ? 'the only attempt is not valid: nothing was measured' : `not one of ${attempts} attempts is valid: nothing was measured`;
}

function warnAboutAttempts(summary: Summary, all: GroupFigures): Warning[] {
  const warnings: Warning[] = [];
  if (all.nErrored > 0) {
    warnings.push({
      seen: `${all.nErrored} of ${all.n} attempts errored`,
      cause: summary.errors.length > 0 ? `${summary.errors[0].error} (${summary.errors[0].count} of ${all.nErrored})` : 'the agent refused or lost the connection, crashed or broke the protocol',
      remedy: "read the column `error` of attempts.csv and the agent's own log",
    });
  }
  const short = countOf(summary, 'too-little-speech-left');
  if (short > 0) {
    warnings.push({
      seen: `${short} of ${all.n} attempts were left out: too little speech was left after the onset`,
      cause: 'the largest latency limit, or the hangover, asks for more than the responses have',
      remedy: 'lower the largest limit of --within; the rates at the others then rest on all attempts',
    });
  }
  if (all.nInvalidHarness > short) {
    warnings.push({
      seen: `${all.nInvalidHarness - short} of ${all.n} attempts were spoilt by the harness (${reasonsOf(summary, 'harness')})`,
      cause: 'the machine was busy, or the offset could not be scheduled',
      remedy: 'run on an idle machine, with a smaller --concurrency, or raise --retries',
    });
  }
  const atOtherRate = countOf(summary, 'wrong-rate');
  const { arrivalPace } = summary;
  if (atOtherRate === 0 && arrivalPace !== null && Math.abs(arrivalPace.median - 1) > warnAt.offPace) {
    warnings.push({
      seen: `the agent's audio came evenly at ${arrivalPace.median.toFixed(2)} times real time in ${arrivalPace.n} of ${all.n} attempts`,
      cause: 'it has another sample rate than the line, or it is sent ahead, or slower than it is said, on purpose',
      remedy: 'listen to audio/*.wav; give the line the rate of the agent (docs/agents.md says which wires can)',
    });
  }
  if (atOtherRate > 0) {
    warnings.push({
      seen: `in ${atOtherRate} of ${all.n} attempts the agent's speech had another sample rate than the line`,
      cause: 'the agent sends audio at its own rate, and it was played too fast or too slow',
      remedy: "resample in the agent, or give the line its rate (docs/agents.md says which wires can)",
    });
  }
  if (all.nInvalidAgent > warnAt.invalidAgentShare * all.n) {
    warnings.push({
      seen: `${all.nInvalidAgent} of ${all.n} attempts were spoilt by the agent (${reasonsOf(summary, 'agent')})`,
      cause: 'it went quiet before the user spoke: at its own echo, at noise on the line, or by itself; or it answers late',
      remedy: 'compare the conditions in summary.csv; the rates are over the attempts that are left',
    });
  }
  if (all.controlYield.count > 0) {
    warnings.push({
      seen: `the agent went quiet in ${all.controlYield.count} of ${all.controlYield.n} controls, in which nobody spoke`,
      cause: 'a natural pause taken for a yield, or an agent that stops by itself',
      remedy: 'take this as the floor of the false yield rate; raise --detector-option hangoverMs',
    });
  }
  return warnings;
}

function warnAboutMaterial(summary: Summary, all: GroupFigures): Warning[] {
  const warnings: Warning[] = [];
  const { detectors } = summary;
  const lost = summary.referenceLost - countOf(summary, 'wrong-rate');
  if (lost > warnAt.referenceLostShare * all.n) {
    warnings.push({
      seen: `in ${lost} of ${all.n} attempts the response heard did not match the one asked for`,
      cause: 'the agent changes what it is given to say, or plays it through its own processing',
      remedy: 'those were judged by the energy detector; use --detector energy for all of them',
    });
  }
  if (detectors.disagreements > warnAt.disagreementShare * detectors.compared) {
    warnings.push({
      seen: `the energy detector disagrees with the reference-aware one on ${detectors.disagreements} of ${detectors.compared} attempts`,
      cause: 'pauses in the responses, noise on the line, or audio after the stop',
      remedy: 'compare stop_latency_ms with energy_stop_latency_ms in attempts.csv, and listen',
    });
  }
  const borderline = all.limits.reduce((most, limit) => Math.max(most, limit.borderline), 0);
  if (borderline > warnAt.borderlineShare * all.nInterruptions) {
    warnings.push({
      seen: `up to ${borderline} of ${all.nInterruptions} interruptions are within the error bar of a limit`,
      cause: 'a limit in the middle of the latencies, or stops that fall into pauses',
      remedy: 'read the range beside the rate, or choose another limit with --within',
    });
  }
  if (all.nInterruptions > 0 && Math.min(all.userClips, all.agentClips) < warnAt.clips) {
    warnings.push({
      seen: `the interruptions come from ${all.userClips} user and ${all.agentClips} agent clips`,
      cause: 'a small corpus, or a narrow --filter or --limit',
      remedy: 'take a larger --profile, or add recordings with `bargein corpus add`',
    });
  }
  if ((all.syntheticShare ?? 0) > warnAt.syntheticShare) {
    warnings.push({
      seen: `${percent(all.syntheticShare as number, 1)} of the interruptions are spoken by synthetic voices`,
      cause: 'the corpus holds few recordings of people interrupting',
      remedy: 'compare user_clip_kind in summary.csv; add recordings with `bargein corpus add`',
    });
  }
  return warnings;
}

function countOf({ invalidReasons }: Summary, wanted: InvalidReason): number {
  return invalidReasons.find(({ reason }) => reason === wanted)?.count ?? 0;
}

function reasonsOf({ invalidReasons }: Summary, side: 'harness' | 'agent'): string {
  const ofSide = invalidReasons.filter(({ reason }) => faultSide(reason) === side);
  return ofSide.map(({ reason, count }) => `${reason} ${count}`).join(', ');
}

function percent(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toFixed(1))} %`;
}

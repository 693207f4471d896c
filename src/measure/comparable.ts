import type { Attempt, AttemptResult, RunInfo } from '../types.js';

/** What is looked at of a run that is compared. */
export type ComparedInfo = Pick<
  RunInfo,
  'source' | 'runId' | 'label' | 'agent' | 'clock' | 'version' | 'seed' | 'corpus' | 'draw' | 'withinMs' | 'configuration' | 'errorBarMs' | 'untrusted' | 'unfinished' | 'shard'
>;

/** What has been decided before anything is measured. */
export type ComparedSettings = Pick<ComparedInfo, 'source' | 'corpus' | 'draw' | 'clock' | 'withinMs' | 'configuration'>;

/** How two runs differ apart from the build, a sentence each. */
export interface RunDifferences {
  /** Figures of the two would not mean the same: never compared. */
  readonly incomparable: readonly string[];
  /** Refused too, but a reader may want the figures all the same. */
  readonly mismatches: readonly string[];
}

/** Settings that decide which attempts are replayed or how they are heard, beside those that have a field of their own. */
const decisiveSettings = { conditions: '--condition', filter: '--filter', limit: '--limit', repeat: '--repeat', playoutMs: '--playout-ms', mapping: '--mapping', intent: '--intent' } as const;
const detectorSettings = { detector: '--detector', detectorOptions: '--detector-option' } as const;

/**
 * What differs between two runs though it should not. The seed is not among it: with another one the attempts keep their ids and
 * places, and only chance differs. Nor are the agent and its options: they are what is compared.
 */
export function runDifferences(base: ComparedSettings, head: ComparedSettings): RunDifferences {
  const setting = (name: string, flag: string) => differing(flag, base.configuration[name] ?? null, head.configuration[name] ?? null);
  return {
    // Where one of the two was not replayed, no detector was chosen: the source says it all.
    incomparable: base.source === head.source ? Object.entries(detectorSettings).flatMap(([name, flag]) => setting(name, flag)) : [],
    mismatches: [
      ...differing('source', base.source, head.source),
      ...differing('corpus', short(base.corpus.hash), short(head.corpus.hash)),
      ...differing('draw', `${base.draw.profile} ${short(base.draw.hash)}`, `${head.draw.profile} ${short(head.draw.hash)}`),
      ...differing('clock', base.clock, head.clock),
      ...differing('--within', base.withinMs, head.withinMs),
      ...Object.entries(decisiveSettings).flatMap(([name, flag]) => setting(name, flag)),
    ],
  };
}

function differing(name: string, base: unknown, head: unknown): string[] {
  const [before, after] = [sortedJson(base), sortedJson(head)];
  return before === after ? [] : [`${name}: ${show(base, before)} in the base, ${show(head, after)} in the head`];
}

function show(value: unknown, json: string): string {
  return json === 'null' ? 'none' : Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : json;
}

/** JSON that does not depend on the order of an object's keys; nothing in a list or an object is nothing. */
function sortedJson(value: unknown): string {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return 'null';
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(plain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

/** Whether verdicts under one id are on the same attempt. Of a trace the id is all there is: calls have other ids in every trace. */
export function onSameAttempt(base: AttemptResult, head: AttemptResult): boolean {
  if (isOfSpans(base) || isOfSpans(head)) return base.attempt.intent === head.attempt.intent;
  return sameAttempt(base.attempt, head.attempt);
}

export function isOfSpans({ detector }: AttemptResult): boolean {
  return detector === 'spans';
}

/** Whether two attempts of one id are the same one, whatever their seeds. */
function sameAttempt(base: Attempt, head: Attempt): boolean {
  const keys = ['agentClip', 'userClip', 'intent', 'condition', 'offsetMs', 'gainDb'] as const;
  return keys.every((key) => base[key] === head[key]) && base.bed?.clip === head.bed?.clip && base.bed?.snrDb === head.bed?.snrDb;
}

/** The detector that was to judge: where the reference was lost, the other one stepped in. */
export function intendedDetector({ detector, referenceLost }: AttemptResult): AttemptResult['detector'] {
  return referenceLost ? 'reference-aware' : detector;
}

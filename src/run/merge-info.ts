import type { Summary } from '../measure/figures.js';
import { summarize } from '../measure/summarize.js';
import { judgeTrust } from '../measure/trust.js';
import { showShard } from '../replay/shard.js';
import type { CalibrationSummary, ClockAgreement, Environment, Lateness, Ms, RunInfo, Warning } from '../types.js';
import { runIdOf } from './prepare.js';
import type { ShardSet } from './shard-set.js';

type Shards = ShardSet['shards'];

/** What the whole run was, from what its shards were: never better than the worst of them. */
export function mergedInfo(shards: Shards, summary: Summary, { missing, unfinished }: { readonly missing: readonly string[]; readonly unfinished: number }): RunInfo {
  const [{ info: first }] = shards;
  const infos = shards.map(({ info }) => info);
  const startedAt = infos.map((info) => info.startedAt).sort()[0];
  const trust = judgeTrust(summary);
  return {
    ...first,
    runId: runIdOf(first.runKey, startedAt, null),
    startedAt,
    shard: null,
    calibration: worstCalibration(infos),
    errorBarMs: summary.errorBarMs,
    lateness: worstLateness(infos.map(({ lateness }) => lateness)),
    agreement: jointAgreement(infos.flatMap(({ agreement }) => agreement ?? [])),
    untrusted: [...trust.untrusted, ...carried(shards, ({ untrusted }) => untrusted, (reason) => reason, (prefix, reason) => `${prefix}${reason}`)],
    warnings: [
      ...trust.warnings,
      ...carried(shards, ({ warnings }) => warnings, ({ seen }) => seen, (prefix, warning) => ({ ...warning, seen: `${prefix}${warning.seen}` })),
      ...warnAboutMachines(shards),
      ...warnAboutGaps(missing),
    ],
    unfinished,
  };
}

/** The largest of the error bars; null where one is not known. */
export function worstErrorBarMs(shards: Shards): Ms | null {
  const bars = shards.map(({ info }) => info.errorBarMs);
  return bars.reduce((worst, bar) => (worst === null || bar === null ? null : Math.max(worst, bar)));
}

/** The calibration with the largest error; one that found none comes before all others. */
function worstCalibration(infos: readonly RunInfo[]): CalibrationSummary | null {
  const errorOf = (calibration: CalibrationSummary | null) => calibration?.p95Ms ?? Infinity;
  return infos.map(({ calibration }) => calibration).reduce((worst, calibration) => (errorOf(calibration) > errorOf(worst) ? calibration : worst));
}

/** Each figure at its worst, and what was tried again altogether; null where one shard has none. */
function worstLateness(all: readonly (Lateness | null)[]): Lateness | null {
  return all.reduce(
    (a, b) =>
      a && b && {
        sendP50Ms: Math.max(a.sendP50Ms, b.sendP50Ms),
        sendP99Ms: Math.max(a.sendP99Ms, b.sendP99Ms),
        sendMaxMs: Math.max(a.sendMaxMs, b.sendMaxMs),
        loopP50Ms: a.loopP50Ms === null || b.loopP50Ms === null ? null : Math.max(a.loopP50Ms, b.loopP50Ms),
        loopP99Ms: Math.max(a.loopP99Ms, b.loopP99Ms),
        loopMaxMs: Math.max(a.loopMaxMs, b.loopMaxMs),
        realtimeRatio: Math.min(a.realtimeRatio, b.realtimeRatio),
        triedAgain: a.triedAgain === null || b.triedAgain === null ? null : a.triedAgain + b.triedAgain,
      },
  );
}

/** Counts added up; the median is the largest of the medians, since the differences themselves are not kept. */
function jointAgreement(all: readonly ClockAgreement[]): ClockAgreement | null {
  if (all.length === 0) return null;
  const sum = (of: (agreement: ClockAgreement) => number) => all.reduce((total, agreement) => total + of(agreement), 0);
  const largest = (of: (agreement: ClockAgreement) => number | null) => all.map(of).reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)));
  return {
    attempts: sum(({ attempts }) => attempts),
    compared: sum(({ compared }) => compared),
    medianMs: largest(({ medianMs }) => medianMs),
    maxMs: largest(({ maxMs }) => maxMs),
    sameOutcome: sum(({ sameOutcome }) => sameOutcome),
    harnessLate: sum(({ harnessLate }) => harnessLate),
  };
}

/**
 * What the shards say that does not follow from their figures (calibration, machine, what could not be rendered): once and as it is
 * where all of them say it, else with the shard's name. What follows from figures is judged anew, on all of them.
 */
function carried<T>(shards: Shards, said: (trust: Pick<RunInfo, 'untrusted' | 'warnings'>) => readonly T[], textOf: (item: T) => string, named: (prefix: string, item: T) => T): T[] {
  const own = shards.map(({ shard, info, results }) => {
    const judged = said(judgeTrust(summarize(results, { withinMs: info.withinMs, errorBarMs: info.errorBarMs }))).map(textOf);
    return { shard, items: said(info).filter((item) => !judged.includes(textOf(item))) };
  });
  const byAll = (item: T) => own.every(({ items }) => items.some((other) => textOf(other) === textOf(item)));
  return [
    ...own[0].items.filter(byAll),
    ...own.flatMap(({ shard, items }) => items.filter((item) => !byAll(item)).map((item) => named(`shard ${showShard(shard)}: `, item))),
  ];
}

function warnAboutMachines(shards: Shards): Warning[] {
  const [{ info: first }] = shards;
  // On the virtual clock a processor changes how long it takes, and nothing else.
  const facts: readonly (keyof Environment)[] = first.clock === 'virtual' ? ['node', 'os'] : ['node', 'os', 'cpu', 'cores'];
  return facts.flatMap((fact) => {
    const values = [...new Set(shards.map(({ info }) => String(info.environment[fact])))];
    if (values.length === 1) return [];
    return [{ seen: `the shards ran with different ${names[fact]}: ${values.join(', ')}`, cause: 'machines or images that are not alike', remedy: 'run all shards on one kind of machine; run.json names that of the first shard' }];
  });
}

const names: Readonly<Record<keyof Environment, string>> = { version: 'versions', node: 'versions of Node', os: 'systems', cpu: 'processors', cores: 'numbers of cores', load1: 'loads' };

function warnAboutGaps(missing: readonly string[]): Warning[] {
  if (missing.length === 0) return [];
  return [{ seen: `not all of the run is here: ${missing.join('; ')}`, cause: 'shards that failed, were stopped, or were not named', remedy: 'finish them with --resume, and merge again' }];
}

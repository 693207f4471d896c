import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { BargeinError } from '../../src/errors.js';
import { loadResults } from '../../src/report/results.js';
import type { SavedRun } from '../../src/report/results.js';
import { judgedAlike } from '../../src/run/common-pause.js';
import { finishMerge, mergeShards } from '../../src/run/merge.js';
import type { Progress, RunConfig, RunInfo, Warning } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-merge-'));
const at = (name: string) => join(folder, name);
const text = (name: string, file: string) => readFileSync(join(folder, name, file), 'utf8');
const quiet = { progress: () => {}, signal: new AbortController().signal };

function config(name: string, more: Partial<RunConfig> = {}): RunConfig {
  return runConfig({ filter: ['condition=clean'], limit: 18, calibrationAttempts: 3, outputDir: at(name), ...more });
}

const runShard = (name: string, index: number, of: number, more: Partial<RunConfig> = {}) => runBenchmark(config(name, { shard: { index, of }, ...more }), quiet);
const load = (...names: string[]) => names.map((name) => loadResults(at(name)));

async function mergeInto(name: string, runs: readonly SavedRun[], allowPartial = false) {
  const merged = mergeShards(runs, { allowPartial });
  const { withoutJournal } = await finishMerge(merged, { gates: [], baseline: null }, config(name));
  return { merged, withoutJournal };
}

/** What is told of a run but for how busy the machine was. */
function runInfo(name: string): RunInfo {
  const info = JSON.parse(text(name, 'run.json')) as RunInfo;
  return { ...info, environment: { ...info.environment, load1: 0 } };
}

/** Any run with other facts. */
const altered = (run: SavedRun, info: Partial<RunInfo>): SavedRun => ({ ...run, info: { ...run.info, ...info } });

const refused = (runs: readonly SavedRun[], allowPartial = false): BargeinError => {
  try {
    mergeShards(runs, { allowPartial });
  } catch (thrown) {
    if (thrown instanceof BargeinError) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
};

beforeAll(async () => {
  await runBenchmark(config('whole'), quiet);
  for (const index of [1, 2]) await runShard(`half-${index}`, index, 2);
  for (const index of [1, 2, 3]) await runShard(`third-${index}`, index, 3);
});

describe('merged shards', () => {
  it.each([
    [2, ['half-1', 'half-2']],
    [3, ['third-3', 'third-1', 'third-2']],
  ])('are, of %d, the run that was not cut: byte for byte, and in whatever order they are named', async (of, names) => {
    const { withoutJournal } = await mergeInto(`merged-${of}`, load(...names));
    for (const file of ['attempts.csv', 'summary.csv', 'journal.jsonl']) expect(text(`merged-${of}`, file)).toBe(text('whole', file));
    expect(runInfo(`merged-${of}`)).toEqual(runInfo('whole'));
    expect(withoutJournal).toBeNull();
    const audio = readdirSync(join(at('whole'), 'audio')).sort();
    expect(audio.length).toBeGreaterThan(0);
    expect(readdirSync(join(at(`merged-${of}`), 'audio')).sort()).toEqual(audio);
  });

  it('are no one shard: each has its own part, its own name, and figures of its own', () => {
    const [one, two] = load('half-1', 'half-2');
    expect(one.info).toMatchObject({ shard: { index: 1, of: 2 }, runKey: two.info.runKey, draw: { attempts: 18 }, unfinished: 0 });
    expect(new Set([one.info.runId, two.info.runId, runInfo('whole').runId]).size).toBe(3);
    expect(one.results).toHaveLength(9);
    expect(two.results).toHaveLength(9);
  });

  it('can be gone on with, as the run that was not cut', async () => {
    const { merged } = await mergeInto('resumed', load('half-1', 'half-2'));
    const seen: Progress[] = [];
    const outcome = await runBenchmark(config('resumed', { existing: 'resume' }), { ...quiet, progress: (progress) => seen.push(progress) });
    expect(seen.some(({ phase }) => phase === 'replaying')).toBe(false);
    expect(outcome.info.runId).toBe(merged.info.runId);
    for (const file of ['attempts.csv', 'summary.csv']) expect(text('resumed', file)).toBe(text('whole', file));
  });

  it('are held to a baseline as the run that was not cut', async () => {
    const [baseline] = load('whole');
    const { verdict } = await finishMerge(mergeShards(load('half-1', 'half-2'), { allowPartial: false }), { gates: [], baseline }, config('compared', { failOnRegression: true }));
    expect(verdict.comparison).toMatchObject({ pairs: 18, unpaired: 0, mismatches: [], flips: [] });
    expect(verdict.failures).toEqual([]);
  });

  it('keep their recordings apart: no shard goes on in the folder of another, nor of the whole', async () => {
    await expect(runShard('half-1', 2, 2, { existing: 'resume' })).rejects.toThrow(/of another run/);
    await expect(runShard('whole', 1, 2, { existing: 'resume' })).rejects.toThrow(/of another run/);
    await expect(runBenchmark(config('half-1', { existing: 'resume' }), quiet)).rejects.toThrow(/of another run/);
  });
});

describe('overlaps', () => {
  it('are refused: the same shard twice', () => {
    expect(refused(load('half-1', 'half-1', 'half-2'))).toMatchObject({ message: `${at('half-1')} and ${at('half-1')} are both shard 1/2`, hint: 'name each shard once' });
  });

  it('are refused: shards of different cuts, and a whole run', () => {
    expect(refused(load('half-1', 'third-2')).message).toMatch(/half-1 is shard 1\/2, but .*third-2 is 2\/3/);
    expect(refused(load('whole', 'half-2')).message).toMatch(/whole holds a whole run/);
    expect(refused(load('whole')).message).toMatch(/whole holds a whole run/);
  });

  it('are refused: an attempt twice, in one shard or in two', () => {
    const [one, two] = load('half-1', 'half-2');
    expect(refused([{ ...one, results: [...one.results, one.results[0]] }, two]).message).toMatch(/half-1: attempt f\S+ is there twice/);
    const renamed = { ...two.results[0], attempt: { ...two.results[0].attempt, id: one.results[0].attempt.id } };
    expect(refused([one, { ...two, results: [renamed, ...two.results.slice(1)] }]).message).toMatch(/half-2: attempt f\S+ is there twice/);
  });

  it('are refused: an attempt of another shard', () => {
    const [one, two] = load('half-1', 'half-2');
    expect(refused([{ ...one, results: two.results }], true).message).toMatch(/half-1: attempt f\S+ is not of shard 1\/2/);
  });
});

describe('gaps', () => {
  it('are refused, with what is missing and how to go on', () => {
    const error = refused(load('third-1', 'third-3'));
    expect(error.message).toBe('6 of 18 attempts are missing: shard 2/3 (6 attempts)');
    expect(error.hint).toMatch(/--resume.*--allow-partial/);
  });

  it('are told where they are allowed, and filled by going on with what was merged', async () => {
    const stop = new AbortController();
    let count = 0;
    const hooks = { signal: stop.signal, progress: ({ phase }: Progress) => void (phase === 'replaying' && ++count === 4 && stop.abort()) };
    await runBenchmark(config('cut-short', { shard: { index: 2, of: 3 } }), hooks);
    const runs = load('third-1', 'cut-short');
    const missing = [`2 of 6 attempts of shard 2/3 (${at('cut-short')})`, 'shard 3/3 (6 attempts)'];
    expect(refused(runs).message).toBe(`8 of 18 attempts are missing: ${missing.join('; ')}`);
    const { merged } = await mergeInto('partial', runs, true);
    expect(merged.missing).toEqual(missing);
    expect(merged.info).toMatchObject({ unfinished: 8, shard: null, draw: { attempts: 18 } });
    expect(merged.info.warnings.at(-1)?.seen).toBe(`not all of the run is here: ${missing.join('; ')}`);
    expect(loadResults(at('partial')).results).toHaveLength(10);
    await runBenchmark(config('partial', { existing: 'resume' }), quiet);
    for (const file of ['attempts.csv', 'summary.csv']) expect(text('partial', file)).toBe(text('whole', file));
  });
});

describe('shards of different runs', () => {
  it('are refused where they were really run otherwise, with every difference', async () => {
    await runShard('other', 2, 2, { seed: 2, label: 'other', playoutMs: 60, agentOptions: { 'vad.kind': 'energy', 'vad.threshold': 0.6 } });
    const { message, hint } = refused(load('half-1', 'other'));
    for (const difference of ['seed is 1 in', 'label is "test" in', 'configuration.playoutMs is 40 in', 'agentOptions.vad.threshold is 0.5 in']) expect(message).toContain(difference);
    expect(message).toContain(`${at('half-1')} and 0.6 in ${at('other')}`);
    // Each once: neither the key nor the option as it was given is a difference of its own.
    expect(message.split('; ')).toHaveLength(4);
    expect(hint).toMatch(/same flags/);
  });

  it.each<[string, Partial<RunInfo> | ((info: RunInfo) => Partial<RunInfo>)]>([
    ['label', { label: 'b' }],
    ['seed', { seed: 2 }],
    ['version', { version: '9.9.9' }],
    ['clock', { clock: 'realtime' }],
    ['agent', { agent: 'reference:before' }],
    ['withinMs', { withinMs: [100] }],
    ['runKey', { runKey: 'other' }],
    ['corpus.hash', ({ corpus }) => ({ corpus: { ...corpus, hash: 'other' } })],
    ['draw.hash', ({ draw }) => ({ draw: { ...draw, hash: 'other' } })],
    ['draw.attempts', ({ draw }) => ({ draw: { ...draw, attempts: 17 } })],
    ['agentOptions.flush', ({ agentOptions }) => ({ agentOptions: { ...agentOptions, flush: false } })],
    ['configuration.retries', ({ configuration }) => ({ configuration: { ...configuration, retries: 0 } })],
    ['configuration.filter', ({ configuration }) => ({ configuration: { ...configuration, filter: [] } })],
  ])('are refused: another %s', (name, change) => {
    const [one, two] = load('half-1', 'half-2');
    const { message } = refused([one, altered(two, typeof change === 'function' ? change(two.info) : change)]);
    expect(message).toMatch(new RegExp(`^these are not shards of one run: ${name.replaceAll('.', '\\.')} is [^;]*$`));
  });

  it('are refused where another version measured them all: the figures would be of this one', () => {
    expect(refused(load('half-1', 'half-2').map((run) => altered(run, { version: '9.9.9' }))).message).toMatch(/was measured by version 9\.9\.9, and this is/);
  });

  it('are refused where run.json names no shard, or no number of attempts', () => {
    const [one, two] = load('half-1', 'half-2');
    expect(refused([altered(one, { shard: { index: 3, of: 2 } }), two]).message).toMatch(/names no shard/);
    for (const attempts of [1, 1e12]) {
      const broken = [one, two].map((run) => altered(run, { draw: { ...run.info.draw, attempts } }));
      expect(refused(broken).message).toMatch(/does not say how many attempts/);
    }
  });
});

describe('what is told of merged shards', () => {
  const calibration = { n: 60, medianMs: 0, p95Ms: 1, maxMs: 2, controls: 20, falseYields: 0 };
  const lateness = { sendP50Ms: 1, sendP99Ms: 5, sendMaxMs: 9, loopP50Ms: 0.2, loopP99Ms: 2, loopMaxMs: 8, realtimeRatio: 0.99, triedAgain: 2 };
  const agreement = { attempts: 16, compared: 10, medianMs: 0.5, maxMs: 3, sameOutcome: 14, harnessLate: 2 };
  const told = (first: Partial<RunInfo>, second: Partial<RunInfo>) => {
    const [one, two] = load('half-1', 'half-2');
    return mergeShards([altered(one, first), altered(two, second)], { allowPartial: false });
  };

  it('is the largest error bar with the calibration it came from, and the borderline attempts of that', () => {
    const worse = { ...calibration, n: 50, p95Ms: 4 };
    const { info, summary } = told({ errorBarMs: 1, calibration }, { errorBarMs: 4, calibration: worse });
    expect(info).toMatchObject({ errorBarMs: 4, calibration: worse });
    expect(summary.errorBarMs).toBe(4);
  });

  it('is an unknown error bar where one shard does not know its own', () => {
    const unknown = { ...calibration, p95Ms: null };
    const { info } = told({ errorBarMs: 1, calibration }, { errorBarMs: null, calibration: unknown });
    expect(info).toMatchObject({ errorBarMs: null, calibration: unknown });
    expect(info.untrusted).toContain('the error bar is not known: the run was not calibrated');
  });

  it('is the worst lateness, and none where one is not known', () => {
    const other = { sendP50Ms: 2, sendP99Ms: 4, sendMaxMs: 10, loopP50Ms: 0.1, loopP99Ms: 1, loopMaxMs: 9, realtimeRatio: 0.98, triedAgain: 3 };
    expect(told({ lateness }, { lateness: other }).info.lateness).toEqual({ sendP50Ms: 2, sendP99Ms: 5, sendMaxMs: 10, loopP50Ms: 0.2, loopP99Ms: 2, loopMaxMs: 9, realtimeRatio: 0.98, triedAgain: 5 });
    expect(told({ lateness }, { lateness: null }).info.lateness).toBeNull();
  });

  it('is the agreement of the clocks over all that were compared', () => {
    const other = { attempts: 4, compared: 0, medianMs: null, maxMs: null, sameOutcome: 4, harnessLate: 0 };
    expect(told({ agreement }, { agreement: other }).info.agreement).toEqual({ attempts: 20, compared: 10, medianMs: 0.5, maxMs: 3, sameOutcome: 18, harnessLate: 2 });
    expect(told({ agreement }, { agreement: null }).info.agreement).toEqual(agreement);
  });

  it('is the earliest start, which names the run', () => {
    const [early, late] = ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:06.000Z'];
    const swapped = told({ startedAt: late }, { startedAt: early }).info;
    expect(swapped.startedAt).toBe(early);
    expect(swapped.runId).toBe(told({ startedAt: early }, { startedAt: late }).info.runId);
    expect(swapped.runId).not.toBe(runInfo('whole').runId);
  });

  it('is what every shard says once, and what one of them says with its name', () => {
    const both = 'the calibration reported a yield on 1 of 20 controls';
    const warning = (seen: string): Warning => ({ seen, cause: 'c', remedy: 'r' });
    const { info } = told(
      { untrusted: [both, 'only here'], warnings: [warning('both'), warning('only here')] },
      { untrusted: [both], warnings: [warning('both'), warning('only there')] },
    );
    expect(info.untrusted).toEqual([both, 'shard 1/2: only here']);
    const carried = info.warnings.filter(({ cause }) => cause === 'c');
    expect(carried).toEqual([warning('both'), warning('shard 1/2: only here'), warning('shard 2/2: only there')]);
  });

  it('is not what followed from the figures of one shard', () => {
    const seen = load('half-1')[0].info.warnings.map((warning) => warning.seen);
    const few = seen.find((line) => /^the interruptions come from/.test(line)) as string;
    expect(few).toBeDefined();
    const merged = told({}, {}).info.warnings.map((warning) => warning.seen);
    expect(merged).not.toContain(few);
    expect(merged).toEqual(runInfo('whole').warnings.map((warning) => warning.seen));
  });

  it('is the machine of the first shard, with a warning where the others were not alike', () => {
    const { environment } = load('half-1')[0].info;
    const other = { ...environment, node: '18.0.0', cpu: 'another' };
    const warned = (first: Partial<RunInfo>, second: Partial<RunInfo>) => told(first, second).info.warnings.filter(({ seen }) => seen.startsWith('the shards ran with different'));
    expect(told({}, { environment: other }).info.environment).toEqual(environment);
    // A processor decides nothing on the virtual clock.
    expect(warned({}, { environment: other }).map(({ seen }) => seen)).toEqual([`the shards ran with different versions of Node: ${environment.node}, 18.0.0`]);
    const realtime = { clock: 'realtime' } as const;
    expect(warned(realtime, { ...realtime, environment: other })).toHaveLength(2);
  });
});

describe('recordings', () => {
  it('are left out where a shard has none, or not all of them, with the reason', async () => {
    cpSync(at('half-2'), at('no-journal'), { recursive: true });
    rmSync(join(at('no-journal'), 'journal.jsonl'));
    const without = await mergeInto('merged-no-journal', load('half-1', 'no-journal'));
    expect(without.withoutJournal).toBe(`${at('no-journal')} has no journal.jsonl`);
    expect(existsSync(join(at('merged-no-journal'), 'journal.jsonl'))).toBe(false);
    expect(text('merged-no-journal', 'attempts.csv')).toBe(text('whole', 'attempts.csv'));

    cpSync(at('half-2'), at('short-journal'), { recursive: true });
    writeFileSync(join(at('short-journal'), 'journal.jsonl'), text('half-2', 'journal.jsonl').split('\n').slice(0, -3).join('\n') + '\n');
    const short = await mergeInto('merged-short-journal', load('half-1', 'short-journal'));
    expect(short.withoutJournal).toBe(`journal.jsonl of ${at('short-journal')} lacks 2 of its attempts`);
    expect(readdirSync(at('merged-short-journal')).filter((name) => name.startsWith('journal'))).toEqual([]);
  });

  it('are left out attempt by attempt where nothing was reported of one', async () => {
    cpSync(at('half-1'), at('more-recorded'), { recursive: true });
    const rows = text('half-1', 'attempts.csv').split('\n');
    writeFileSync(join(at('more-recorded'), 'attempts.csv'), `${rows.slice(0, -2).join('\n')}\n`);
    const { withoutJournal } = await mergeInto('merged-more-recorded', load('more-recorded', 'half-2'), true);
    expect(withoutJournal).toBeNull();
    expect(text('merged-more-recorded', 'journal.jsonl').trimEnd().split('\n')).toHaveLength(18);
  });

  it('of another run are refused', async () => {
    cpSync(at('half-1'), at('swapped'), { recursive: true });
    copyFileSync(join(at('half-2'), 'journal.jsonl'), join(at('swapped'), 'journal.jsonl'));
    await expect(mergeInto('merged-swapped', load('swapped', 'half-2'))).rejects.toThrow(/journal.jsonl is of another run than run.json beside it/);
  });
});

describe('shards of an agent whose words are not known', () => {
  const own = { agent: fileURLToPath(new URL('../fixtures/own-words-agent.ts', import.meta.url)), agreementAttempts: 0 };
  const shards = () => judgedAlike(load('own-1', 'own-2'), config('x').corpusDir, quiet.signal);

  beforeAll(async () => {
    await runBenchmark(config('own', own), quiet);
    for (const index of [1, 2]) await runShard(`own-${index}`, index, 2, own);
  });

  it('are judged by the longest pause that any of them has heard, as the whole is', async () => {
    const pauses = load('own-1', 'own-2', 'own').map(({ info }) => info.undisturbedPauseMs);
    expect(pauses[0]).not.toBe(pauses[1]);
    expect(Math.max(...pauses.slice(0, 2).map(Number))).toBe(pauses[2]);
    mergeInto('own-merged', await shards());
    for (const file of ['attempts.csv', 'summary.csv']) expect(text('own-merged', file)).toBe(text('own', file));
    expect(runInfo('own-merged').undisturbedPauseMs).toBe(pauses[2]);
  });

  it('cannot be judged again without their recordings', async () => {
    const [one, two] = load('own-1', 'own-2');
    const low = Number(one.info.undisturbedPauseMs) < Number(two.info.undisturbedPauseMs) ? 'own-1' : 'own-2';
    rmSync(join(at(low), 'journal.jsonl'));
    await expect(shards()).rejects.toThrow(/holds no recordings/);
  });
});

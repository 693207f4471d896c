import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { parse } from 'csv-parse/sync';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { reportThrown } from '../../src/commands/exit.js';
import { declareMeasure, measure } from '../../src/commands/measure.js';
import { defaultCorpusDir } from '../../src/corpus/load.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import type { Summary } from '../../src/measure/figures.js';
import type { SweepFigures } from '../../src/measure/sweep-figures.js';
import { differingVerdicts, ownSetting, remeasure, sameSetting } from '../../src/run/remeasure.js';
import { isFailure } from '../../src/report/evidence.js';
import { loadResults } from '../../src/report/results.js';
import { runConfig } from '../fixtures/run-config.js';
import { expectGolden } from '../report/golden.js';
import { FakeTerminal } from './fake.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-'));
const results = join(folder, 'run');
let summary: Summary;

/** A real run, small, on the virtual clock, whose detector is not the default one. */
const config = runConfig({ outputDir: results, limit: 10, keepAudio: 'none', detectorOptions: { levelDb: '-32' } });

beforeAll(async () => {
  ({ summary } = await runBenchmark(config, { progress: () => {}, signal: new AbortController().signal }));
});

let terminal: FakeTerminal;
beforeEach(() => void (terminal = new FakeTerminal()));

async function call(...words: string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = new Command('bargein').helpOption('-h, --help', 'show this text').exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {}, getOutHelpWidth: () => 80 });
  program.addCommand(declareMeasure().action(async (named, flags) => void (code = await measure(named, flags, terminal))).copyInheritedSettings(program));
  try {
    await program.parseAsync(['measure', ...words], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}

interface Printed {
  readonly points: readonly { readonly folder: null; readonly untrusted: readonly string[] }[];
  readonly figures: SweepFigures;
  readonly sensitivity: { readonly outcomeChanged: readonly unknown[]; readonly attempts: number };
}

async function figuresOf(...words: string[]): Promise<Printed> {
  expect([exitCode.ok, exitCode.untrusted]).toContain(await call(results, ...words, '--json', '--quiet'));
  return JSON.parse(terminal.stdout) as Printed;
}

describe('bargein measure', () => {
  it('shows its help in 80 columns', async () => {
    expect(await call('--help')).toBe(exitCode.ok);
    expectGolden('help-measure.txt', terminal.stdout);
    expect(Math.max(...terminal.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('gives the figures of the run exactly with the settings of the run', async () => {
    const { figures, sensitivity } = await figuresOf();
    expect(figures.points).toHaveLength(1);
    const [{ limits, percentiles, falseYields, nValid }] = figures.points;
    const [all] = summary.groups;
    expect(limits.map(({ interrupt, quiet }) => [interrupt.figure, quiet.figure])).toEqual(all.limits.map(({ interrupt, quiet }) => [interrupt, quiet]));
    expect(percentiles.map(({ figure }) => figure)).toEqual(all.percentiles);
    expect(falseYields.both.figure).toEqual(all.falseYield);
    expect(nValid).toBe(all.nValid);
    expect(sensitivity).toMatchObject({ attempts: 10, outcomeChanged: [] });
    // The verdicts are those of attempts.csv to the last digit, or it would say so.
    expect(terminal.stderr).not.toContain('otherwise');
  });

  it('holds every point against the settings of the run, which it adds where the grid has them not', async () => {
    const { figures } = await figuresOf('--detector-option', 'levelDb=-40,-20', '--detector-option', 'hangoverMs=100');
    expect(figures.points.map(({ params }) => params)).toEqual([
      { levelDb: -32, hangoverMs: 'default' },
      { levelDb: -40, hangoverMs: 100 },
      { levelDb: -20, hangoverMs: 100 },
    ]);
    expect(figures.reference).toBe(0);
    const among = await (async () => ((terminal = new FakeTerminal()), figuresOf('--detector-option', 'levelDb=-40:-24:8')))();
    expect([among.figures.points.length, among.figures.reference]).toEqual([3, 1]);
  });

  it('sees with each detector what that detector sees', async () => {
    const { figures } = await figuresOf('--detector', 'auto,energy');
    const run = loadResults(results);
    const energy = run.results.filter(({ attempt, outcome }) => attempt.intent === 'interruption' && outcome === 'yielded');
    expect(energy.length).toBeGreaterThan(0);
    const { results: measured } = await remeasure({ run, corpusDir: defaultCorpusDir, settings: [{ detector: 'energy', detectorOptions: { levelDb: '-32' } }], withinMs: [60, 100, 250], signal: new AbortController().signal });
    expect(measured[0].every(({ detector }) => detector === 'energy')).toBe(true);
    for (const { attempt, energyStopLatencyMs } of energy) expect(measured[0].find((one) => one.attempt.id === attempt.id)?.energyStopLatencyMs).toBe(energyStopLatencyMs);
    expect(figures.points.map(({ params }) => params.detector)).toEqual(['auto', 'energy']);
  });

  it('writes tables beside the results, or where it is told', async () => {
    const other = join(folder, 'elsewhere');
    expect([exitCode.ok, exitCode.untrusted]).toContain(await call(results, '--detector-option', 'hangoverMs=60,200,600', '--output', other, '--within', '100,400', '--quiet'));
    expect(terminal.stdout).toContain('How much hangs on the detector');
    const rows = parse<Record<string, string>>(readFileSync(join(other, 'measure.csv'), 'utf8'), { columns: true });
    expect(rows.map((row) => row.param_hangoverMs)).toEqual(['default', '60', '200', '600']);
    expect(rows[0]).toMatchObject({ reference: 'true', objective_ms: '100', folder: '' });
    expect(Object.keys(rows[0])).toContain('interrupt_rate_400ms');
    expect(readFileSync(join(other, 'measure-changes.csv'), 'utf8')).toMatch(/^attempt_id,/);
    terminal = new FakeTerminal();
    await figuresOf();
    expect(readFileSync(join(results, 'measure.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  it('says which verdicts are not those of attempts.csv', async () => {
    const edited = join(folder, 'edited');
    cpSync(results, edited, { recursive: true });
    const path = join(edited, 'attempts.csv');
    const [header, first, ...rest] = readFileSync(path, 'utf8').split('\n');
    const { outcome, attempt_id: id } = parse<Record<string, string>>(`${header}\n${first}\n`, { columns: true })[0];
    writeFileSync(path, [header, first.replace(`,${outcome},`, ',talked-through,'), ...rest].join('\n'));
    expect(outcome).not.toBe('talked-through');
    await call(edited, '--quiet');
    expect(terminal.stderr).toContain(`measured otherwise than attempts.csv says: ${id}\n`);
  });

  it('says which attempts have no recording', async () => {
    const cut = join(folder, 'cut');
    cpSync(results, cut, { recursive: true });
    const path = join(cut, 'journal.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, -2).join('\n')}\n${lines.at(-2)?.slice(0, 50)}`);
    await call(cut, '--quiet');
    const { attempt } = JSON.parse(lines.at(-2) as string) as { attempt: { id: string } };
    expect(terminal.stderr).toContain(`without a recording, and so left out: ${attempt.id}\n`);
  });

  it('renders audio from the recordings, to the byte as the run keeps it', async () => {
    const heard = join(folder, 'heard');
    await runBenchmark({ ...config, outputDir: heard, keepAudio: 'all' }, { progress: () => {}, signal: new AbortController().signal });
    const kept = (of: string) => readdirSync(join(of, 'audio')).map((name) => [name, readFileSync(join(of, 'audio', name)).toString('base64')]);
    const [all, failures] = [join(folder, 'all'), join(folder, 'failures')];
    await call(results, '--keep-audio', 'all', '--output', all, '--quiet');
    expect(terminal.stdout).toContain('audio/ of 10 attempts)');
    expect(kept(all)).toHaveLength(10);
    expect(kept(all)).toEqual(kept(heard));
    await call(results, '--keep-audio', 'failures', '--output', failures, '--quiet');
    const failed = loadResults(results).results.filter((result) => isFailure(result, [60, 100, 250])).map(({ attempt }) => `${attempt.id}.wav`);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(10);
    expect(kept(failures).map(([name]) => name)).toEqual(failed.sort());
    expect(existsSync(join(results, 'audio'))).toBe(false);
  });

  it('writes nothing when it is interrupted', async () => {
    terminal.controller.abort();
    const other = join(folder, 'interrupted');
    expect(await call(results, '--output', other)).toBe(exitCode.interrupted);
    expect(terminal.stderr).toContain('interrupted: nothing was written');
  });
});

describe('bargein measure: mistakes', () => {
  it.each([
    [['--detector-option', 'hangover=200'], "detector option 'hangover' does not exist"],
    [['--detector-option', 'hangoverMs=200,2000'], 'detector option hangoverMs=2000 is out of range'],
    [['--detector-option', 'detector=energy'], "detector option 'detector' does not exist"],
    [['--keep-audio', 'some'], '--keep-audio some is not known'],
    [['--detector', 'loud'], '--detector loud is not known'],
    [['--objective-within', '70'], '--objective-within 70 is none of the latency limits'],
    [['--corpus', '/nowhere'], '/nowhere'],
  ])('%j', async (words, message) => {
    expect(await call(results, ...words)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
    expect(terminal.stderr).toMatch(/^error: .*\n {2}try: .*\n$/);
  });

  it('no recordings, as in a baseline', async () => {
    const bare = join(folder, 'bare');
    cpSync(results, bare, { recursive: true });
    rmSync(join(bare, 'journal.jsonl'));
    expect(await call(bare)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('holds no recordings (no journal.jsonl): a baseline keeps verdicts only');
  });

  it('recordings of another run', async () => {
    const mixed = join(folder, 'mixed');
    cpSync(results, mixed, { recursive: true });
    const path = join(mixed, 'journal.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"runKey":"[^"]+"/, '"runKey":"other"'));
    expect(await call(mixed)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('is of another run than run.json beside it');
  });

  it('an attempt whose name leads out of the folder of its audio', async () => {
    const foreign = join(folder, 'foreign');
    cpSync(results, foreign, { recursive: true });
    for (const name of ['attempts.csv', 'journal.jsonl']) writeFileSync(join(foreign, name), readFileSync(join(foreign, name), 'utf8').replaceAll('f0000', '../../f0000'));
    expect(await call(foreign, '--keep-audio', 'all')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("the attempt '../../f0000' cannot name a file");
    expect(existsSync(join(folder, 'f0000.wav'))).toBe(false);
  });

  it('another corpus', async () => {
    const corpusDir = join(folder, 'corpus');
    cpSync(defaultCorpusDir, corpusDir, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(corpusDir, 'manifest.json'), 'utf8')) as { clips: { onsetMs: number }[] };
    writeFileSync(join(corpusDir, 'manifest.json'), JSON.stringify({ ...manifest, clips: manifest.clips.slice(1) }));
    expect(await call(results, '--corpus', corpusDir)).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/the corpus in .* is not the one that the run was made with .*\n {2}try: name that corpus with --corpus\n$/);
  });
});

describe('detector settings', () => {
  it('are the same however they are written', () => {
    expect(sameSetting({ detector: 'auto', detectorOptions: {} }, { detector: 'auto', detectorOptions: { levelDb: '-30.0' } })).toBe(true);
    expect(sameSetting({ detector: 'auto', detectorOptions: {} }, { detector: 'energy', detectorOptions: {} })).toBe(false);
    expect(sameSetting({ detector: 'auto', detectorOptions: {} }, { detector: 'auto', detectorOptions: { hangoverMs: '200' } })).toBe(false);
  });

  it('of a run are those of its run.json, and their verdicts those of its attempts.csv', async () => {
    const run = loadResults(results);
    expect(ownSetting(run)).toEqual({ detector: 'auto', detectorOptions: { levelDb: '-32' } });
    const { results: measured, missing } = await remeasure({ run, corpusDir: defaultCorpusDir, settings: [ownSetting(run)], withinMs: run.info.withinMs, signal: new AbortController().signal });
    expect(missing).toEqual([]);
    expect(differingVerdicts(run.results, measured[0])).toEqual([]);
    expect(measured[0]).toEqual(run.results);
  });
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeAgent } from '../../src/agents/index.js';
import { reportThrown } from '../../src/commands/exit.js';
import { declareSweep } from '../../src/commands/sweep-options.js';
import { sweep } from '../../src/commands/sweep.js';
import type { SweepBackend } from '../../src/commands/sweep-backend.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import { summarize } from '../../src/measure/summarize.js';
import type { RunConfig, RunInfo } from '../../src/types.js';
import { expectGolden } from '../report/golden.js';
import { resultsOf } from '../report/sample-sweep.js';
import { fakeInfo, FakeTerminal } from './fake.js';

/** Stands in for the replaying: a threshold of t stops 100 t ms after each interruption, and yields to every hold below 0.5. */
class FakeSweep {
  configs: readonly RunConfig[] = [];
  info: Partial<RunInfo> = {};
  interrupted = false;

  load = async (): Promise<SweepBackend> => ({
    makeAgent,
    planRun: async () => ({ attempts: 60, warmUps: 0, wallMs: 4000, audioMinutes: 10, downlinkMinutes: 11, leftOut: [] }),
    runSweep: async (configs) => {
      this.configs = configs;
      const points = configs.map((config) => {
        const threshold = Number(config.agentOptions['vad.threshold'] ?? 0.5);
        const results = resultsOf({ params: {}, stopMs: () => 100 * threshold, yieldsTo: () => threshold < 0.5 });
        return { info: fakeInfo(config, this.info), summary: summarize(results, { withinMs: config.withinMs, errorBarMs: 1 }), results };
      });
      return { points, interrupted: this.interrupted };
    },
  });
}

let terminal: FakeTerminal;
let backend: FakeSweep;
let folder: string;

beforeEach(() => {
  terminal = new FakeTerminal();
  backend = new FakeSweep();
  folder = join(mkdtempSync(join(tmpdir(), 'bargein-')), 'sweep');
});

async function call(...words: string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = new Command('bargein').helpOption('-h, --help', 'show this text').exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {}, getOutHelpWidth: () => 80 });
  const declared = declareSweep().action(async (name, _flags, command) => void (code = await sweep(name, command, terminal, backend.load)));
  program.addCommand(declared.copyInheritedSettings(program));
  try {
    await program.parseAsync(['sweep', ...words], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}

const threeThresholds = ['--param', 'vad.threshold=0.4:0.6:0.1'];

describe('bargein sweep', () => {
  it('shows its help in 80 columns', async () => {
    expect(await call('--help')).toBe(exitCode.ok);
    expectGolden('help-sweep.txt', terminal.stdout);
    expect(Math.max(...terminal.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('makes one run of each point, equal but for the options and the folder', async () => {
    expect(await call(...threeThresholds, '--agent-option', 'vad.kind=energy', '--limit', '20', '--output', folder, '--quiet'), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs.map(({ agentOptions }) => agentOptions)).toEqual([0.4, 0.5, 0.6].map((threshold) => ({ 'vad.kind': 'energy', 'vad.threshold': threshold })));
    expect(backend.configs.map(({ outputDir }) => outputDir)).toEqual(['1-vad.threshold-0.4', '2-vad.threshold-0.5', '3-vad.threshold-0.6'].map((name) => join(folder, 'points', name)));
    const [first, ...others] = backend.configs.map((config) => ({ ...config, agentOptions: {}, outputDir: '' }));
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ limit: 20, keepAudio: 'none', agreementAttempts: 0, existing: 'refuse', gates: [], baseline: null, shard: null });
  });

  it('prints the tables, and writes them', async () => {
    expect(await call(...threeThresholds, '--max-false-yield', '5%', '--output', folder, '--quiet')).toBe(exitCode.ok);
    expect(terminal.stderr).toBe('');
    expect(terminal.stdout).toContain('Best: #2 vad.threshold=0.5, 100.0 % within 100 ms, p50 50.0 ms, false yields');
    expect(terminal.stdout).toContain(`Results: ${folder}`);
    expect(readFileSync(join(folder, 'sweep.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(4);
    const saved = JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')) as { report: { figures: { budget: unknown } } };
    expect(saved.report.figures.budget).toMatchObject({ best: 1, maxFalseYield: 0.05, verdict: 'met' });
  });

  it('prints one JSON document', async () => {
    expect(await call(...threeThresholds, '--json', '--output', folder, '--quiet')).toBe(exitCode.ok);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ schemaVersion: 1, subject: 'agent', figures: { reference: 1, objectiveMs: 100 } });
  });

  it('takes another reference and another limit to choose by', async () => {
    await call(...threeThresholds, '--reference', 'vad.threshold=0.6', '--objective-within', '60', '--json', '--output', folder, '--quiet');
    expect(JSON.parse(terminal.stdout)).toMatchObject({ figures: { reference: 2, objectiveMs: 60 } });
  });

  it('only says what it would take', async () => {
    expect(await call(...threeThresholds, '--dry-run', '--output', folder)).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('attempts   180');
    expect(terminal.stdout).toContain('points     3, 60 attempts each');
    expect(existsSync(folder)).toBe(false);
  });

  it('prints every setting with the value in force, its own ones too', async () => {
    expect(await call(...threeThresholds, '--param', 'flush=true,false', '--reference', 'vad.threshold=0.6', '--within', '50,80,200', '--print-config', '--json', '--output', folder)).toBe(exitCode.ok);
    const { settings } = JSON.parse(terminal.stdout) as { settings: Record<string, { value: unknown; from: string }> };
    expect(settings).toMatchObject({
      'params.vad.threshold': { value: ['0.4', '0.5', '0.6'], from: 'flag' },
      'reference.vad.threshold': { value: 0.6, from: 'flag' },
      // Not named: the value of reference:after.
      'reference.flush': { value: true, from: 'default' },
      objectiveWithin: { value: 80, from: 'default' },
      maxFalseYield: { value: null, from: 'default' },
      minRate: { value: null, from: 'default' },
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('takes two spellings of a value as one point', async () => {
    expect(await call('--param', 'vad.threshold=4e-1,0.4,.5', '--reference', 'vad.threshold=5e-1', '--output', folder, '--quiet'), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs.map(({ agentOptions }) => agentOptions['vad.threshold'])).toEqual([0.4, 0.5]);
  });

  it('ends with 3 where a point cannot be trusted, and with 130 when interrupted', async () => {
    backend.info = { untrusted: ['the error bar is 12.0 ms, limit 10 ms'] };
    expect(await call(...threeThresholds, '--output', folder, '--quiet')).toBe(exitCode.untrusted);
    expect(terminal.stdout).toContain('Not all points can be trusted');
    backend.interrupted = true;
    backend.info = { unfinished: 4 };
    expect(await call(...threeThresholds, '--output', folder, '--force', '--quiet')).toBe(exitCode.interrupted);
    expect(terminal.stderr).toContain('interrupted: 12 replays were not measured');
    expect(terminal.stderr).toContain('--resume');
  });
});

describe('bargein sweep: its folder', () => {
  const sweepInto = (...words: string[]) => call(...threeThresholds, '--output', folder, '--quiet', ...words);

  it('is refused where it holds something', async () => {
    await sweepInto();
    expect(await sweepInto()).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('exists and is not empty');
  });

  it('goes on point by point', async () => {
    await sweepInto();
    mkdirSync(backend.configs[0].outputDir, { recursive: true });
    writeFileSync(join(backend.configs[0].outputDir, 'journal.jsonl'), '');
    expect(await sweepInto('--resume'), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs.map(({ existing }) => existing)).toEqual(['resume', 'refuse', 'refuse']);
  });

  it('goes on with the same sweep only', async () => {
    await sweepInto();
    expect(await call('--param', 'vad.threshold=0.4,0.5', '--output', folder, '--resume')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('is of another sweep');
    terminal.stderr = '';
    mkdirSync(join(folder, '..', 'empty'));
    expect(await call(...threeThresholds, '--output', join(folder, '..', 'empty'), '--resume')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('there is no sweep to go on with');
  });

  it('is replaced with all its points, and nothing else', async () => {
    await sweepInto();
    const [point] = (JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8')) as { grid: { folders: string[] } }).grid.folders;
    const stale = join(folder, point, 'stale.txt');
    mkdirSync(join(folder, point), { recursive: true });
    writeFileSync(stale, 'of the sweep before');
    const mine = join(folder, 'points', 'mine');
    mkdirSync(mine, { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    // Twice: what the first one writes is no proof that all below it is a sweep's.
    for (let i = 0; i < 2; i++) expect(await sweepInto('--force')).toBe(exitCode.ok);
    expect(existsSync(stale)).toBe(false);
    expect([existsSync(mine), existsSync(join(folder, 'notes.txt'))]).toEqual([true, true]);
  });

  it('keeps points that no sweep has made', async () => {
    mkdirSync(join(folder, 'points', 'mine'), { recursive: true });
    expect(await sweepInto('--force')).toBe(exitCode.ok);
    expect(existsSync(join(folder, 'points', 'mine'))).toBe(true);
  });
});

describe('bargein sweep NAME', () => {
  const withFile = (content: unknown) => {
    const path = join(mkdtempSync(join(tmpdir(), 'bargein-')), 'bargein.config.json');
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const vad = { params: { 'vad.threshold': '0.4:0.6:0.1', flush: [true, false] }, maxFalseYield: '5%', objectiveWithin: 60, agent: 'reference:before' };

  it('takes grid, agent and demands from the configuration file', async () => {
    const config = withFile({ sweeps: { vad }, limit: 30 });
    expect(await call('vad', '--config', config, '--json', '--quiet', '--output', folder), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs).toHaveLength(6);
    expect(backend.configs[0]).toMatchObject({ agent: 'reference:before', limit: 30, agentOptions: { 'vad.threshold': 0.4, flush: true } });
    // reference:before does not flush.
    expect(JSON.parse(terminal.stdout)).toMatchObject({ figures: { reference: 3, objectiveMs: 60, budget: { maxFalseYield: 0.05 } } });
  });

  it('gives way to flags', async () => {
    const config = withFile({ sweeps: { vad } });
    expect(await call('vad', '--config', config, '--param', 'flush=true', '--max-false-yield', '0.2', '--json', '--quiet', '--output', folder), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs).toHaveLength(3);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ figures: { budget: { maxFalseYield: 0.2 } } });
  });

  it('must be there', async () => {
    expect(await call('vda', '--config', withFile({ sweeps: { vad } }))).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/has no sweep 'vda'\n {2}try: did you mean 'vad'\?/);
    terminal.stderr = '';
    expect(await call('vad', '--no-config')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("there is no sweep 'vad': there is no configuration file");
  });
});

describe('bargein sweep: mistakes', () => {
  it.each([
    [[], 'there is nothing to sweep'],
    [['--param', 'vad.treshold=0.4,0.5'], "agent 'reference:after' has no option 'vad.treshold'"],
    [['--param', 'vad.threshold=0.4,1.5'], 'agent option vad.threshold=1.5'],
    [['--param', 'vad.threshold=0.6:0.4:0.1'], 'runs backwards'],
    [['--param', 'vad.threshold=0.4,0.5', '--reference', 'vad.threshold=0.45'], '--reference vad.threshold=0.45 is no point of the grid'],
    [['--param', 'vad.threshold=0.4,0.5', '--objective-within', '80'], '--objective-within 80 is none of the latency limits'],
    [['--param', 'vad.threshold=0.4,0.5', '--max-false-yield', '5'], '--max-false-yield 5 is not a share between 0 and 1'],
    [['--param', 'vad.threshold=0.4,0.5', '--max-false-yield', 'few'], '--max-false-yield few is not a share'],
    [['--param', 'vad.threshold=0.4,0.5', '--min-rate', '0.8'], '--min-rate asks for a choice between two demands'],
  ])('%j', async (words, message) => {
    expect(await call(...words, '--output', folder)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
    expect(terminal.stderr).toMatch(/^error: .*\n {2}try: .*\n$/);
    expect(existsSync(folder)).toBe(false);
  });
});

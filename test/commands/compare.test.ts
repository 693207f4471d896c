import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compare, declareCompare } from '../../src/commands/compare.js';
import { reportThrown } from '../../src/commands/exit.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import type { RunSide } from '../../src/measure/compare.js';
import { attemptsCsv } from '../../src/report/attempts-csv.js';
import { runJson } from '../../src/report/run-json.js';
import type { RunInfo } from '../../src/types.js';
import { makeRun } from '../measure/two-runs.js';
import { FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let folder: string;

const latencies = (i: number) => 60 + ((i * 37) % 100);

beforeEach(() => {
  terminal = new FakeTerminal();
  folder = mkdtempSync(join(tmpdir(), 'bargein-compare-'));
  save('base', makeRun({ interruptions: latencies }));
  save('same', makeRun({ interruptions: latencies, info: { runId: 'same' } }));
  save('slow', makeRun({ interruptions: (i) => latencies(i) + 40, info: { runId: 'slow' } }));
  save('other', makeRun({ interruptions: latencies, info: { runId: 'other', clock: 'realtime', seed: 9 } }));
});
afterEach(() => rmSync(folder, { recursive: true }));

function save(name: string, { info, results }: RunSide): void {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'run.json'), runJson(info as RunInfo));
  writeFileSync(join(path, 'attempts.csv'), attemptsCsv(info as RunInfo, results));
}

/** As the program calls it: parsed, and ended with a code. */
async function call(...words: string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const command = declareCompare().exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} });
  command.action(async (base, head, flags) => void (code = await compare([base, head], flags, terminal)));
  try {
    await command.parseAsync(words, { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}
const at = (name: string) => join(folder, name);

describe('bargein compare', () => {
  it('prints the comparison and leaves it in the folder of the head', async () => {
    expect(await call(at('base'), at('slow'))).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('regressed');
    expect(terminal.stdout).toContain(`Written: ${at('slow/compare.csv')}, ${at('slow/compare-flips.csv')}`);
    expect(readFileSync(at('slow/compare.csv'), 'utf8').split('\n')[0]).toContain('metric,unit,better');
    expect(readFileSync(at('slow/compare-flips.csv'), 'utf8')).toContain('worse');
    expect(existsSync(at('base/compare.csv'))).toBe(false);
  });

  it('ends with 1 on a regression where that is asked for, and not on an equal build', async () => {
    expect(await call(at('base'), at('slow'), '--fail-on-regression')).toBe(exitCode.gateFailed);
    expect(terminal.stderr).toContain('regressed: interrupt_rate@100, p50, p95');
    expect(await call(at('base'), at('same'), '--fail-on-regression')).toBe(exitCode.ok);
    expect(await call(at('slow'), at('base'), '--fail-on-regression')).toBe(exitCode.ok);
  });

  it('reads back exactly what was measured', async () => {
    expect(await call(at('base'), at('same'), '--json')).toBe(exitCode.ok);
    const { lines, flips } = JSON.parse(terminal.stdout) as { lines: { difference: number }[]; flips: unknown[] };
    expect(lines.map(({ difference }) => difference)).toEqual(lines.map(() => 0));
    expect(flips).toEqual([]);
  });

  it('refuses runs that differ in more than the build, unless that is allowed', async () => {
    expect(await call(at('base'), at('other'))).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('clock: virtual in the base, realtime in the head');
    expect(terminal.stderr).not.toContain('    at ');
    expect(existsSync(at('other/compare.csv'))).toBe(false);
    expect(await call(at('base'), at('other'), '--allow-mismatch', '--json')).toBe(exitCode.ok);
    expect(terminal.stderr).toContain('warning: the runs differ: clock');
  });

  it('shows in what the builds differ, a line each in 80 columns', async () => {
    const agentOptions = { 'vad.threshold': 0.9, prompt: 'x'.repeat(200) };
    save('tuned', makeRun({ interruptions: latencies, info: { runId: 'tuned', label: 'branch', agentOptions } }));
    expect(await call(at('base'), at('tuned'))).toBe(exitCode.ok);
    expect(terminal.stdout).toMatch(/^ {2}label: main -> branch$/m);
    expect(terminal.stdout).toMatch(/^ {2}vad\.threshold: \S+ -> 0\.9$/m);
    expect(terminal.stdout).toMatch(/^ {2}prompt: - -> x+…$/m);
    for (const line of terminal.stdout.split('\n').filter((text) => !text.includes(folder))) expect(line.length).toBeLessThanOrEqual(80);
    terminal.stdout = '';
    expect(await call(at('base'), at('tuned'), '--json')).toBe(exitCode.ok);
    expect((JSON.parse(terminal.stdout) as { builds: unknown[] }).builds).toContainEqual({ name: 'label', base: 'main', head: 'branch' });
    terminal.stdout = '';
    await call(at('base'), at('same'));
    expect(terminal.stdout).not.toContain('label:');
  });

  it('writes into no baseline: where the head is one, to the base, and where both are, here', async () => {
    const results = makeRun({ interruptions: latencies });
    for (const name of ['main', 'older']) {
      mkdirSync(at('results/baselines'), { recursive: true });
      save(`results/baselines/${name}`, results);
    }
    expect(await call(at('slow'), at('results/baselines/main'))).toBe(exitCode.ok);
    expect(terminal.stdout).toContain(`Written: ${at('slow/compare.csv')}, `);
    const from = process.cwd();
    process.chdir(folder);
    try {
      expect(await call('older', 'main')).toBe(exitCode.ok);
      expect(terminal.stdout).toContain('Written: compare.csv, compare-flips.csv, compare.html\n');
      terminal.stdout = '';
      expect(await call('older', 'main', '--json')).toBe(exitCode.ok);
      expect(terminal.stderr).toContain('written: compare.csv, compare-flips.csv, compare.html\n');
    } finally {
      process.chdir(from);
    }
    expect(existsSync(at('compare.csv'))).toBe(true);
    for (const name of ['main', 'older']) expect(existsSync(at(`results/baselines/${name}/compare.csv`))).toBe(false);
  });

  it('takes margins and a place for its files', async () => {
    const wide = [at('base'), at('same'), '--margin-rate', '20%', '--margin-ms', '100', '--output', at('out/mine.csv')];
    expect(await call(...wide)).toBe(exitCode.ok);
    expect(terminal.stdout).not.toContain('inconclusive');
    expect(existsSync(at('out/mine.csv')) && existsSync(at('out/mine-flips.csv'))).toBe(true);
    await call(at('base'), at('same'), '--output', at('out'));
    await call(at('base'), at('same'), '--output', `${at('new')}/`);
    for (const folder of ['out', 'new']) expect(['compare.csv', 'compare-flips.csv', 'compare.html'].filter((name) => !existsSync(at(`${folder}/${name}`)))).toEqual([]);
  });

  it.each([
    [['nowhere', 'base'], 'nowhere does not exist'],
    [['base'], "missing required argument 'head'"],
    [['base', 'same', '--margin-rate', '5'], '--margin-rate 5 is not a share'],
    [['base', 'same', '--margin-ms', 'x'], '--margin-ms x is not a number'],
    [['base', 'same', '--output', 'base/run.json'], 'would replace a file of a run'],
  ])('%s is an error of usage', async (words, message) => {
    const named = words.map((word) => (/^(base|same)/.test(word) ? at(word) : word));
    expect(await call(...named)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { beforeEach, describe, expect, it } from 'vitest';
import { reportThrown } from '../../src/commands/exit.js';
import { declareMerge, merge } from '../../src/commands/merge.js';
import { declareRun } from '../../src/commands/run-options.js';
import { packageVersion } from '../../src/environment.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import type { Summary } from '../../src/measure/figures.js';
import { pickShard } from '../../src/replay/shard.js';
import { attemptsCsv } from '../../src/report/attempts-csv.js';
import { writeResult } from '../../src/report/folder.js';
import { runJson } from '../../src/report/run-json.js';
import type { RunInfo } from '../../src/types.js';
import { makeResult, sampleRun } from '../report/sample-run.js';
import { FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let folder: string;

beforeEach(() => {
  terminal = new FakeTerminal();
  folder = mkdtempSync(join(tmpdir(), 'bargein-merge-'));
});

const planned = 40;
const results = Array.from({ length: planned }, (_, index) =>
  makeResult({ index, id: `f${index}`, agentClip: `agent-${index % 10}`, userClip: `user-${index}`, userClipKind: 'human' }, { stopLatencyMs: 80 + index, stopLatencyLoMs: 80 + index }),
);

/** Leaves a shard of `of`, all of whose attempts yielded within 120 ms, in the folder of its number. */
function leaveShard(index: number, of: number, changes: Partial<RunInfo> = {}): string {
  const shard = { index, of };
  const info: RunInfo = { ...sampleRun, version: packageVersion(), shard, draw: { ...sampleRun.draw, attempts: planned }, withinMs: [100, 250], errorBarMs: 0.5, untrusted: [], warnings: [], unfinished: 0, ...changes };
  const path = join(folder, String(index));
  writeResult(join(path, 'attempts.csv'), attemptsCsv(info, pickShard(results, shard)));
  writeResult(join(path, 'run.json'), runJson(info));
  return path;
}

/** Calls the command as the program does. */
async function call(...words: string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = new Command('bargein').exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} });
  program.addCommand(declareMerge().copyInheritedSettings(program).action((folders, flags, command) => merge(folders, flags, terminal, command).then((result) => void (code = result))));
  try {
    await program.parseAsync(['merge', ...words], { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}

const out = () => join(folder, 'whole');
const both = () => [leaveShard(1, 2), leaveShard(2, 2), '--output', out(), '--no-config'];

describe('bargein merge', () => {
  it('joins shards, and prints the summary of the whole', async () => {
    expect(await call(...both()), terminal.stderr).toBe(exitCode.ok);
    expect(terminal.stdout).toContain(`${planned} attempts`);
    expect(terminal.stdout).toMatch(/Results: \S+\s+\(attempts\.csv, summary\.csv, run\.json, report\.html\)/);
    expect(readFileSync(join(out(), 'attempts.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(planned + 1);
    expect(JSON.parse(readFileSync(join(out(), 'run.json'), 'utf8'))).toMatchObject({ shard: null, unfinished: 0 });
    expect(terminal.stderr).toBe(`without recordings: ${join(folder, '1')} has no journal.jsonl; the merged run can be compared, but not gone on with\n`);
  });

  it('prints one JSON document where it is asked to, and all else on standard error', async () => {
    expect(await call(...both(), '--json', '--report', 'github', '--gate', 'p50 <= 10')).toBe(exitCode.gateFailed);
    const document = JSON.parse(terminal.stdout) as { run: RunInfo; summary: Summary };
    expect(document.run.shard).toBeNull();
    expect(document.summary.groups[0].n).toBe(planned);
    expect(terminal.stderr).toMatch(/failed: gate p50 <= 10/);
    expect(terminal.stderr).toMatch(/^::/m);
  });

  it('holds the whole to gates: 1 where one fails, 0 where all pass', async () => {
    expect(await call(...both(), '--gate', 'p50 <= 250'), terminal.stderr).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('Gates:');
    expect(await call(...both(), '--force', '--gate', 'interrupt_rate@100 >= 99%')).toBe(exitCode.gateFailed);
    expect(terminal.stdout).toContain('FAIL');
  });

  it('takes gates from variables, and says where a bad one stands', async () => {
    terminal.env = { BARGEIN_GATE: 'p50 <= 10' };
    expect(await call(...both())).toBe(exitCode.gateFailed);
    terminal.env = { BARGEIN_GATE: 'nonsense <= 10' };
    expect(await call(...both(), '--force')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('nonsense');
  });

  it('checks gates against the limits of the run before it writes anything', async () => {
    expect(await call(...both(), '--gate', 'interrupt_rate@60 >= 0.5')).toBe(exitCode.usage);
    expect(existsSync(out())).toBe(false);
  });

  it('writes the reports that are asked for', async () => {
    expect(await call(...both(), '--report', 'json,junit,markdown'), terminal.stderr).toBe(exitCode.ok);
    for (const name of ['report.json', 'junit.xml', 'report.md']) expect(existsSync(join(out(), name))).toBe(true);
  });

  it('names every file that it writes, in 80 columns', async () => {
    expect(await call(...both(), '--report', 'json,junit,markdown')).toBe(exitCode.ok);
    const [, listed] = /Results: \S+\s+\(([^)]*)\)/.exec(terminal.stdout) as RegExpExecArray;
    expect(listed.split(/,\s+/).sort()).toEqual(readdirSync(out()).sort());
    const below = terminal.stdout.slice(terminal.stdout.indexOf('Results:')).split('\n').slice(1);
    for (const line of below) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('refuses a gate that the merged attempts cannot answer, but not where some are missing', async () => {
    expect(await call(...both(), '--gate', 'p50[echo] <= 90')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("gate 'p50[echo] <= 90': the run has no attempts of condition 'echo'");
    expect(existsSync(out())).toBe(false);
    terminal.env = { BARGEIN_GATE: 'false_yield_rate[angry] <= 0.5' };
    expect(await call(...both())).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("BARGEIN_GATE: gate 'false_yield_rate[angry] <= 0.5'");
    terminal.env = {};
    expect(await call(leaveShard(1, 2), '--output', out(), '--allow-partial', '--gate', 'p50[agent_clip=agent-1] <= 900')).toBe(exitCode.gateFailed);
  });

  it('ends with 3 where the whole cannot be trusted, and says why', async () => {
    expect(await call(leaveShard(1, 2, { errorBarMs: 12 }), leaveShard(2, 2), '--output', out(), '--json')).toBe(exitCode.untrusted);
    expect(terminal.stderr).toContain('untrusted: the error bar is 12.00 ms, limit 10 ms');
  });
});

describe('bargein merge refuses', () => {
  it('gaps, unless they are allowed', async () => {
    const one = leaveShard(1, 2);
    expect(await call(one, '--output', out())).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/^error: 20 of 40 attempts are missing: shard 2\/2 \(20 attempts\)\n {2}try: .*--allow-partial\n$/);
    expect(existsSync(out())).toBe(false);
    expect(await call(one, '--output', out(), '--allow-partial')).toBe(exitCode.ok);
    expect(terminal.stderr).toContain('partial: 20 of 40 attempts are missing: shard 2/2 (20 attempts)\n');
  });

  it('shards of different runs', async () => {
    expect(await call(leaveShard(1, 2), leaveShard(2, 2, { label: 'other' }), '--output', out())).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/not shards of one run: label is/);
  });

  it('an output that holds something, or that is one of the shards; --force replaces', async () => {
    expect(await call(...both())).toBe(exitCode.ok);
    expect(await call(...both())).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/--output \S+ exists and is not empty\n {2}try: --force/);
    writeFileSync(join(out(), 'notes.txt'), 'mine');
    expect(await call(...both(), '--force')).toBe(exitCode.ok);
    expect(readFileSync(join(out(), 'notes.txt'), 'utf8')).toBe('mine');
    const one = leaveShard(1, 2);
    const before = readFileSync(join(one, 'attempts.csv'), 'utf8');
    expect(await call(one, leaveShard(2, 2), '--output', join(one, '.'), '--force')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('is one of the folders to merge');
    expect(readFileSync(join(one, 'attempts.csv'), 'utf8')).toBe(before);
  });

  it('--fail-on-regression without a baseline, and a baseline that is not there', async () => {
    expect(await call(...both(), '--fail-on-regression')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('nothing to compare with');
    expect(await call(...both(), '--baseline', 'no-such-baseline')).toBe(exitCode.usage);
    expect(existsSync(out())).toBe(false);
  });

  it('what is no run, with what to do', async () => {
    expect(await call(join(folder, 'none'), '--output', out())).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/none does not exist/);
    expect(await call('--output', out())).toBe(exitCode.usage);
    expect(await call(leaveShard(1, 2))).toBe(exitCode.usage);
    expect(await call(leaveShard(1, 2), '--output', '')).toBe(exitCode.usage);
  });

  it('a run.json or attempts.csv that is broken', async () => {
    const [one, two] = [leaveShard(1, 2), leaveShard(2, 2)];
    writeFileSync(join(two, 'run.json'), '{}');
    expect(await call(one, two, '--output', out())).toBe(exitCode.usage);
    leaveShard(2, 2);
    writeFileSync(join(two, 'attempts.csv'), 'a,b\n1,2\n');
    expect(await call(one, two, '--output', out())).toBe(exitCode.usage);
    for (const line of terminal.stderr.split('\n').filter((text) => text.startsWith('error'))) expect(line).not.toContain('fault of bargein');
  });
});

describe('docs/ci.md', () => {
  it('calls run and merge with flags that they have', () => {
    const text = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');
    // A command goes on over lines that begin with a flag.
    const calls = [...text.matchAll(/bargein (run|merge)((?:[^\n`]|\n +--)*)/g)].map(([, name, words]) => ({ name, flags: words.match(/--[a-z-]+/g) ?? [] }));
    expect(calls.length).toBeGreaterThan(10);
    const known = { run: declareRun().options, merge: declareMerge().options };
    for (const { name, flags } of calls) {
      for (const flag of flags) expect(known[name as 'run' | 'merge'].map(({ long }) => long), `${name} ${flag}`).toContain(flag);
    }
  });
});

describe('its help', () => {
  it('fits 80 columns', async () => {
    expect(await call('--help')).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('--allow-partial');
    expect(Math.max(...terminal.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

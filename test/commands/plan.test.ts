import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reportThrown } from '../../src/commands/exit.js';
import { declarePlan, plan } from '../../src/commands/plan.js';
import { exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import { attemptsCsv } from '../../src/report/attempts-csv.js';
import { runJson } from '../../src/report/run-json.js';
import type { RunInfo } from '../../src/types.js';
import { interruptionCount, makeRun } from '../measure/two-runs.js';
import { expectGolden } from '../report/golden.js';
import { FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bargein-plan-'));
  save('one', {});
  save('two', { runId: 'two', seed: 2 }, 7);
  save('tuned', { runId: 'tuned', agentOptions: { 'vad.threshold': 0.9 } });
  save('labelled', { runId: 'labelled', label: 'branch' });
  save('clock', { runId: 'clock', clock: 'realtime' });
  save('empty', { runId: 'empty' }, 0, 'errored');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  terminal = new FakeTerminal();
});

/** Decided by the user clip: attempts of one clip hang together. */
const latencyMs = (i: number, laterMs: number) => 60 + (((i % 40) * 37) % 100) + (i % 4 === 0 ? laterMs : 0);
const share = (holds: (i: number) => boolean) => Array.from({ length: interruptionCount }, (_, i) => i).filter(holds).length / interruptionCount;

function save(name: string, info: Partial<RunInfo>, laterMs = 0, outcome?: 'errored'): void {
  const run = makeRun({ interruptions: (i) => latencyMs(i, laterMs), info, change: (result) => (outcome ? { ...result, outcome } : result) });
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'run.json'), runJson(run.info as RunInfo));
  writeFileSync(join(folder, name, 'attempts.csv'), attemptsCsv(run.info as RunInfo, run.results));
}

async function call(...words: string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const command = declarePlan().exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => {} });
  command.action(async (flags) => void (code = await plan(flags, terminal)));
  try {
    await command.parseAsync(words, { from: 'user' });
    return code;
  } catch (thrown) {
    return reportThrown(thrown, terminal);
  }
}
const from = (...names: string[]) => names.flatMap((name) => ['--from', join(folder, name)]);

describe('bargein plan', () => {
  it('says so where the measured rate has nothing to plan from', async () => {
    expect(await call(...from('one'), '--within', '40')).toBe(exitCode.ok);
    expect(terminal.stderr).toContain(`within 40 ms the rate of ${join(folder, 'one')} is 0%, which has nothing to plan from`);
    terminal = new FakeTerminal();
    expect(await call(...from('one'), '--within', '40', '--rate', '0.5')).toBe(exitCode.ok);
    expect(terminal.stderr).toBe('');
  });

  it('says how many attempts it takes, and what the profiles can show', async () => {
    expect(await call('--rate', '0.85', '--detect', '0.05')).toBe(exitCode.ok);
    expectGolden('plan.txt', terminal.stdout);
    for (const line of terminal.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('the same as JSON', async () => {
    expect(await call('--rate', '85%', '--detect', '5%', '--design-effect', '2', '--json')).toBe(exitCode.ok);
    const { needed, question, profiles } = JSON.parse(terminal.stdout) as { needed: object; question: object; profiles: { profile: string; attempts: number }[] };
    expect(needed).toEqual({ paired: 834, pairedAmongLines: 1252, unpaired: 2424 });
    expect(question).toMatchObject({ rate: 0.85, detect: 0.05, discordance: 0.1, power: 0.9, level: 0.05 });
    expect(profiles.map(({ profile }) => profile)).toEqual(['quick', 'standard', 'full']);
  });

  it('takes the rate and the clips from a run, discordance from two', async () => {
    expect(await call('--json', ...from('one'))).toBe(exitCode.ok);
    const one = JSON.parse(terminal.stdout) as { question: { rate: number; unpairedDesign: number; pairedDesign: number }; sources: object };
    expect(one.question.rate).toBeCloseTo(share((i) => latencyMs(i, 0) <= 100), 12);
    expect(one.question.pairedDesign).toBe(1);
    expect(one.question.unpairedDesign).toBeGreaterThan(3);
    expect(one.sources).toEqual({ rate: 'measured', discordance: 'assumed', pairedDesign: 'assumed', unpairedDesign: 'measured' });
    terminal.stdout = '';
    expect(await call('--json', '--detect', '1%', ...from('one', 'two'))).toBe(exitCode.ok);
    const two = JSON.parse(terminal.stdout) as { question: { discordance: number }; sources: object };
    expect(two.question.discordance).toBeCloseTo(share((i) => latencyMs(i, 0) <= 100 && latencyMs(i, 7) > 100), 12);
    expect(two.question.discordance).toBeGreaterThan(0.01);
    expect(two.sources).toMatchObject({ discordance: 'measured', pairedDesign: 'measured' });
  });

  it('warns where two runs may be of two builds', async () => {
    expect(await call(...from('one', 'labelled'), '--detect', '1%')).toBe(exitCode.ok);
    expect(terminal.stderr).toMatch(/^warning: the two runs of --from may be of two builds \(label main and branch\)/);
    terminal.stderr = '';
    expect(await call(...from('one', 'two'), '--detect', '1%')).toBe(exitCode.ok);
    expect(terminal.stderr).toBe('');
  });

  it('looks for a change upwards where there is no room below', async () => {
    expect(await call('--rate', '4%', '--detect', '5%', '--json')).toBe(exitCode.ok);
    terminal.stdout = '';
    expect(await call('--rate', '4%', '--detect', '5%')).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('to 9.0 %');
  });

  it.each([
    [['--rate', '85'], '--rate 85 is not a share'],
    [['--discordance', '3%'], 'is less than --detect 5%'],
    [['--detect', '60%', '--rate', '0.5'], 'cannot change so far'],
    [['--power', '40%'], 'no power to plan for'],
    [['--design-effect', '0.5'], '--design-effect 0.5 is out of range'],
    [['--from', 'nowhere'], 'nowhere does not exist'],
    [['--corpus', 'nowhere'], 'nowhere'],
  ])('%s is an error of usage', async (words, message) => {
    expect(await call(...words)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
  });

  it('refuses runs that say nothing of what is planned', async () => {
    expect(await call(...from('one', 'clock'))).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('not alike: clock');
    expect(await call(...from('one', 'tuned'))).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/of two builds, so what flips between them is not chance alone: .*vad\.threshold \S+ and 0\.9/);
    expect(await call(...from('empty'))).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('no valid interruption');
    expect(await call(...from('one', 'two', 'one'))).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('given 3 times');
  });
});

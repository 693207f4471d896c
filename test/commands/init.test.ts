import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeAttempt } from '../../src/commands/attempt-line.js';
import { loadBackend } from '../../src/commands/backend.js';
import { loadConfig } from '../../src/commands/config-file.js';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import type { AttemptResult } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';
import { FakeBackend, FakeTerminal } from './fake.js';

const project = ({ git = false } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-init-'));
  if (git) mkdirSync(join(folder, '.git'));
  return folder;
};

async function init(folder: string, words: readonly string[] = ['--no-demo'], load = new FakeBackend().load, columns = 200) {
  const terminal = new FakeTerminal();
  terminal.columns = columns;
  const code = await runProgram(['init', folder, ...words], terminal, load);
  return { code, stdout: terminal.stdout.replaceAll(folder, 'PROJECT'), stderr: terminal.stderr };
}

describe('bargein init', () => {
  it('writes a configuration that can be read, and a workflow into a git repository', async () => {
    const folder = project({ git: true });
    const { code, stdout, stderr } = await init(folder);
    expect({ code, stderr }).toEqual({ code: exitCode.ok, stderr: '' });
    expect(stdout).toMatch(/^written {5}PROJECT\/bargein\.config\.ts\nwritten {5}PROJECT\/\.github\/workflows\/bargein\.yml\n\nNext:\n {2}1\. /);
    const { content } = await loadConfig(join(folder, 'bargein.config.ts'));
    expect(content).toEqual({ agents: { demo: { agent: 'reference:after' } }, agent: 'demo', profile: 'quick', within: [60, 100, 250], gates: ['errored <= 2%'], gateOn: 'point' });
    const workflow = parse(readFileSync(join(folder, '.github/workflows/bargein.yml'), 'utf8')) as { jobs: Record<string, { steps: { run?: string }[] }> };
    expect(workflow.jobs['barge-in'].steps.flatMap(({ run }) => run ?? [])).toEqual(expect.arrayContaining(['npm ci', 'npx bargein doctor', expect.stringMatching(/^npx bargein run /)]));
  });

  it('has a configuration and commands in its workflow that the program takes', async () => {
    const folder = project();
    await init(folder, ['--ci', '--no-demo']);
    const [, words] = /npx bargein (run .*)\n/.exec(readFileSync(join(folder, '.github/workflows/bargein.yml'), 'utf8')) ?? [];
    const terminal = new FakeTerminal();
    const backend = new FakeBackend();
    expect(await runProgram([...words.split(' '), '--config', join(folder, 'bargein.config.ts')], terminal, backend.load), terminal.stderr).toBe(exitCode.ok);
    expect(backend.configs[0]).toMatchObject({ agent: 'reference:after', profile: 'quick', outputDir: 'results/ci', gates: ['errored <= 2%'] });
  });

  it('never overwrites, and names what it left alone', async () => {
    const folder = project();
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    mkdirSync(join(folder, 'results/demo'), { recursive: true });
    writeFileSync(join(folder, '.github/workflows/bargein.yml'), 'mine');
    writeFileSync(join(folder, 'bargein.config.json'), '{}');
    const backend = new FakeBackend();
    const { code, stdout } = await init(folder, ['--ci'], backend.load);
    expect(code).toBe(exitCode.ok);
    writeFileSync(join(folder, 'bargein.config.js'), '');
    expect((await init(folder, ['--ci'], backend.load)).stdout.replace(/\s+/g, ' ')).toMatch(/bargein\.config\.js \(there already, and one too many: keep one of them\) left alone PROJECT\/bargein\.config\.json \(there already, and one too many/);
    expect(stdout).toMatch(/left alone {2}PROJECT\/bargein\.config\.json \(there already\)\nleft alone {2}PROJECT\/\.github\/workflows\/bargein\.yml \(there already\)\n/);
    expect(stdout).toContain('PROJECT/results/demo');
    expect(backend.configs).toEqual([]);
    expect(readFileSync(join(folder, '.github/workflows/bargein.yml'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'bargein.config.ts'))).toBe(false);
  });

  it.each([
    [[], 'PROJECT is not the root of a git repository'],
    [['--no-ci'], null],
  ])('outside a git repository says where the workflow goes (%j)', async (words, told) => {
    const folder = project();
    const { stdout } = await init(folder, ['--no-demo', ...words]);
    expect(stdout.replace(/\s+/g, ' ').includes('is not the root of a git repository; in one,')).toBe(told !== null);
    expect(readdirSync(folder)).toEqual(['bargein.config.ts']);
  });

  it('refuses a file in the place of the folder', async () => {
    const file = join(project(), 'file');
    writeFileSync(file, '');
    expect(await init(file)).toMatchObject({ code: exitCode.usage, stdout: '', stderr: expect.stringMatching(/is not a folder\n {2}try: /) });
  });

  it('replays two attempts and tells how they ended', async () => {
    const folder = project();
    const { code, stdout, stderr } = await init(folder, [], loadBackend, 80);
    expect({ code, stderr }).toEqual({ code: exitCode.ok, stderr: '' });
    const lines = stdout.split('\n').filter((line) => /^ {2}f\d{4} /.test(line));
    expect(lines).toHaveLength(2);
    expect(lines.some((line) => /^ {2}f\d{4} interrupted at [\d.]+ s \(\S+, \w+\): /.test(line))).toBe(true);
    expect(lines.some((line) => /^ {2}f\d{4} an "mm-hm" at [\d.]+ s /.test(line))).toBe(true);
    expect(existsSync(join(folder, 'results/demo/attempts.csv'))).toBe(true);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  }, 180_000);
});

describe('an attempt in one line', () => {
  const sample = makeResult();
  const attempt = { ...sample.attempt, id: 'f0001', intent: 'interruption' as const, persona: 'soft' as const, condition: 'clean' as const, offsetMs: 1690 };
  const line = (changes: Partial<AttemptResult>) => describeAttempt({ ...sample, attempt, ...changes });

  it.each<[string, Partial<AttemptResult>]>([
    ['f0001 interrupted at 1.7 s (soft, clean): quiet after 84 ms', { outcome: 'yielded', stopLatencyMs: 84.4 }],
    ['f0001 an "mm-hm" at 1.7 s (soft, clean): quiet after 84 ms, where it should have gone on', { outcome: 'yielded', stopLatencyMs: 84.4, attempt: { ...attempt, intent: 'backchannel' } }],
    ['f0001 interrupted at 1.7 s (soft, clean): quiet after 84 ms, and on again after 900 ms', { outcome: 'resumed', stopLatencyMs: 84.4, resumedAfterMs: 900 }],
    ['f0001 interrupted at 1.7 s (soft, clean): still talking 4083 ms later', { outcome: 'talked-through', stopLatencyMs: null, observedMs: 4083.2 }],
    ['f0001 nobody spoke (clean): went on, as it should', { outcome: 'held', attempt: { ...attempt, intent: 'control', persona: 'none' } }],
    ['f0001 interrupted at 1.7 s (soft, clean): not valid: harness-late', { outcome: 'invalid', invalidReason: 'harness-late' }],
    ['f0001 interrupted at 1.7 s (soft, clean): error: lost', { outcome: 'errored', error: 'lost' }],
  ])('%s', (text, changes) => expect(line(changes)).toBe(text));
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeCheck } from '../../src/commands/doctor.js';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { makeCorpusFolder } from './corpus-folder.js';
import { FakeBackend, FakeTerminal } from './fake.js';
import { configFile, folderOf } from './run-call.js';

async function doctor(...words: string[]) {
  const terminal = new FakeTerminal();
  const code = await runProgram(['doctor', ...words], terminal, new FakeBackend().load);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

interface Told {
  readonly ok: boolean;
  readonly checks: readonly { name: string; status: string; seen: string; remedy: string | null }[];
}

describe('a line of the doctor', () => {
  it('is broken at the width, the remedy below', () => {
    const text = describeCheck({ name: 'timers', status: 'warn', seen: 'a word or two and '.repeat(6).trim(), remedy: 'this and that and '.repeat(6).trim() }, { columns: 60, colour: false });
    expect(text).toMatchSnapshot();
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  it('is coloured where colours are taken', () => {
    expect(describeCheck({ name: 'node', status: 'ok', seen: 'x' }, { columns: 80, colour: true })).toContain('\u001b[32mok\u001b[39m');
  });
});

describe('bargein doctor', () => {
  // The small corpus cannot be calibrated with; what counts is that every look is told, and the code.
  it('looks at everything, and ends with 1 where something is amiss', async () => {
    const { code, stdout, stderr } = await doctor('--no-config', '--json', '--corpus', join(makeCorpusFolder(), 'nowhere'), '--agent', 'stdio:no-such-program-here');
    expect({ code, stderr }).toEqual({ code: exitCode.gateFailed, stderr: '' });
    const { ok, checks } = JSON.parse(stdout) as Told;
    expect(ok).toBe(false);
    expect(checks.map(({ name }) => name)).toEqual(['settings', 'node', 'cores', 'load', 'governor', 'timers', 'event loop', 'audio', 'corpus', 'agent', 'results', 'calibration']);
    const failed = checks.filter(({ status }) => status === 'fail');
    expect(failed.map(({ name }) => name)).toEqual(['corpus', 'agent', 'calibration']);
    for (const { status, remedy } of checks) expect(remedy === null).toBe(status === 'ok');
  });

  it('takes the agent of the configuration file, and ends with 0 where all is well', async () => {
    const file = configFile({ agents: { mine: { agent: 'reference:before' } }, agent: 'mine', json: true });
    const { code, stdout } = await doctor('--config', file);
    expect(code).toBe(exitCode.ok);
    expect(stdout).toContain('reference:before runs in this process');
    expect(stdout).toContain(`ok    settings     ${file} can be read`);
    expect(stdout).toMatch(/\n\n(All well\.|Runs can be made; \d warnings?\.)\n$/);
  });

  it('finds a configuration file that cannot be read', async () => {
    const folder = folderOf({ 'bargein.config.json': '{ "limitt": 3 }' });
    writeFileSync(join(folder, 'x'), '');
    const { code, stdout } = await doctor('--config', join(folder, 'bargein.config.json'), '--corpus', join(folder, 'nowhere'), '--json');
    expect(code).toBe(exitCode.gateFailed);
    expect((JSON.parse(stdout) as Told).checks[0]).toMatchObject({ name: 'settings', status: 'fail', seen: expect.stringContaining('limitt') });
  });
});

import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/errors.js';
import { quoted } from '../agents/live-session.js';
import { program, startNode } from '../fixtures/program.js';

const pids: number[] = [];
const programs: ChildProcess[] = [];
afterEach(() => {
  for (const child of programs.splice(0)) child.kill('SIGKILL');
  for (const pid of pids.splice(0).filter(isRunning)) process.kill(pid, 'SIGKILL');
});

/** A process that has been killed stays in the table until it has been waited for. */
function isRunning(pid: number): boolean {
  const state = stateOf(pid);
  return state !== null && state !== 'Z' && state !== 'X';
}

/** The letter of proc_pid_stat(5); null: there is no such process. */
function stateOf(pid: number): string | null {
  try {
    return / \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

const deadlineMs = 20_000;

/** Those that still run when all have gone, or at the deadline. */
async function survivors(of: readonly number[]): Promise<number[]> {
  for (const endMs = Date.now() + deadlineMs; Date.now() < endMs && of.some(isRunning); ) await new Promise((resolve) => setImmediate(resolve));
  return of.filter(isRunning);
}

/** The process ids in these files of a folder, once all are there. */
function pidsIn(folder: string, names: readonly string[]): Promise<number[]> {
  return new Promise((resolve) => {
    const look = () => {
      const found = names.map((name) => pidIn(join(folder, name)));
      if (!found.every((pid) => pid > 0)) return;
      watcher.close();
      pids.push(...found);
      resolve(found);
    };
    const watcher = watch(folder, look);
    look();
  });
}

/** 0 where the line is not there or not whole. */
function pidIn(file: string): number {
  try {
    return Number(/^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** An agent that nothing but a SIGKILL ends, with a child in its group and one in a session of its own. Each leaves its process id in a file. */
function stubbornAgent(): { command: string; started: () => Promise<number[]> } {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-stubborn-'));
  const script = join(folder, 'agent.sh');
  const idle = (name: string) => `echo $$ > ${quoted(join(folder, name))}; while :; do sleep 1; done`;
  const child = (name: string) => `sh -c '${idle(name)}' &`;
  writeFileSync(script, `trap '' TERM INT HUP\n${child('own')}\nsetsid ${child('stray')}\n${idle('agent')}\n`);
  return { command: `sh ${quoted(script)}`, started: () => pidsIn(folder, ['agent', 'own', 'stray']) };
}

/** Has the program throw what nobody catches, once it is sent SIGUSR2. */
const throwing = ['--import', "data:text/javascript,process.on('SIGUSR2', () => { throw new Error('out of the blue'); })"];

/** Reaching the first call takes seconds, on a machine that may be busy with other tests. */
const limitMs = 240_000;

describe.skipIf(process.platform !== 'linux')('a real-time run that ends at once', { timeout: limitMs }, () => {
  /** Begins a run, without the calibration that others begin with, and waits for its first agent. */
  const callStubbornAgent = async (wire: string, ...words: string[]) => {
    const { command, started } = stubbornAgent();
    const output = join(mkdtempSync(join(tmpdir(), 'bargein-left-')), 'run');
    const temporary = mkdtempSync(join(tmpdir(), 'bargein-temporary-'));
    const run = startNode([...words, program, 'watch', '--agent', `${wire}:${command}`, '--agent-option', 'turns=response', '--output', output], { TMPDIR: temporary });
    programs.push(run.child);
    const running = await Promise.race([started(), run.ended]);
    if (!Array.isArray(running)) throw new Error(`it ended before it called the agent: ${running.stderr}`);
    expect(running.filter(isRunning)).toEqual(running);
    // The words that the agent is to say.
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^bargein-calls-/)]);
    return { ...run, running, temporary };
  };

  it.each(['stdio', 'livekit-console'])('leaves no process and no file behind when it is interrupted twice: %s', async (wire) => {
    const { child, texts, ended, running, temporary } = await callStubbornAgent(wire);
    const told = new Promise<void>((resolve) => child.stderr?.on('data', () => texts.stderr.includes('interrupted: ') && resolve()));
    child.kill('SIGINT');
    await Promise.race([told, ended]);
    child.kill('SIGINT');
    expect((await ended).code).toBe(exitCode.interrupted);
    expect(await survivors(running)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves no process and no file behind when something is thrown that nobody catches', async () => {
    const { child, ended, running, temporary } = await callStubbornAgent('stdio', ...throwing);
    child.kill('SIGUSR2');
    expect(await ended).toMatchObject({ code: exitCode.internal, stderr: expect.stringContaining('out of the blue') });
    expect(await survivors(running)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

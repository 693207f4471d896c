import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/commands/backend.js';
import type { Backend } from '../../src/commands/backend.js';
import { reportThrown } from '../../src/commands/exit.js';
import { declareWatch, watch } from '../../src/commands/watch.js';
import { BargeinError, exitCode } from '../../src/errors.js';
import type { ExitCode } from '../../src/errors.js';
import { VirtualClock } from '../../src/time/index.js';
import { FakeTerminal } from './fake.js';

/** Watches an agent that looks so, one look after the other; ends after the last. */
async function call(words: readonly string[], looks: readonly (string | null)[] | null, load: () => Promise<Backend> = loadBackend) {
  const terminal = new FakeTerminal();
  const clock = new VirtualClock();
  let next = 0;
  const look = looks && (async () => {
    if (next === looks.length) terminal.controller.abort();
    return looks[Math.min(next++, looks.length - 1)];
  });
  let code: ExitCode = exitCode.internal;
  const command = declareWatch()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .action(async (_, self) => void (code = await clock.drive(watch(self, terminal, load, { clock, look }))));
  const output = mkdtempSync(join(tmpdir(), 'bargein-watch-'));
  await command.parseAsync(['--no-config', '--output', output, ...words], { from: 'user' }).catch((thrown: unknown) => (code = reportThrown(thrown, terminal)));
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

describe('bargein watch', () => {
  it('replays a few attempts at each start, and holds each run against the one before', async () => {
    const { code, stdout, stderr } = await call(['--agent', 'reference:before', '--agent-option', 'vad.kind=energy', '--limit', '2', '--filter', 'intent=interruption'], ['a', 'a', null, 'b', 'b', 'c', 'c']);
    expect({ code, stderr }).toEqual({ code: exitCode.ok, stderr: 'watching reference:before; Ctrl-C ends\nwaiting for reference:before\n' });
    const runs = stdout.split('\n').filter((line) => line.startsWith('run '));
    expect(runs).toHaveLength(3);
    expect(runs[0]).toMatch(/^run 1: 2 attempts, p50 .+ ms, [\d.]+ % within 100 ms/);
    // The same agent, the same seed.
    expect(runs.map((line) => line.replace(/^run \d/, ''))).toEqual([runs[0].slice(5), runs[0].slice(5), runs[0].slice(5)]);
    expect(stdout.match(/\n {2}no attempt came out otherwise\n/g)).toHaveLength(2);
  });

  it('tells what goes wrong in a run and goes on', async () => {
    const real = await loadBackend();
    let runs = 0;
    const load = async (): Promise<Backend> => ({
      ...real,
      runBenchmark: (config, hooks) => {
        if (++runs === 1) throw new BargeinError('the module is broken', 'mend it');
        return real.runBenchmark(config, hooks);
      },
    });
    const { code, stdout, stderr } = await call(['--agent', 'reference:after', '--agent-option', 'vad.kind=energy', '--limit', '2'], ['a', 'a', 'b', 'b'], load);
    expect(code).toBe(exitCode.ok);
    expect(stderr).toContain('run 1: the module is broken\n  try: mend it\n');
    expect(stdout).toMatch(/^run 2: 2 attempts/);
  });

  it.each([
    [['--agent', 'reference:after'], /never restarted\n {2}try: /],
    [['--agent', 'reference:after', '--agent-option', 'vad.treshold=1'], /(never restarted|treshold)/],
    [['--agent', 'twilio:http://x'], /http:/],
  ])('refuses %j', async (words, message) => {
    const { code, stdout, stderr } = await call(words, null);
    expect({ code, stdout }).toEqual({ code: exitCode.usage, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';

/** The help texts are an interface: a change shows up as a change of these files. */
const golden = {
  'help-bargein.txt': [],
  'help-run.txt': ['run'],
  'help-sweep.txt': ['sweep'],
  'help-compare.txt': ['compare'],
  'help-measure.txt': ['measure'],
  'help-merge.txt': ['merge'],
  'help-score.txt': ['score'],
  'help-trace.txt': ['trace'],
  'help-plan.txt': ['plan'],
  'help-agents.txt': ['agents'],
  'help-calibrate.txt': ['calibrate'],
  'help-serve.txt': ['serve'],
  'help-watch.txt': ['watch'],
  'help-init.txt': ['init'],
  'help-doctor.txt': ['doctor'],
  'help-open.txt': ['open'],
  'help-completion.txt': ['completion'],
  'help-corpus.txt': ['corpus'],
  'help-corpus-list.txt': ['corpus', 'list'],
  'help-corpus-validate.txt': ['corpus', 'validate'],
  'help-corpus-inspect.txt': ['corpus', 'inspect'],
  'help-corpus-add.txt': ['corpus', 'add'],
};

describe.each(Object.entries(golden))('%s', (file, words) => {
  it('is what --help prints, in 80 columns', async () => {
    const terminal = new FakeTerminal();
    expect(await runProgram([...words, '--help'], terminal, new FakeBackend().load)).toBe(exitCode.ok);
    expect(terminal.stderr).toBe('');
    // A missing file fails here; it would be written by the next line.
    expect(existsSync(new URL(`../golden/${file}`, import.meta.url))).toBe(true);
    await expect(terminal.stdout).toMatchFileSnapshot(`../golden/${file}`);
    expect(Math.max(...terminal.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('without a command', () => {
  it.each([[[]], [['corpus']]])('%j shows the help on standard error and ends with 2', async (words) => {
    const terminal = new FakeTerminal();
    expect(await runProgram(words, terminal, new FakeBackend().load)).toBe(exitCode.usage);
    expect(terminal.stdout).toBe('');
    expect(terminal.stderr).toMatch(/^Usage: bargein/);
    expect(terminal.stderr).not.toContain('error:');
  });
});

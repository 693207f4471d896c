import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { makeCorpusFolder } from './corpus-folder.js';
import { FakeBackend, FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let dir: string;

beforeEach(() => {
  terminal = new FakeTerminal();
  dir = makeCorpusFolder();
});

const call = (...words: string[]) => runProgram(['corpus', ...words, '--corpus', dir], terminal, new FakeBackend().load);

describe('bargein corpus list', () => {
  it('shows the clips by role within the terminal', async () => {
    expect(await call('list')).toBe(exitCode.ok);
    expect(terminal.stdout).toBe(
      [
        'interruption  kind       lang    ms  onset  words',
        'int-wait      synthetic  en    1200    100  wait, that is not at all what I was…',
        '',
        'backchannel  kind       lang   ms  onset  words',
        'bc-right     synthetic  en    500     50  right',
        '',
        `2 clips, 0.0 minutes, in ${dir}`,
        '',
      ].join('\n'),
    );
  });

  it('keeps to one role', async () => {
    expect(await call('list', '--role', 'backchannel')).toBe(exitCode.ok);
    expect(terminal.stdout).not.toContain('int-wait');
    expect(terminal.stdout).toContain('1 clips');
    expect(await call('list', '--role', 'backchanel')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("did you mean 'backchannel'?");
  });
});

describe('bargein corpus validate', () => {
  it('says that all is well', async () => {
    expect(await call('validate')).toBe(exitCode.ok);
    expect(terminal.stdout).toMatch(/^small: 2 clips, all as the manifest says \(corpus hash [0-9a-f]{12}\)\n$/);
  });

  it('prints every problem, and ends with 2', async () => {
    for (const id of ['int-wait', 'bc-right']) {
      const path = join(dir, 'clips', `${id}.wav`);
      const bytes = readFileSync(path);
      bytes[bytes.length - 1] ^= 1;
      writeFileSync(path, bytes);
    }
    expect(await call('validate')).toBe(exitCode.usage);
    expect(terminal.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(terminal.stdout).toContain('int-wait.wav');
    expect(terminal.stderr).toMatch(/^error: 2 problems in the corpus .*\n {2}try: restore the files/);
  });

  it('names a folder without a manifest', async () => {
    dir = join(dir, 'clips');
    expect(await call('validate')).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/^error: .*manifest\.json does not exist\n {2}try: name a corpus folder with --corpus\n$/);
  });
});

describe('bargein corpus inspect', () => {
  it('shows all facts and the curve with the onset marked', async () => {
    expect(await call('inspect', 'int-wait')).toBe(exitCode.ok);
    const lines = terminal.stdout.split('\n');
    expect(lines).toContain('personas  angry, soft');
    expect(lines).toContain('onset     100 ms');
    expect(lines).toContain('found by  as it was made');
    expect(lines).toContain('duration  1200 ms, 19200 samples at 16000 Hz');
    expect(lines).toContain('licence   CC0-1.0');
    const marks = lines.find((line) => /^ *\^ *\|$/.test(line)) as string;
    // 71 columns for 1200 ms.
    expect(marks.indexOf('^') - 9).toBe(Math.floor((100 / 1200) * 71));
    expect(marks.indexOf('|') - 9).toBe(Math.floor((900 / 1200) * 71));
    expect(lines.some((line) => /^ -45 dB ▕ +[^ ]+$/.test(line))).toBe(true);
    expect(lines.at(-2)).toBe('         ^ onset 100 ms, | end 900 ms of 1200 ms');
  });

  it('suggests a clip for one that is not there', async () => {
    expect(await call('inspect', 'int-wiat')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("did you mean 'int-wait'?");
    expect(terminal.stdout).toBe('');
  });
});

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.js';
import { runProgram } from '../../src/commands/program.js';
import { parseManifest } from '../../src/corpus/manifest.js';
import { exitCode } from '../../src/errors.js';
import { burst } from './corpus-folder.js';
import { FakeBackend, FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let file: string;
let dir: string;

beforeEach(() => {
  terminal = new FakeTerminal();
  const folder = mkdtempSync(join(tmpdir(), 'bargein-add-'));
  file = join(folder, 'wait.wav');
  dir = join(folder, 'made', 'corpus');
  writeFileSync(file, encodeWav([burst(250, 800, 1000)], 16_000));
});

const need = ['--intent', 'interruption', '--words', 'wait', '--licence', 'CC0-1.0'];
const call = (...words: string[]) => runProgram(['corpus', 'add', file, '--corpus', dir, ...words], terminal, new FakeBackend().load);
const manifest = () => parseManifest(readFileSync(join(dir, 'manifest.json'), 'utf8'), 'manifest.json');

describe('bargein corpus add', () => {
  it('shows what it found, asks, and makes the corpus', async () => {
    const questions: string[] = [];
    terminal.confirm = async (question) => {
      expect(existsSync(dir)).toBe(false);
      return questions.push(question) > 0;
    };
    expect(await call(...need, '--persona', 'angry,soft'), terminal.stderr).toBe(exitCode.ok);
    expect(questions).toEqual(['Add it with this onset?']);
    const [entry] = manifest().clips;
    expect(entry).toMatchObject({ role: 'interruption', kind: 'human', words: 'wait', licence: 'CC0-1.0', language: 'en', source: 'wait.wav', personas: ['angry', 'soft'] });
    expect(Math.abs(entry.onsetMs - 250)).toBeLessThan(2);
    expect(terminal.stdout).toContain(`onset     ${entry.onsetMs} ms\nfound by  ${entry.onsetMethod}\n`);
    expect(terminal.stdout).toMatch(/\n +\^ +\|\n/);
    expect(terminal.stdout).toContain(`added ${entry.id} to ${dir}`);
    expect(await runProgram(['corpus', 'validate', '--corpus', dir], terminal, new FakeBackend().load)).toBe(exitCode.ok);
  });

  it('adds nothing where the answer is no', async () => {
    terminal.confirm = async () => false;
    expect(await call(...need)).toBe(exitCode.ok);
    expect(terminal.stderr).toContain('nothing was added; --onset-ms sets another onset');
    expect(existsSync(dir)).toBe(false);
  });

  it('ends with 130 where Ctrl-C is the answer', async () => {
    terminal.confirm = async () => {
      terminal.controller.abort();
      return false;
    };
    expect(await call(...need)).toBe(exitCode.interrupted);
    expect(existsSync(dir)).toBe(false);
  });

  it('asks for --yes where nobody can answer, before anything else', async () => {
    expect(await call(...need)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain('try: add --yes');
    expect(terminal.stdout).toBe('');
  });

  it('takes a given onset and the rest of the flags without asking', async () => {
    const flags = ['--yes', '--onset-ms', '300', '--language', 'hi-en', '--source', 'call 17', '--synthetic'];
    expect(await call(...need, ...flags), terminal.stderr).toBe(exitCode.ok);
    expect(manifest().clips[0]).toMatchObject({ onsetMs: 300, language: 'hi-en', source: 'call 17', kind: 'synthetic' });
    expect(terminal.stdout).toContain('(interruption, synthetic, hi-en)');
    expect(terminal.stdout).not.toContain('counts as human');
  });

  it('needs no more than the intent: the words are those of the name', async () => {
    const named = join(dirname(file), 'hold-on_please.wav');
    writeFileSync(named, readFileSync(file));
    expect(await runProgram(['corpus', 'add', named, '--corpus', dir, '--intent', 'interruption', '--yes'], terminal, new FakeBackend().load), terminal.stderr).toBe(exitCode.ok);
    expect(manifest().clips[0]).toMatchObject({ id: 'int-own-hold-on-please', words: 'hold on please', licence: 'not stated' });
    expect(terminal.stdout).toContain('note      licence not stated');
    expect(terminal.stdout).toContain('note      counts as human, that is as recorded: say --synthetic where a program made it\n');
    expect(terminal.stdout).not.toContain('corpus of the installation');
  });

  it('says that the corpus of the installation does not outlive an update', async () => {
    terminal.confirm = async () => false;
    expect(await runProgram(['corpus', 'add', file, ...need], terminal, new FakeBackend().load), terminal.stderr).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('note      this is the corpus of the installation');
  });

  it.each([
    [['--yes', '--words', 'wait'], "required option '--intent <intent>' not specified", 'bargein corpus add --help'],
    [['--yes', ...need, '--intent', 'shout'], '--intent shout is not known', 'interruption, backchannel, noise, agent'],
    [['--yes', ...need, '--persona', 'sofft'], '--persona sofft is not known', "did you mean 'soft'?"],
    [['--yes', ...need, '--onset-ms', '900'], '--onset-ms 900 lies beyond the speech', 'give an onset before that'],
    [['--yes', ...need, '--language', 'English!'], 'language', 'docs/corpus.md'],
  ])('refuses %j', async (words, message, hint) => {
    expect(await call(...words)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
    expect(terminal.stderr).toContain(hint);
    expect(existsSync(dir)).toBe(false);
  });
});

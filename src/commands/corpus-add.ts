import { basename, extname, join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { defaultCorpusDir } from '../corpus/load.js';
import { traitsOf } from '../corpus/personas.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Persona } from '../types.js';
import { drawLevelCurve } from './level-curve.js';
import type { Terminal } from './terminal.js';
import { list, number, oneOf, shortText } from './values.js';

const roles = ['interruption', 'backchannel', 'noise', 'agent'] as const;
const personas = Object.keys(traitsOf) as Persona[];

const examples = `
Examples:
  bargein corpus add wait.wav --intent interruption
  bargein corpus add wait.wav --intent interruption --words "wait" \\
    --licence "recorded by us, with consent" --corpus my-corpus`;

export function declareAdd() {
  return new Command('add')
    .argument('<file>', 'a recording: WAV, FLAC or Ogg, any rate')
    .summary('add a recording')
    .description('Add a recording: levelled, resampled, its onset found and shown, then written.')
    .requiredOption('--intent <intent>', 'interruption, backchannel, noise or agent', oneOf('--intent', roles))
    .option('--words <text>', 'what is said; what is heard, in brackets, where it is no speech (default: the name of the file)', shortText('--words', 500))
    .option('--licence <text>', 'on what terms it may be used (default: not stated)', shortText('--licence', 200))
    .option('--language <tag>', 'e.g. en or hi-en; zxx for no language', shortText('--language', 20), 'en')
    .option('--source <text>', 'where it comes from (default: the name of the file)', shortText('--source', 500))
    .option('--synthetic', 'made by a program, not recorded (default: human)')
    .option('--persona <list>', 'who may say it, e.g. angry,soft', list('--persona', oneOf('--persona', personas)))
    .option('--onset-ms <ms>', 'the onset, from the start of the file, instead of the one found', number('--onset-ms', 0, 600_000, 'ms'))
    .option('--corpus <dir>', 'folder to add to, made if there is none (default: the one that comes along)')
    .option('--yes', 'add without asking')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type AddFlags = ReturnType<ReturnType<typeof declareAdd>['opts']>;

/** `bargein corpus add`: shows what was found in the recording, and writes it once that is confirmed. */
export async function addRecording(file: string, flags: AddFlags, terminal: Terminal): Promise<ExitCode> {
  // Decoding brings in the audio engine, which no other command on the corpus needs.
  const { commitImport, prepareImport } = await import('../corpus/import.js');
  const corpusDir = flags.corpus ?? defaultCorpusDir;
  if (!flags.yes && !terminal.confirm) throw new BargeinError('nobody can confirm the onset: this is not a terminal', 'add --yes; `bargein corpus inspect` shows the onset afterwards');
  const prepared = await prepareImport({
    file,
    corpusDir,
    role: flags.intent,
    words: flags.words ?? wordsOf(file),
    licence: flags.licence ?? 'not stated',
    language: flags.language,
    source: flags.source ?? basename(file),
    kind: flags.synthetic ? 'synthetic' : 'human',
    personas: flags.persona ?? [],
    onsetMs: flags.onsetMs ?? null,
  });
  const { entry, pcm } = prepared;
  const notes = [
    ...prepared.notes,
    ...(entry.kind === 'human' ? ['counts as human, that is as recorded: say --synthetic where a program made it'] : []),
    ...(flags.licence === undefined ? ['licence not stated: say it with --licence before the corpus is passed on'] : []),
    ...(flags.corpus === undefined ? ['this is the corpus of the installation, which an update replaces: --corpus DIR adds to a copy of yours'] : []),
  ];
  const lines = [
    `clip      ${entry.id} (${entry.role}, ${entry.kind}, ${entry.language}): ${entry.words}`,
    `file      ${file} -> ${join(corpusDir, entry.file)}`,
    `onset     ${entry.onsetMs} ms`,
    `found by  ${entry.onsetMethod}`,
    `end       ${entry.endMs} ms of ${entry.durationMs} ms`,
    `level     ${entry.activeLevelDbfs} dBFS active`,
    ...notes.map((note) => `note      ${note}`),
    '',
    ...drawLevelCurve(pcm, entry, terminal.columns),
  ];
  terminal.out(lines.map((line) => `${line}\n`).join(''));
  if (!flags.yes && !(await terminal.confirm?.('Add it with this onset?'))) {
    terminal.err('nothing was added; --onset-ms sets another onset\n');
    return terminal.signal.aborted ? exitCode.interrupted : exitCode.ok;
  }
  await commitImport(prepared);
  terminal.out(`added ${entry.id} to ${corpusDir}; runs on it draw their attempts anew\n`);
  return exitCode.ok;
}

/** `hold-on_please.wav` says "hold on please", as far as anybody knows. */
function wordsOf(file: string): string {
  return shortText('the name of the file', 500)(basename(file, extname(file)).replace(/[-_\s]+/g, ' '));
}

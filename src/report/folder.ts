import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';

/** What a run leaves in its folder. */
export const resultFiles = { journal: 'journal.jsonl', attempts: 'attempts.csv', summary: 'summary.csv', run: 'run.json', audio: 'audio' } as const;

/** What is made from these on request: a run that replaces another takes them away. */
const derivedFiles = ['report.json', 'junit.xml', 'report.md', 'compare.csv', 'compare-flips.csv', 'measure.csv', 'measure-changes.csv'] as const;

/** Where named baselines are kept, relative to the working directory. */
const baselines = join('results', 'baselines');

/** Letters, digits, dots, underscores and hyphens: no path. */
export function isBaselineName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
}

export function baselineFolder(name: string): string {
  return join(baselines, name);
}

/** What a command writes into its folder, and whether it can go on with what is there. */
export interface FolderContents {
  readonly files: readonly string[];
  readonly resumable: boolean;
}

const ofRun: FolderContents = { files: [...Object.values(resultFiles), ...derivedFiles], resumable: true };

/**
 * Makes the folder of results ready before anything is measured, so that a bad path fails first.
 * @param contents what may be there of an earlier time; left out: what a run writes
 * @throws BargeinError where it holds anything already (`refuse`), or cannot be written
 */
export function claimFolder(folder: string, existing: 'refuse' | 'resume' | 'replace', { files, resumable }: FolderContents = ofRun): void {
  const held = existsSync(folder) ? listing(folder) : [];
  if (held.length > 0 && existing === 'refuse') {
    throw new BargeinError(`${folder} exists and is not empty`, `${resumable ? '--resume goes on with the run in it, ' : ''}--force replaces what is in it, --output names another folder`);
  }
  try {
    makeFolder(folder);
    if (existing === 'replace') {
      // Only what was written by the program: the folder may hold more than results.
      for (const name of files) rmSync(join(folder, name), { recursive: true, force: true });
    }
    const probe = join(folder, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (thrown) {
    throw fileFault(thrown, folder, 'choose another folder with --output, or give yourself the right to write there');
  }
}

/**
 * Writes a file whole or not at all.
 * @param hint what to do where it cannot be written
 * @throws BargeinError naming the file
 */
export function writeResult(path: string, bytes: string | Uint8Array, hint = 'what was measured is in journal.jsonl: mend the cause and write the reports with --resume'): void {
  const partial = `${path}.partial`;
  try {
    makeFolder(dirname(path));
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (thrown) {
    if (existsSync(partial)) rmSync(partial);
    throw fileFault(thrown, path, hint);
  }
}

/** A folder with its parents. Not `recursive`: where a parent cannot hold folders, as in /proc, Node 20 then never returns. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function listing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (thrown) {
    throw fileFault(thrown, folder, 'choose another folder with --output');
  }
}

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';

/** What a run leaves in its folder. */
export const resultFiles = { journal: 'journal.jsonl', attempts: 'attempts.csv', summary: 'summary.csv', run: 'run.json', audio: 'audio' } as const;

/**
 * Makes the folder of a run ready before anything is measured, so that a bad path fails first.
 * @throws BargeinError where it holds a run already (`refuse`), or cannot be written
 */
export function claimFolder(folder: string, existing: 'refuse' | 'resume' | 'replace'): void {
  const held = existsSync(folder) ? listing(folder) : [];
  if (held.length > 0 && existing === 'refuse') {
    throw new BargeinError(`${folder} exists and is not empty`, '--resume goes on with the run in it, --force replaces it, --output names another folder');
  }
  try {
    makeFolder(folder);
    if (existing === 'replace') {
      // Only what a run has written: the folder may hold more than results.
      for (const name of Object.values(resultFiles)) rmSync(join(folder, name), { recursive: true, force: true });
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
 * @throws BargeinError naming the file
 */
export function writeResult(path: string, bytes: string | Uint8Array): void {
  const partial = `${path}.partial`;
  try {
    makeFolder(dirname(path));
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (thrown) {
    if (existsSync(partial)) rmSync(partial);
    throw fileFault(thrown, path, 'what was measured is in journal.jsonl: mend the cause and write the reports with --resume');
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

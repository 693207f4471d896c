import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';

/** What a run leaves in its folder. */
export const resultFiles = { journal: 'journal.jsonl', attempts: 'attempts.csv', summary: 'summary.csv', run: 'run.json', audio: 'audio', agentSpans: 'agent-spans.jsonl' } as const;

/** What a trace leaves besides attempts.csv, summary.csv and run.json. */
export const stackFile = 'stack.csv';

/** What is made from these on request: a run that replaces another takes them away. */
const derivedFiles = ['report.html', 'compare.html', 'measure.html', 'report.json', 'junit.xml', 'report.md', 'compare.csv', 'compare-flips.csv', 'measure.csv', 'measure-changes.csv'] as const;

/** Where named baselines are kept, relative to the working directory. */
const baselines = join('results', 'baselines');

/** Letters, digits, dots, underscores and hyphens: no path. */
export function isBaselineName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name);
}

export function baselineFolder(name: string): string {
  return join(baselines, name);
}

/** Whether a folder is a baseline's, here or below another working directory: git may keep it, and only --save-baseline writes there. */
export function isBaselineFolder(folder: string): boolean {
  const above = dirname(resolve(folder));
  return join(basename(dirname(above)), basename(above)) === baselines;
}

/** What a command writes into its folder, and whether it can go on with what is there. */
export interface FolderContents {
  readonly files: readonly string[];
  readonly resumable: boolean;
}

/** What the results of a trace consist of. */
export const traceContents: FolderContents = { files: [resultFiles.attempts, resultFiles.summary, resultFiles.run, stackFile, ...derivedFiles], resumable: false };

const ofRun: FolderContents = { files: [...Object.values(resultFiles), ...derivedFiles], resumable: true };

/** By what the results of a command are known. `--force` of one never replaces those of another. */
const kinds = [
  { what: 'a run', marks: [resultFiles.run, resultFiles.journal, resultFiles.attempts, resultFiles.summary] },
  { what: 'a sweep', marks: ['sweep.json', 'sweep.csv'] },
  { what: 'scores', marks: ['score.json'] },
  { what: 'a trace', marks: [stackFile] },
  { what: 'the recordings of a run', marks: [resultFiles.journal] },
] as const satisfies readonly { readonly what: string; readonly marks: readonly string[] }[];

/**
 * Makes the folder of results ready before anything is measured, so that a bad path fails first.
 * @param contents what may be there of an earlier time; left out: what a run writes
 * @throws BargeinError where it holds anything already (`refuse`) or results of another command (`replace`), or cannot be written
 */
export function claimFolder(folder: string, existing: 'refuse' | 'resume' | 'replace', { files, resumable }: FolderContents = ofRun): void {
  const held = existsSync(folder) ? listing(folder) : [];
  if (held.length > 0 && existing === 'refuse') {
    throw new BargeinError(`${folder} exists and is not empty`, `${resumable ? '--resume goes on with the run in it, ' : ''}--force replaces what is in it, --output names another folder`);
  }
  if (existing === 'replace') refuseOther(folder, files, held);
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

/** What another command has left would look like a part of the new results. */
function refuseOther(folder: string, files: readonly string[], held: readonly string[]): void {
  for (const { what, marks } of kinds) {
    const found = marks.find((name) => held.includes(name));
    if (found && !marks.some((name) => files.includes(name))) {
      throw new BargeinError(`${folder} holds ${what} (${found}), which --force does not replace here`, 'name another folder with --output, or take that one away');
    }
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

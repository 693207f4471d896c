import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';
import type { AttemptResult, RunInfo } from '../types.js';
import { readAttemptsCsv } from './attempts-reader.js';
import { baselineFolder, isBaselineName, resultFiles } from './folder.js';
import { runSchema } from './schema-run.js';

/** A run as it lies in its folder. */
export interface SavedRun {
  readonly folder: string;
  readonly info: RunInfo;
  /** Verdicts in the order of the file. */
  readonly results: readonly AttemptResult[];
}

/**
 * Reads back what a run has left: run.json and attempts.csv, whose verdicts equal those that were measured.
 * @param nameOrFolder a folder of results, or the name of a baseline
 * @throws BargeinError where there is no such run, and for files that are not what a run writes
 */
export function loadResults(nameOrFolder: string): SavedRun {
  const folder = findResults(nameOrFolder);
  const info = parseInfo(readText(join(folder, resultFiles.run)), join(folder, resultFiles.run));
  const path = join(folder, resultFiles.attempts);
  return { folder, info, results: readAttemptsCsv(readText(path), path) };
}

/** The folder that is meant: one that holds a run, else the baseline of that name. */
function findResults(nameOrFolder: string): string {
  const named = isBaselineName(nameOrFolder) ? [baselineFolder(nameOrFolder)] : [];
  const folder = [nameOrFolder, ...named].find((candidate) => existsSync(join(candidate, resultFiles.run)));
  if (folder) return folder;
  const found = existsSync(nameOrFolder) && statSync(nameOrFolder).isDirectory();
  const unfinished = found && existsSync(join(nameOrFolder, resultFiles.journal));
  const what = unfinished ? `holds a run that was not reported (no ${resultFiles.run})` : found ? `holds no run (no ${resultFiles.run})` : 'does not exist, and no baseline has that name';
  const hint = unfinished ? 'finish it: the same command with `--resume`' : 'name a folder that `bargein run` has written, or a baseline kept with --save-baseline';
  throw new BargeinError(`${nameOrFolder} ${what}`, hint);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw fileFault(thrown, path, 'name a folder that `bargein run` has written');
  }
}

function parseInfo(text: string, path: string): RunInfo {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BargeinError(`${path} is not JSON`, 'name a folder that `bargein run` has written');
  }
  const version = typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (version !== 1) throw new BargeinError(`${path} is not of a version that is read here`, 'measure again with this version');
  const { data, error } = runSchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  throw new BargeinError(`${path} is damaged at '${issue.path.join('.')}': ${issue.message}`, 'copy it again, or write it anew: the command of the run with `--resume`');
}

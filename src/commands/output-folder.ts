import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError } from '../errors.js';
import type { ProfileName, RunConfig } from '../types.js';

export interface OutputFlags {
  readonly output?: string;
  readonly resume?: true;
  readonly force?: true;
}

/**
 * Where a run goes, and what happens to one that is there already. A name that was not asked for is made unique: the third
 * run of the same kind goes to `results/<agent>-<profile>-3`.
 *
 * @throws BargeinError for `--resume` and `--force` together, without `--output`, or with nothing to go on with
 */
export function chooseOutput(
  flags: OutputFlags,
  agent: string,
  profile: ProfileName,
  exists: (path: string) => boolean,
): Pick<RunConfig, 'outputDir' | 'existing'> {
  const { output, resume = false, force = false } = flags;
  if (resume && force) throw new BargeinError('--resume and --force exclude each other', 'give --resume to go on with the run, --force to replace it');
  if (output === undefined) {
    if (resume) throw new BargeinError('--resume does not say which run to go on with', 'name its folder, e.g. --output results/reference-after-full --resume');
    if (force) throw new BargeinError('--force does not say which run to replace', 'name its folder with --output, or leave --force out');
    return { outputDir: freeName(`${fileNameOf(agent) || 'agent'}-${profile}`, exists), existing: 'refuse' };
  }
  if (output.trim() === '') throw new BargeinError("--output '' names no folder", 'give a folder, e.g. --output results/nightly');
  if (resume && !exists(output)) throw new BargeinError(`--resume: there is no run in ${output}`, 'check --output, or leave --resume out to start one');
  return { outputDir: output, existing: resume ? 'resume' : force ? 'replace' : 'refuse' };
}

/**
 * Where results go that are no run: `results/<kind>-<name>`, made unique where that was not asked for.
 * @param otherwise the name where nothing of `name` can be one
 * @throws BargeinError for `--force` without `--output`, and an empty one
 */
export function chooseFolder({ output, force }: Pick<OutputFlags, 'output' | 'force'>, kind: string, name: string, otherwise: string): string {
  if (output !== undefined && output.trim() === '') throw new BargeinError("--output '' names no folder", 'give a folder, e.g. --output results/calls');
  if (output !== undefined) return output;
  if (force) throw new BargeinError('--force does not say which results to replace', 'name their folder with --output, or leave --force out');
  return freeName(`${kind}-${fileNameOf(name) || otherwise}`, existsSync);
}

/** A folder below results/ that is not there yet. */
function freeName(name: string, exists: (path: string) => boolean): string {
  const base = join('results', name);
  let folder = base;
  for (let n = 2; exists(folder); n++) folder = `${base}-${n}`;
  return folder;
}

/** A text as part of a file name; empty where nothing of it can be. */
function fileNameOf(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '').slice(0, 60);
}

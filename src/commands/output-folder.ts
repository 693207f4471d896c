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
    const base = join('results', `${fileNameOf(agent)}-${profile}`);
    let outputDir = base;
    for (let n = 2; exists(outputDir); n++) outputDir = `${base}-${n}`;
    return { outputDir, existing: 'refuse' };
  }
  if (output.trim() === '') throw new BargeinError("--output '' names no folder", 'give a folder, e.g. --output results/nightly');
  if (resume && !exists(output)) throw new BargeinError(`--resume: there is no run in ${output}`, 'check --output, or leave --resume out to start one');
  return { outputDir: output, existing: resume ? 'resume' : force ? 'replace' : 'refuse' };
}

/** An agent's name as part of a file name. */
function fileNameOf(agent: string): string {
  return agent.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '').slice(0, 60) || 'agent';
}

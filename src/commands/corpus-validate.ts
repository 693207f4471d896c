import { defaultCorpusDir, loadCorpus, validateCorpus } from '../corpus/load.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Terminal } from './terminal.js';

/**
 * Says that all is well, or prints each problem on a line of its own.
 *
 * @throws BargeinError where anything is wrong, after all problems have been printed
 */
export async function validate(flags: { readonly corpus?: string }, terminal: Terminal): Promise<ExitCode> {
  const dir = flags.corpus ?? defaultCorpusDir;
  const problems = await validateCorpus(dir);
  for (const problem of problems) terminal.out(`${problem}\n`);
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new BargeinError(`${count} in the corpus ${dir}`, 'restore the files, or correct the manifest; then validate again');
  }
  const corpus = await loadCorpus(dir);
  terminal.out(`${corpus.name}: ${corpus.list().length} clips, all as the manifest says (corpus hash ${corpus.hash.slice(0, 12)})\n`);
  return exitCode.ok;
}

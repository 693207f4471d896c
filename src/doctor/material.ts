import { audioEngineAvailable } from '../audio/engine.js';
import { loadCorpus, validateCorpus } from '../corpus/load.js';
import { BargeinError } from '../errors.js';
import { fail, ok, warn } from './check.js';
import type { Check } from './check.js';

/** Every clip is there and has the hash that the manifest says. */
export async function corpusCheck(dir: string): Promise<Check> {
  try {
    const problems = await validateCorpus(dir);
    const { name, hash, manifest } = await loadCorpus(dir);
    if (problems.length === 0) return ok('corpus', `corpus ${name}: ${manifest.clips.length} clips as the manifest says, hash ${hash.slice(0, 12)}`);
    const more = problems.length > 1 ? ` and ${problems.length - 1} more` : '';
    return fail('corpus', `${problems[0]}${more}`, '`bargein corpus validate` lists all; restore the files');
  } catch (thrown) {
    if (!(thrown instanceof BargeinError)) throw thrown;
    return fail('corpus', thrown.message, thrown.hint);
  }
}

/** Conditions (telephone, bed, echo) are rendered; without the engine those attempts are left out. */
export async function engineCheck(available = audioEngineAvailable): Promise<Check> {
  const engine = await available();
  if (engine.ok) return ok('audio', 'conditions can be rendered (node-web-audio-api)');
  const at = engine.reason.lastIndexOf('; ');
  return warn('audio', `${engine.reason.slice(0, at)}: attempts with a condition are left out`, engine.reason.slice(at + 2));
}

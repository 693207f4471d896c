import { resample } from '../audio/resample.js';
import { loadCorpus } from '../corpus/load.js';
import { BargeinError } from '../errors.js';
import type { Served } from './call.js';

/**
 * Words for a served agent: its corpus' agent clips in turn, or always the same one.
 * @throws BargeinError for a corpus or a clip that does not exist
 */
export async function ownResponses(corpusDir: string, clip: string | null): Promise<Served['ownResponse']> {
  const corpus = await loadCorpus(corpusDir);
  if (clip !== null && corpus.entry(clip).role !== 'agent') throw new BargeinError(`clip '${clip}' is of role ${corpus.entry(clip).role}: an agent does not say that`, 'list its own with `bargein corpus list --role agent`');
  const clips = clip === null ? corpus.list('agent').map(({ id }) => id) : [clip];
  if (clips.length === 0) throw new BargeinError(`the corpus ${corpusDir} has no clip of role agent`, 'name another folder with --corpus');
  let next = 0;
  return async (rateHz) => resample((await corpus.clip(clips[next++ % clips.length])).pcm, rateHz);
}

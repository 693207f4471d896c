import { BargeinError } from '../errors.js';
import type { SavedRun } from '../report/results.js';
import { ownSetting, remeasure } from './remeasure.js';

/**
 * Shards of an agent whose words are not known, judged by the longest pause that any of them has heard in its undisturbed speech, as the
 * run in one piece would have been. Shards that agree, and those of an agent with a reference, are as they were.
 * @throws BargeinError where a shard that has to be judged again has no recordings, or the corpus is not at hand
 */
export async function judgedAlike(shards: readonly SavedRun[], corpusDir: string, signal: AbortSignal): Promise<SavedRun[]> {
  const pauses = shards.flatMap(({ info }) => info.undisturbedPauseMs ?? []);
  const undisturbedPauseMs = Math.max(...pauses);
  return Promise.all(shards.map((shard) => (pauses.length === 0 || shard.info.undisturbedPauseMs === undisturbedPauseMs ? shard : judgedWith(shard, undisturbedPauseMs, corpusDir, signal))));
}

async function judgedWith(shard: SavedRun, undisturbedPauseMs: number, corpusDir: string, signal: AbortSignal): Promise<SavedRun> {
  const run = { ...shard, info: { ...shard.info, undisturbedPauseMs } };
  const { results, missing } = await remeasure({ run, corpusDir, settings: [ownSetting(shard)], withinMs: shard.info.withinMs, signal });
  if (missing.length > 0) throw new BargeinError(`${shard.folder} has no recording of ${missing.length} of its attempts, and has to be judged again by the longest pause of all shards`, 'copy its journal.jsonl whole');
  return { ...run, results: results[0] };
}

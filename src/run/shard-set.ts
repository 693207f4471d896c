import { BargeinError } from '../errors.js';
import { dealShards, showShard } from '../replay/shard.js';
import type { SavedRun } from '../report/results.js';
import type { AttemptResult, Shard } from '../types.js';
import { differencesOf } from './run-differences.js';

/** Shards of one run, checked against each other, in their order. */
export interface ShardSet {
  readonly shards: readonly (SavedRun & { readonly shard: Shard })[];
  /** Verdicts of all shards in the order of the plan. */
  readonly results: readonly AttemptResult[];
  /** Attempts of the whole run. */
  readonly planned: number;
  /** What is not there, one line each: shards that were not named, attempts that one did not come to. */
  readonly missing: readonly string[];
}

/** More than any run has: a file that says so was not written by one. */
const mostAttempts = 10_000_000;
const aRunWithShard = 'name the folders that `bargein run --shard` has written';

/**
 * Holds the results against each other: one run, every shard and every attempt at most once.
 * @throws BargeinError for results that are no shards or of different runs (each difference is listed), for a shard or an attempt that is
 * there twice, and for attempts that are of another shard. What is missing is returned.
 */
export function gatherShards(runs: readonly SavedRun[]): ShardSet {
  const differences = differencesOf(runs);
  if (differences.length > 0) throw new BargeinError(`these are not shards of one run: ${differences.join('; ')}`, 'run every shard with the same flags, corpus and version; only --shard may differ');
  const shards = runs.map((run) => ({ ...run, shard: shardOf(run) })).sort((a, b) => a.shard.index - b.shard.index);
  refuseOverlap(shards);
  const planned = plannedOf(shards[0]);
  const deal = dealShards(planned, shards[0].shard.of);
  const byPlace = new Map<number, AttemptResult>();
  const placesById = new Map<string, number>();
  for (const { shard, folder, results } of shards) {
    for (const result of results) {
      const { id, index } = result.attempt;
      if (byPlace.has(index) || placesById.has(id)) throw new BargeinError(`${folder}: attempt ${id} is there twice`, aRunWithShard);
      if (deal[index] !== shard.index) throw new BargeinError(`${folder}: attempt ${id} is not of shard ${showShard(shard)}`, 'its attempts.csv must be as the run has written it');
      byPlace.set(index, result);
      placesById.set(id, index);
    }
  }
  const results = [...byPlace.keys()].sort((a, b) => a - b).map((index) => byPlace.get(index) as AttemptResult);
  return { shards, results, planned, missing: missingOf(shards, deal) };
}

function shardOf({ folder, info }: SavedRun): Shard {
  const { shard } = info;
  if (!shard) throw new BargeinError(`${folder} holds a whole run, not a shard of one`, aRunWithShard);
  const { index, of } = shard;
  if (index < 1 || index > of) throw new BargeinError(`${folder}: run.json names no shard`, aRunWithShard);
  return shard;
}

function refuseOverlap(shards: ShardSet['shards']): void {
  for (const [i, { folder, shard }] of shards.slice(1).entries()) {
    const before = shards[i];
    if (shard.of !== before.shard.of) throw new BargeinError(`${before.folder} is shard ${showShard(before.shard)}, but ${folder} is ${showShard(shard)}`, 'merge shards of the same number');
    if (shard.index === before.shard.index) throw new BargeinError(`${before.folder} and ${folder} are both shard ${showShard(shard)}`, 'name each shard once');
  }
}

function plannedOf({ folder, info, shard }: ShardSet['shards'][number]): number {
  const planned = info.draw.attempts;
  if (planned < shard.of || planned > mostAttempts) throw new BargeinError(`${folder}: run.json does not say how many attempts the whole run has`, aRunWithShard);
  return planned;
}

function missingOf(shards: ShardSet['shards'], deal: readonly number[]): string[] {
  const { of } = shards[0].shard;
  const sizes = new Map<number, number>();
  for (const index of deal) sizes.set(index, (sizes.get(index) ?? 0) + 1);
  return Array.from({ length: of }, (_, i) => i + 1).flatMap((index) => {
    const size = sizes.get(index) ?? 0;
    const there = shards.find(({ shard }) => shard.index === index);
    if (!there) return [`shard ${showShard({ index, of })} (${size} attempts)`];
    const lacking = size - there.results.length;
    return lacking > 0 ? [`${lacking} of ${size} attempts of shard ${showShard({ index, of })} (${there.folder})`] : [];
  });
}

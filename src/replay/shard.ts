import { BargeinError } from '../errors.js';
import { randomFrom, seedOf, shuffled } from '../time/index.js';
import type { Shard } from '../types.js';

type Variables = Readonly<Record<string, string | undefined>>;

/** The shard of a run, and the variables that it was taken from; null where nobody's environment decided it. */
export interface ChosenShard {
  readonly shard: Shard | null;
  readonly takenFrom: string | null;
}

/** A service that starts the same job several times and numbers the copies. */
interface Service {
  readonly index: string;
  /** The number of the first copy. */
  readonly first: 0 | 1;
  /** Variables that may hold how many copies there are, in the order they are asked. */
  readonly totals: readonly string[];
}

const ownTotal = 'BARGEIN_SHARD_TOTAL';
const services: readonly Service[] = [
  { index: 'CI_NODE_INDEX', first: 1, totals: ['CI_NODE_TOTAL'] }, // GitLab
  { index: 'JOB_COMPLETION_INDEX', first: 0, totals: [ownTotal] }, // Kubernetes, which does not say how many
  { index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: 0, totals: ['AWS_BATCH_JOB_ARRAY_SIZE', ownTotal] },
];
const wayOut = '--shard sets it by hand, --no-shard runs all attempts';

/** The attempts of one shard, in their order; all of them for null. @throws BargeinError where a shard would be empty */
export function pickShard<T>(attempts: readonly T[], shard: Shard | null): T[] {
  if (shard === null) return [...attempts];
  const { index, of } = shard;
  if (attempts.length < of) {
    const count = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`;
    throw new BargeinError(`shard ${index}/${of}: a shard of ${count} would be empty`, `cut them into ${attempts.length} shards at most, or take more attempts`);
  }
  const deal = dealShards(attempts.length, of);
  return attempts.filter((_, place) => deal[place] === index);
}

/**
 * The shard, from 1, of each place in the plan. A pure function of the two numbers: sizes differ by one at most.
 *
 * Each block of `of` places is dealt to the shards in a seeded order of its own, which keeps every prefix balanced as the draw's
 * is. To count off (1, 2, 3, 1, 2, 3, ...) would do so too, but would give one shard all that recurs with the same period: with
 * two conditions and two shards, one condition each.
 */
export function dealShards(count: number, of: number): number[] {
  const shards = Array.from({ length: of }, (_, i) => i + 1);
  const blocks = Array.from({ length: Math.ceil(count / of) }, (_, block) => shuffled(shards, randomFrom(seedOf('shard', of, block))));
  return blocks.flat().slice(0, count);
}

/** Reads `2/4`: the second of four. @throws BargeinError for anything else */
export function parseShard(text: string, flag = '--shard'): Shard {
  const match = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text);
  if (!match) throw new BargeinError(`${flag} ${text === '' ? "''" : text} is not of the form index/total`, `write e.g. ${flag} 2/4, the second of four`);
  const [index, of] = [Number(match[1]), Number(match[2])];
  if (of < 1 || index < 1 || index > of) throw new BargeinError(`${flag} ${text} names no shard`, `shards count from 1: give ${flag} 1/${Math.max(of, 1)} to ${Math.max(of, 1)}/${Math.max(of, 1)}`);
  return { index, of };
}

/**
 * The shard that a CI or batch system has given to this process; null where none has, or where it is the only one.
 *
 * @throws BargeinError where there is an index without a total (to run everything in every copy must not go unseen), a number that
 * is none, and for two systems that say different things
 */
export function shardFromEnvironment(env: Variables): ChosenShard {
  const found = services.flatMap((service) => readService(service, env) ?? []);
  const [first, ...others] = found;
  const other = others.find(({ shard }) => shard.index !== first.shard.index || shard.of !== first.shard.of);
  if (other) throw new BargeinError(`${first.takenFrom} and ${other.takenFrom} name different shards (${showShard(first.shard)} and ${showShard(other.shard)})`, wayOut);
  if (first) return first;
  const numbered = services.some(({ index }) => isSet(env, index));
  if (!numbered && isSet(env, ownTotal) && count(ownTotal, env) > 1) {
    throw new BargeinError(`${ownTotal} is ${env[ownTotal]}, but nothing says which of them this is`, `${services.map(({ index }) => index).join(', ')} would; ${wayOut}`);
  }
  return { shard: null, takenFrom: null };
}

/** The flag where it is given (`false`: all attempts), else the environment. 1/1 is all attempts. */
export function chooseShard(flag: Shard | false | undefined, env: Variables): ChosenShard {
  if (flag === undefined) return shardFromEnvironment(env);
  return { shard: flag === false || flag.of === 1 ? null : flag, takenFrom: null };
}

/** `2/4`. */
export function showShard({ index, of }: Shard): string {
  return `${index}/${of}`;
}

function readService({ index: indexName, first, totals }: Service, env: Variables): { shard: Shard; takenFrom: string } | null {
  const totalName = totals.find((name) => isSet(env, name));
  if (!isSet(env, indexName)) {
    // GitLab sets the total of 1 in every job. A larger one without an index is half an answer; a total of ours alone is nobody's.
    if (!totalName || totalName === ownTotal || count(totalName, env) === 1) return null;
    throw new BargeinError(`${totalName} is ${env[totalName]}, but ${indexName} is not set`, wayOut);
  }
  if (!totalName) throw new BargeinError(`${indexName} is set, but not how many there are`, `set ${totals.at(-1)} to their number; ${wayOut}`);
  const index = count(indexName, env) - first + 1;
  const of = count(totalName, env);
  if (index < 1 || index > of) throw new BargeinError(`${indexName} ${env[indexName]} is not one of ${totalName} ${env[totalName]}, counted from ${first}`, wayOut);
  return of === 1 ? null : { shard: { index, of }, takenFrom: `${indexName} and ${totalName}` };
}

function isSet(env: Variables, name: string): boolean {
  return (env[name] ?? '').trim() !== '';
}

function count(name: string, env: Variables): number {
  const text = (env[name] ?? '').trim();
  if (!/^\d{1,6}$/.test(text)) throw new BargeinError(`${name} '${text}' is not a count`, wayOut);
  return Number(text);
}

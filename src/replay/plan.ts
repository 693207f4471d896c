import { audioEngineAvailable } from '../audio/engine.js';
import { committedDraw, hashDraw } from '../corpus/draw-file.js';
import { bedsOf, gatherMaterial } from '../corpus/draw-material.js';
import type { DrawnAttempt } from '../corpus/draw.js';
import { drawAttempts, drawSeed } from '../corpus/draw.js';
import type { Corpus } from '../corpus/load.js';
import { bedInTurn } from '../corpus/slot-filler.js';
import { BargeinError } from '../errors.js';
import { seedOf } from '../time/index.js';
import type { Attempt, ConditionName, ProfileName, Shard } from '../types.js';
import { filterAttempts } from './attempt-filter.js';
import { needsRendering } from './media.js';
import { pickShard } from './shard.js';

export interface PlanRequest {
  readonly corpus: Corpus;
  readonly profile: ProfileName;
  /** The draw's clean attempts, run under each of these; null or left out: the draw as it is. */
  readonly conditions?: readonly ConditionName[] | null;
  /** Expressions `key=value,value`, all of which must hold. */
  readonly filter?: readonly string[];
  /** At most this many attempts before repeats: the first of the draw, whose prefixes are balanced. */
  readonly limit?: number | null;
  /** 1 keeps the draw's own seeds; another gives every attempt another one, at the same place in the same clips. */
  readonly seed: number;
  /** How often each attempt is replayed, each time with another seed. */
  readonly repeat: number;
  /** Only this part of what filter, limit and repeats leave; null or left out: all of it. */
  readonly shard?: Shard | null;
  /** Whether conditions can be rendered; for tests. */
  readonly engine?: typeof audioEngineAvailable;
}

export interface Plan {
  /** Those of the shard; `index` is the place among all that were planned. */
  readonly attempts: Attempt[];
  /** Attempts of all shards together. */
  readonly planned: number;
  /** SHA-256 of the profile's draw. */
  readonly drawHash: string;
  readonly profile: ProfileName;
  /** Whether the draw is the one committed with the corpus, or was made now. */
  readonly source: 'committed' | 'drawn';
  /** Quotas that the corpus could not fill. */
  readonly notes: readonly string[];
  /** Attempts that cannot be replayed here, with the reason. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

/**
 * The attempts of a run, in the order in which they are reported. Attempt ids are the draw's, with the condition as a suffix
 * where it is not the drawn one, and `.2`, `.3` for repeats. With several conditions the variants of an attempt follow each
 * other, so that a limit keeps pairs together; repeats come round by round. A shard is cut from all of that at the very end.
 *
 * @throws BargeinError where nothing is left to replay, and for anything wrong in the draw, filter, limit, repeat or shard
 */
export async function planAttempts(request: PlanRequest): Promise<Plan> {
  const { corpus, profile, filter = [], limit = null, seed, repeat, shard = null } = request;
  checkCount('--repeat', repeat);
  if (limit !== null) checkCount('--limit', limit);
  const { rows, source, notes } = await drawOf(corpus, profile);
  const kinds = new Map(corpus.list().map(({ id, kind }) => [id, kind]));
  const drawn = rows.map((row): Attempt => toAttempt(row, kinds, seed));
  const under = (attempts: readonly Attempt[]) => (request.conditions?.length ? underConditions(attempts, request.conditions, corpus) : attempts);
  const wanted = under(drawn);
  const whole = async () => under((await drawOf(corpus, 'full')).rows.map((row) => toAttempt(row, kinds, seed)));
  const chosen = filter.length > 0 ? await chooseAttempts(wanted, filter, profile, whole) : wanted;
  const { kept, leftOut } = await withoutUnrenderable(chosen, request.engine ?? audioEngineAvailable);
  const limited = limit === null ? kept : kept.slice(0, limit);
  const rounds = Array.from({ length: repeat }, (_, round) => limited.map((attempt) => repeated(attempt, round + 1))).flat();
  const attempts = rounds.map((attempt, index) => ({ ...attempt, index }));
  return { attempts: pickShard(attempts, shard), planned: attempts.length, drawHash: hashDraw(rows), profile, source, notes, leftOut };
}

/** Filters the attempts of a draw; of one that leaves out what the full draw has, that is said. */
async function chooseAttempts(attempts: readonly Attempt[], filter: readonly string[], profile: ProfileName, whole: () => Promise<readonly Attempt[]>): Promise<Attempt[]> {
  try {
    return filterAttempts(attempts, filter);
  } catch (thrown) {
    if (!(thrown instanceof BargeinError) || profile === 'full' || !meets(await whole(), filter)) throw thrown;
    throw new BargeinError(`${thrown.message} in the ${profile} draw`, 'the full one has: add --profile full');
  }
}

function meets(attempts: readonly Attempt[], filter: readonly string[]): boolean {
  try {
    return filterAttempts(attempts, filter).length > 0;
  } catch {
    return false;
  }
}

async function drawOf(corpus: Corpus, profile: ProfileName): Promise<Pick<Plan, 'source' | 'notes'> & { rows: readonly DrawnAttempt[] }> {
  const committed = committedDraw(corpus, profile);
  if (committed) return { rows: committed, source: 'committed', notes: [] };
  const { profiles, notes } = drawAttempts(await gatherMaterial(corpus), drawSeed);
  return { rows: profiles[profile], source: 'drawn', notes };
}

function toAttempt(row: DrawnAttempt, kinds: ReadonlyMap<string, Attempt['userClipKind']>, seed: number): Attempt {
  return {
    index: 0,
    id: row.attemptId,
    agentClip: row.agentClip,
    userClip: row.userClip,
    userClipKind: row.userClip === null ? null : (kinds.get(row.userClip) ?? null),
    intent: row.intent,
    persona: row.persona,
    condition: row.condition,
    offsetBand: row.offsetBand,
    offsetMs: row.offsetMs,
    gainDb: row.gainDb,
    bed: row.bedClip === null || row.bedSnrDb === null ? null : { clip: row.bedClip, snrDb: row.bedSnrDb },
    seed: seed === drawSeed ? row.seed : seedOf(row.seed, 'run', seed),
  };
}

/** The clean attempts again under each condition. `bed` gives one to those that have none: beds and SNRs in turn. */
function underConditions(drawn: readonly Attempt[], conditions: readonly ConditionName[], corpus: Corpus): Attempt[] {
  const beds = conditions.includes('bed') ? bedsOf(corpus) : null;
  if (beds?.length === 0) {
    throw new BargeinError(`--condition bed: the corpus '${corpus.name}' has no noise clip`, 'add one: `bargein corpus add FILE --intent noise`');
  }
  const unique = [...new Set(conditions)];
  return drawn
    .filter(({ condition }) => condition === 'clean')
    .flatMap((attempt, turn) =>
      unique.map((condition): Attempt => {
        if (condition === 'clean') return attempt;
        const bed = attempt.bed ?? (condition === 'bed' && beds ? bedInTurn(beds, turn) : null);
        return { ...attempt, id: `${attempt.id}.${condition}`, condition, bed };
      }),
    );
}

async function withoutUnrenderable(
  attempts: readonly Attempt[],
  engine: typeof audioEngineAvailable,
): Promise<{ kept: readonly Attempt[]; leftOut: Plan['leftOut'] }> {
  if (!attempts.some(needsRendering)) return { kept: attempts, leftOut: [] };
  const available = await engine();
  if (available.ok) return { kept: attempts, leftOut: [] };
  const kept = attempts.filter((attempt) => !needsRendering(attempt));
  if (kept.length === 0) throw new BargeinError('none of these attempts can be rendered here', available.reason);
  return { kept, leftOut: [{ reason: available.reason, count: attempts.length - kept.length }] };
}

/** The same attempt for the `round`-th time, from 1. */
function repeated(attempt: Attempt, round: number): Attempt {
  return round === 1 ? attempt : { ...attempt, id: `${attempt.id}.${round}`, seed: seedOf(attempt.seed, 'repeat', round) };
}

function checkCount(flag: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new BargeinError(`${flag} ${value} is not a count`, 'give a whole number of 1 or more');
}

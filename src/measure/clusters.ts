import { sum } from 'simple-statistics';
import { studentT95, z95 } from './distributions.js';

/** Which clips each attempt of a sample shares with others: numbers from 0, one an attempt. */
export interface Clusters {
  readonly user: readonly number[];
  readonly agent: readonly number[];
  readonly cell: readonly number[];
  readonly userClips: number;
  readonly agentClips: number;
  readonly cells: number;
  /** Every clip occurs once: the attempts are independent. */
  readonly distinct: boolean;
}

/** One attempt's clips; a user clip of null is shared with no one. */
export interface ClipPair {
  readonly userClip: string | null;
  readonly agentClip: string;
}

export function clusterByClip(attempts: readonly ClipPair[]): Clusters {
  const users = new Map<string, number>();
  const agents = new Map<string, number>();
  const pairs = new Map<string, number>();
  const number = (seen: Map<string, number>, key: string) => {
    if (!seen.has(key)) seen.set(key, seen.size);
    return seen.get(key) as number;
  };
  const keyOf = ({ userClip }: ClipPair, i: number) => (userClip === null ? `#${i}` : `=${userClip}`);
  const user = attempts.map((attempt, i) => number(users, keyOf(attempt, i)));
  const agent = attempts.map(({ agentClip }) => number(agents, agentClip));
  const cell = attempts.map((_, i) => number(pairs, `${user[i]}|${agent[i]}`));
  const distinct = users.size === attempts.length && agents.size === attempts.length;
  return { user, agent, cell, userClips: users.size, agentClips: agents.size, cells: pairs.size, distinct };
}

/**
 * How many independent attempts a rate over clustered ones is worth.
 *
 * Variance of the rate clustered two ways, by user clip and by agent clip (Cameron, Gelbach & Miller 2011, V_user + V_agent
 * - V_both, each with the factor G / (G - 1)), never below any of its one-way parts nor below that of independent attempts;
 * n over the design effect; times (z / t)^2 with G - 1 degrees of freedom of the smaller clustering (Korn & Graubard 1998),
 * since few clips say little about their own variance.
 *
 * A clustering with a single clip is taken as fixed: the rate is then one over this clip. Where all attempts agree there is
 * no variance to estimate: the number of clips of the smaller clustering stands in, as if each clip had spoken once.
 */
export function effectiveSize(hits: readonly boolean[], clusters: Clusters): number {
  const n = hits.length;
  if (clusters.distinct || n < 2) return n;
  const ways = [
    { of: clusters.user, count: clusters.userClips },
    { of: clusters.agent, count: clusters.agentClips },
  ].filter(({ count }) => count > 1);
  const fewest = Math.min(n, ...ways.map(({ count }) => count));
  if (fewest === n) return n;
  const rate = hits.filter(Boolean).length / n;
  if (rate === 0 || rate === 1) return fewest;
  const independent = (rate * (1 - rate)) / n;
  const parts = ways.map(({ of, count }) => clusteredVariance(hits, rate, of, count));
  const both = ways.length === 2 ? sum(parts) - clusteredVariance(hits, rate, clusters.cell, clusters.cells) : parts[0];
  const design = Math.max(1, Math.max(both, ...parts) / independent);
  return (n / design) * (z95 / studentT95(fewest - 1)) ** 2;
}

/** G / (G - 1) times the sum over clusters of their squared residual sums, over n^2. */
function clusteredVariance(hits: readonly boolean[], rate: number, of: readonly number[], count: number): number {
  const sums = new Float64Array(count);
  for (let i = 0; i < hits.length; i++) sums[of[i]] += (hits[i] ? 1 : 0) - rate;
  return ((count / (count - 1)) * sums.reduce((total, value) => total + value * value, 0)) / hits.length ** 2;
}

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

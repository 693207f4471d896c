import type { Clusters } from './clusters.js';

/** How the intervals were made and on how many clips, for readers of a report. */
export function describeMethod(clusters: Clusters, n: number): string {
  const { userClips, agentClips, distinct } = clusters;
  if (n === 0) return 'No intervals: no valid interruption was measured.';
  if (distinct) return `95 % intervals: Wilson for rates, exact order statistics for percentiles; ${n} interruptions, no clip used twice.`;
  const drawn = `${n} interruptions from ${userClips} user ${clips(userClips)} and ${agentClips} agent ${clips(agentClips)}`;
  const ways = [userClips > 1 ? 'user clip' : '', agentClips > 1 ? 'agent clip' : ''].filter((way) => way !== '');
  if (ways.length === 0) return `95 % intervals: Wilson and order statistics over ${drawn}: the figures hold for these two clips alone.`;
  const fixed = ways.length === 1 ? `; the figures hold for this one ${userClips === 1 ? 'user' : 'agent'} clip alone` : '';
  return (
    `95 % intervals: Wilson for rates and order statistics for percentiles, on the effective number of attempts, ` +
    `clustered by ${ways.join(' and ')} (${drawn}${fixed}); where all attempts agree, the number of clips stands in for it.`
  );
}

function clips(count: number): string {
  return count === 1 ? 'clip' : 'clips';
}

import { BargeinError, nearest } from '../errors.js';
import type { Attempt } from '../types.js';
import type { GateGroup } from './gate-groups.js';
import { gateMetrics } from './gate-metrics.js';
import type { Gate } from './gate-parser.js';

/** What of an attempt is known before it is replayed, and decides which groups it is in. */
export type PlannedAttempt = Pick<Attempt, 'intent' | 'persona' | 'condition' | 'agentClip' | 'userClipKind' | 'offsetBand'>;

/** null: in no group of that kind. The band is that of the offset asked for: what is heard later lies in it or beside it. */
const valueIn: Readonly<Record<GateGroup['group'], (attempt: PlannedAttempt) => string | null>> = {
  intent: ({ intent }) => intent,
  persona: ({ persona }) => persona,
  condition: ({ condition }) => condition,
  agent_clip: ({ agentClip }) => agentClip,
  user_clip_kind: ({ userClipKind }) => userClipKind,
  offset_band: ({ offsetBand }) => offsetBand,
};

/** Values that a hint lists, at most: a corpus may have hundreds of clips. */
const mostListed = 12;
const remedy = 'change --filter, --condition, --limit or --profile, or take the gate out';

/**
 * Holds gates against the attempts of a run before they are replayed.
 * @throws BargeinError for a gate that these attempts cannot answer: none of them counts for it. The hint says what there is.
 */
export function refuseUnanswerable(gates: readonly Gate[], attempts: readonly PlannedAttempt[]): void {
  for (const gate of gates) {
    const { intents } = gateMetrics[gate.metric];
    const counted = attempts.filter(({ intent }) => intents === null || intents.includes(intent));
    const refuse = (problem: string, hint: string) => new BargeinError(`gate '${gate.text}': ${problem}`, hint);
    if (counted.length === 0) throw refuse(`the run has no ${intents?.join(' or ') ?? ''} attempt for ${gate.metric}`, `it has ${listed(attempts.map(({ intent }) => intent))}: ${remedy}`);
    if (gate.group && gate.group.group !== 'stack') refuseGroup(gate.metric, gate.group, counted, attempts, refuse);
  }
}

function refuseGroup(metric: string, { group, value }: GateGroup, counted: readonly PlannedAttempt[], all: readonly PlannedAttempt[], refuse: (problem: string, hint: string) => BargeinError): void {
  const valuesOf = (attempts: readonly PlannedAttempt[]) => attempts.flatMap((attempt) => valueIn[group](attempt) ?? []);
  const known = valuesOf(counted);
  if (known.includes(value)) return;
  const intents = gateMetrics[metric].intents ?? [];
  const problem = valuesOf(all).includes(value) ? `${metric} counts ${intents.join(' and ')} attempts, and the run has none of ${group} '${value}'` : `the run has no attempts of ${group} '${value}'`;
  const near = nearest(value, [...new Set(known)]);
  const there = known.length === 0 ? `it has no ${group} among them` : `${near === null ? '' : `did you mean '${near}'? `}of ${group} it has ${listed(known)}`;
  throw refuse(problem, `${there}: ${remedy}`);
}

function listed(values: readonly string[]): string {
  const names = [...new Set(values)].sort();
  const more = names.length - mostListed;
  return more > 0 ? `${names.slice(0, mostListed).join(', ')} and ${more} more` : names.join(', ');
}

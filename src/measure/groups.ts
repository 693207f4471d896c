import { interrupters } from '../corpus/personas.js';
import type { AttemptResult, OffsetBand } from '../types.js';
import type { GroupName } from './figures.js';

export interface Group {
  readonly group: GroupName;
  /** null for `all`. */
  readonly value: string | null;
  readonly results: readonly AttemptResult[];
}

/** What the rows of a kind are told apart by; null: the attempt belongs to none of them. */
const keys: Record<Exclude<GroupName, 'all'>, (result: AttemptResult) => string | null> = {
  intent: ({ attempt }) => attempt.intent,
  persona: ({ attempt }) => attempt.persona,
  condition: ({ attempt }) => attempt.condition,
  agent_clip: ({ attempt }) => attempt.agentClip,
  user_clip_kind: ({ attempt }) => attempt.userClipKind,
  offset_band: bandOf,
};

/** Where the early bands end, ms. */
const firstBandMs = 300;
const twoWordsBandMs = 950;

/** The band of the offset as it was heard. Middle and late are halves of the response, which the draw knows. */
function bandOf({ attempt, actualOffsetMs }: AttemptResult): OffsetBand {
  if (actualOffsetMs === null) return attempt.offsetBand;
  if (actualOffsetMs <= firstBandMs) return 'first-300ms';
  if (actualOffsetMs <= twoWordsBandMs) return 'two-words';
  return attempt.offsetBand === 'late' ? 'late' : 'middle';
}

/** Values that have an order of their own; the others are sorted by name. */
const valueOrder: Partial<Record<GroupName, readonly string[]>> = {
  intent: ['interruption', 'backchannel', 'noise', 'control'],
  persona: [...interrupters, 'listener', 'room', 'none'],
  condition: ['clean', 'telephone', 'bed', 'echo', 'jitter'],
  user_clip_kind: ['human', 'synthetic'],
  offset_band: ['first-300ms', 'two-words', 'middle', 'late'],
};

/**
 * All attempts, then each kind of group with its values in a fixed order, whatever the order of the results.
 * @param leftOut kinds that say nothing of these results
 */
export function groupResults(results: readonly AttemptResult[], leftOut: readonly GroupName[] = []): Group[] {
  const groups: Group[] = [{ group: 'all', value: null, results }];
  for (const [group, keyOf] of Object.entries(keys) as [Exclude<GroupName, 'all'>, (typeof keys)['intent']][]) {
    if (leftOut.includes(group)) continue;
    const byValue = new Map<string, AttemptResult[]>();
    for (const result of results) {
      const value = keyOf(result);
      if (value === null) continue;
      const members = byValue.get(value);
      if (members) members.push(result);
      else byValue.set(value, [result]);
    }
    const values = [...byValue.keys()].sort(byOrder(valueOrder[group] ?? []));
    groups.push(...values.map((value) => ({ group, value, results: byValue.get(value) as AttemptResult[] })));
  }
  return groups;
}

/** By place in `order`, the others after it by code unit: the same on every machine. */
export function byOrder(order: readonly string[]): (a: string, b: string) => number {
  const place = (value: string) => (order.includes(value) ? order.indexOf(value) : order.length);
  return (a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}

export const intentOrder = valueOrder.intent as readonly string[];

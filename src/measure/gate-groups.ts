import { traitsOf } from '../corpus/personas.js';
import type { ConditionName, OffsetBand, UserClipKind } from '../types.js';
import type { GroupFigures, GroupName, Summary } from './figures.js';
import { intentOrder } from './groups.js';

/** One group of a summary: `persona=angry`. */
export interface GateGroup {
  readonly group: Exclude<GroupName, 'all'>;
  readonly value: string;
}

/** A stage of a trace, with the figure where it is of one: `tts.first_byte`, `llm`. */
export interface StackGroup {
  readonly group: 'stack';
  readonly value: string;
}

/** The values of each kind of group; those of agent clips are the corpus' own, and not known here. */
export const groupValues: Readonly<Record<Exclude<GroupName, 'all'>, readonly string[] | null>> = {
  intent: intentOrder,
  persona: Object.keys(traitsOf),
  condition: ['clean', 'telephone', 'bed', 'echo', 'jitter'] satisfies ConditionName[],
  agent_clip: null,
  user_clip_kind: ['human', 'synthetic'] satisfies UserClipKind[],
  offset_band: ['first-300ms', 'two-words', 'middle', 'late'] satisfies OffsetBand[],
};

export const groupKinds = Object.keys(groupValues) as Exclude<GroupName, 'all'>[];

/** Every value that names its group by itself: no two kinds share one. */
export const plainValues: readonly string[] = groupKinds.flatMap((kind) => groupValues[kind] ?? []);

/** The kind that has a value; null: none has. */
export function kindOfValue(value: string): Exclude<GroupName, 'all'> | null {
  return groupKinds.find((kind) => groupValues[kind]?.includes(value)) ?? null;
}

/** The figures that a gate is set on: of the whole run, or of a group; null where the run has no attempts of it. */
export function findGroup({ groups }: Summary, wanted: GateGroup | StackGroup | null): GroupFigures | null {
  if (wanted === null) return groups[0];
  return groups.find(({ group, value }) => group === wanted.group && value === wanted.value) ?? null;
}

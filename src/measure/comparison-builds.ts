import type { OptionValue, RunInfo } from '../types.js';

/** What names a build, and how it is set. */
export type Build = Pick<RunInfo, 'label' | 'agent' | 'agentOptions'>;

/** Something in which two builds differ; null: that build has no such option. */
export interface BuildDifference {
  /** `agent`, `label`, or the name of an option of the agent. */
  readonly name: string;
  readonly base: OptionValue | null;
  readonly head: OptionValue | null;
}

/** What differs between two builds and may: it is what is compared. Agent and label first, options by name. */
export function buildDifferences(base: Build, head: Build): BuildDifference[] {
  const names = [...new Set([...Object.keys(base.agentOptions), ...Object.keys(head.agentOptions)])].sort();
  return [
    { name: 'agent', base: base.agent, head: head.agent },
    { name: 'label', base: base.label, head: head.label },
    ...names.map((name) => ({ name, base: base.agentOptions[name] ?? null, head: head.agentOptions[name] ?? null })),
  ].filter(({ base: before, head: after }) => before !== after);
}

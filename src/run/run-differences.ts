import { isDeepStrictEqual } from 'node:util';
import type { SavedRun } from '../report/results.js';
import type { RunInfo } from '../types.js';

/** Told once, as facts of the run: the configuration repeats them. */
const repeated = ['agent', 'clock', 'label', 'profile', 'seed', 'withinMs'];

/**
 * What differs between results that should be of one run: one line a setting, naming the first two that disagree. Where and when they were
 * measured, and which shard they are, may differ.
 */
export function differencesOf(runs: readonly SavedRun[]): string[] {
  const [first, ...others] = runs.map(({ folder, info }) => ({ folder, facts: factsOf(info) }));
  const lines: string[] = [];
  const told = new Set<string>();
  for (const name of new Set([first, ...others].flatMap(({ facts }) => [...facts.keys()]))) {
    const other = others.find(({ facts }) => !isDeepStrictEqual(facts.get(name), first.facts.get(name)));
    // An option of the agent is in force because it was given: one line says it. The key comes last, and says what no line could.
    const saidBefore = told.has(name.replace('configuration.', '')) || (name === 'runKey' && lines.length > 0);
    if (!other || saidBefore) continue;
    told.add(name);
    lines.push(`${name} is ${shown(first.facts.get(name))} in ${first.folder} and ${shown(other.facts.get(name))} in ${other.folder}`);
  }
  return lines;
}

function factsOf({ version, label, agent, agentOptions, clock, seed, corpus, draw, withinMs, configuration, runKey }: RunInfo): Map<string, unknown> {
  const given = Object.fromEntries(Object.entries(configuration).filter(([name]) => !repeated.includes(name)));
  return flattened({ version, label, agent, agentOptions, clock, seed, corpus, draw, withinMs, configuration: given, runKey });
}

/** Every value by its dotted name; lists stay whole. */
function flattened(value: object, prefix = ''): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? [...flattened(inner, `${prefix}${name}.`)] : [[`${prefix}${name}`, inner] as const],
    ),
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}

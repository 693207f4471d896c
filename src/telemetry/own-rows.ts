import { ownPrefix } from './emit/names.js';
import type { AgentOptions, Ms, OptionValue } from '../types.js';
import { numberOf, textOf } from './attribute-values.js';
import type { Span } from './span.js';

const idColumn = `${ownPrefix}attempt_id`;
const outcomeColumn = `${ownPrefix}outcome`;

/** A row of attempts.csv as a span carries it: values by column. A missing value has no attribute. */
export type OwnCells = Readonly<Record<string, string | number | boolean>>;

/** What the resource says of the run; null: it does not. */
export interface OwnRun {
  readonly runId: string | null;
  readonly agent: string | null;
  readonly label: string | null;
  readonly errorBarMs: Ms | null;
  readonly clock: string | null;
  readonly agentOptions: AgentOptions;
}

export function ownRun({ resource }: Span): OwnRun {
  const said = (name: string) => resource[`${ownPrefix}${name}`];
  return { runId: textOf(said('run_id')), agent: textOf(said('agent')), label: textOf(said('label')), errorBarMs: numberOf(said('error_bar_ms')), clock: textOf(said('clock')), agentOptions: optionsOf(resource) };
}

const optionPrefix = `${ownPrefix}param_`;

function optionsOf(resource: Span['resource']): AgentOptions {
  const options: Record<string, OptionValue> = {};
  for (const name in resource) {
    const value = resource[name];
    if (name.startsWith(optionPrefix) && typeof value !== 'object') options[name.slice(optionPrefix.length)] = value;
  }
  return options;
}

/** The row that a span carries; null where it carries none. */
export function ownCells({ attributes }: Span): OwnCells | null {
  if (attributes[idColumn] === undefined || attributes[outcomeColumn] === undefined) return null;
  const cells: Record<string, string | number | boolean> = {};
  for (const name in attributes) {
    if (!name.startsWith(ownPrefix)) continue;
    const value = attributes[name];
    if (typeof value !== 'object') cells[name.slice(ownPrefix.length)] = value;
  }
  return cells;
}

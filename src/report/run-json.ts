import type { Summary } from '../measure/figures.js';
import type { RunInfo } from '../types.js';

/** run.json: everything about a run that is not a result. */
export function runJson(run: RunInfo): string {
  return stableJson(run);
}

/** What `--json` prints: `{ run, summary }`, the run as in run.json. */
export function summaryJson(run: RunInfo, summary: Summary): string {
  return stableJson({ run, summary });
}

/** JSON whose keys are sorted, so that equal values are equal bytes however they were built; what is not finite is null. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(sortedKeys(value), null, 2)}\n`;
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

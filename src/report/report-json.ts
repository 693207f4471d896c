import type { Report } from './report.js';
import { stableJson } from './run-json.js';

/** report.json: everything in one document (docs/report-json.md), keys sorted, lines with `\n`. */
export function reportJson({ info, summary, gates, comparison, results }: Report): string {
  return stableJson({ schemaVersion: 1, run: info, summary, gates, comparison, attempts: results });
}

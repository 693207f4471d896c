import type { Comparison, ComparisonLine, Flip } from '../measure/comparison.js';
import { csvHeader, csvMs, csvRate, csvRow } from './csv.js';
import type { CsvColumn } from './csv.js';

interface LineRow {
  readonly comparison: Comparison;
  readonly line: ComparisonLine;
}

/** A rate to 6 decimals, ms to 3. */
function inUnit({ line }: LineRow, value: number | null): number | null {
  return line.unit === 'rate' ? csvRate(value) : csvMs(value);
}

/** Six digits however small: a p of 1e-9 is not 0. */
function csvP(p: number | null): number | null {
  return p === null ? null : Number(p.toPrecision(6));
}

/** Names, order and meaning are an interface: docs/statistics.md. */
const lineColumns: readonly CsvColumn<LineRow>[] = [
  { name: 'base_run_id', value: ({ comparison }) => comparison.base.runId },
  { name: 'base_label', value: ({ comparison }) => comparison.base.label },
  { name: 'base_agent', value: ({ comparison }) => comparison.base.agent },
  { name: 'head_run_id', value: ({ comparison }) => comparison.head.runId },
  { name: 'head_label', value: ({ comparison }) => comparison.head.label },
  { name: 'head_agent', value: ({ comparison }) => comparison.head.agent },
  { name: 'metric', value: ({ line }) => line.metric },
  { name: 'unit', value: ({ line }) => line.unit },
  { name: 'better', value: ({ line }) => line.better },
  { name: 'n_pairs', value: ({ line }) => line.n },
  { name: 'base', value: (row) => inUnit(row, row.line.base) },
  { name: 'head', value: (row) => inUnit(row, row.line.head) },
  { name: 'difference', value: (row) => inUnit(row, row.line.difference) },
  { name: 'difference_lo', value: (row) => inUnit(row, row.line.lo) },
  { name: 'difference_hi', value: (row) => inUnit(row, row.line.hi) },
  { name: 'p', value: ({ line }) => csvP(line.p) },
  { name: 'p_holm', value: ({ line }) => csvP(line.pHolm) },
  { name: 'smallest', value: (row) => inUnit(row, row.line.smallest) },
  { name: 'method', value: ({ line }) => line.method },
  { name: 'verdict', value: ({ line }) => line.verdict },
  { name: 'note', value: ({ line }) => line.note },
  { name: 'mismatches', value: ({ comparison }) => comparison.mismatches.join('; ') || null },
  { name: 'warnings', value: ({ comparison }) => comparison.warnings.join('; ') || null },
];

const flipColumns: readonly CsvColumn<Flip>[] = [
  { name: 'attempt_id', value: ({ attemptId }) => attemptId },
  { name: 'direction', value: ({ direction }) => direction },
  { name: 'intent', value: ({ intent }) => intent },
  { name: 'persona', value: ({ persona }) => persona },
  { name: 'condition', value: ({ condition }) => condition },
  { name: 'agent_clip', value: ({ agentClip }) => agentClip },
  { name: 'user_clip', value: ({ userClip }) => userClip },
  { name: 'base_outcome', value: ({ baseOutcome }) => baseOutcome },
  { name: 'base_stop_latency_ms', value: ({ baseMs }) => csvMs(baseMs) },
  { name: 'head_outcome', value: ({ headOutcome }) => headOutcome },
  { name: 'head_stop_latency_ms', value: ({ headMs }) => csvMs(headMs) },
  { name: 'limits_ms', value: ({ limitsMs }) => limitsMs.join('|') || null },
];

/** compare.csv: one row a line of the comparison. */
export function comparisonCsv(comparison: Comparison): string {
  return csvHeader(lineColumns) + comparison.lines.map((line) => csvRow(lineColumns, { comparison, line })).join('');
}

/** compare-flips.csv: one row an attempt that came out differently, the worst first. */
export function flipsCsv({ flips }: Comparison): string {
  return csvHeader(flipColumns) + flips.map((flip) => csvRow(flipColumns, flip)).join('');
}

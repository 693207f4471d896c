import type { RunInfo, StackFigure, StageFigures } from '../types.js';
import { csvHeader, csvMs, csvRow } from './csv.js';
import type { CsvColumn } from './csv.js';

interface Row {
  readonly run: Pick<RunInfo, 'runId' | 'label' | 'agent'>;
  readonly stage: StageFigures;
  readonly figure: StackFigure;
}

/** Names, order and meaning are an interface: docs/csv.md. */
const columns: readonly CsvColumn<Row>[] = [
  { name: 'run_id', value: ({ run }) => run.runId },
  { name: 'label', value: ({ run }) => run.label },
  { name: 'agent', value: ({ run }) => run.agent },
  { name: 'stage', value: ({ stage }) => stage.stage },
  { name: 'figure', value: ({ figure }) => figure.name },
  { name: 'n_spans', value: ({ stage }) => stage.n },
  { name: 'n_errors', value: ({ stage }) => stage.errors },
  { name: 'n', value: ({ figure }) => figure.n },
  { name: 'n_nothing', value: ({ figure }) => figure.nothing },
  { name: 'p50_ms', value: ({ figure }) => csvMs(figure.p50Ms) },
  { name: 'p95_ms', value: ({ figure }) => csvMs(figure.p95Ms) },
  { name: 'p99_ms', value: ({ figure }) => csvMs(figure.p99Ms) },
  { name: 'page_limit_ms', value: ({ stage, figure }) => (figure.name === 'first_byte' ? stage.pageLimitMs : null) },
  { name: 'over_limit', value: ({ stage, figure }) => (figure.name === 'first_byte' ? stage.overLimit : null) },
  { name: 'n_revisable', value: ({ stage, figure }) => (figure.name === 'revision' ? (stage.revised?.n ?? null) : null) },
  { name: 'n_revised', value: ({ stage, figure }) => (figure.name === 'revision' ? (stage.revised?.count ?? null) : null) },
];

/** stack.csv: one row a figure of a stage. */
export function stackCsv(run: Row['run'], stack: readonly StageFigures[]): string {
  const rows = stack.flatMap((stage) => stage.figures.map((figure) => csvRow(columns, { run, stage, figure })));
  return csvHeader(columns) + rows.join('');
}

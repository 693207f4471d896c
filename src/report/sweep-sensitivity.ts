import type { FigureSpan, Sensitivity, UnsteadyAttempt } from '../measure/sensitivity.js';
import { nothing } from './format.js';
import { columns, wrap } from './layout.js';
import type { SweepReport } from './sweep-report.js';
import type { Style } from './terminal-figures.js';

/** Attempts named on the terminal, at most; all are in measure-changes.csv. */
const named = 12;

/** How much the conclusions hang on the detector. */
export function sensitivityLines({ points, figures }: SweepReport, { figures: spans, attempts, outcomeChanged, limitCrossed }: Sensitivity, { paint, width }: Style): string[] {
  if (points.length === 1) return [];
  const head = ['', 'as run', 'lowest', 'highest', 'span'].map((text) => paint.dim(text));
  const rows = spans.map((span) => spanCells(span, points.length));
  const change = (attempt: UnsteadyAttempt) => `${attempt.attempt.id} (${describeChange(attempt, figures.reference)})`;
  return [
    paint.bold('How much hangs on the detector'),
    ...columns([head, ...rows], 'lrrrl'),
    ...wrap(`The outcome changes in ${outcomeChanged.length} of ${attempts} attempts${list(outcomeChanged.map(change))}`, width, '  '),
    ...wrap(`A latency crosses a limit in ${limitCrossed.length} more${list(limitCrossed.map(({ attempt, limitsMs }) => `${attempt.id} (${limitsMs.join(', ')} ms)`))}`, width, '  '),
  ];
}

/** The figure, its value at the reference, the lowest, the highest, and how far these are apart. */
export function spanCells(span: FigureSpan, points: number): string[] {
  return [span.figure, show(span, span.atReference), show(span, span.lowest), show(span, span.highest), spanText(span, points)];
}

function show({ unit }: FigureSpan, value: number | null): string {
  if (value === null) return nothing;
  return unit === 'rate' ? `${(100 * value).toFixed(1)} %` : `${value.toFixed(1)} ms`;
}

function spanText({ unit, span, missing }: FigureSpan, points: number): string {
  if (span === null) return `no value at ${missing} of ${points}`;
  return unit === 'rate' ? `${(100 * span).toFixed(1)} points` : `${span.toFixed(1)} ms`;
}

/** `yielded -> resumed #3`: from the reference to the first point that differs. */
function describeChange({ outcomes }: UnsteadyAttempt, reference: number): string {
  const at = outcomes.findIndex((outcome) => outcome !== outcomes[reference]);
  return `${outcomes[reference] ?? 'none'} -> ${outcomes[at] ?? 'none'} at #${at + 1}`;
}

function list(texts: readonly string[]): string {
  if (texts.length === 0) return '.';
  const more = texts.length > named ? `, and ${texts.length - named} more (measure-changes.csv)` : '';
  return `: ${texts.slice(0, named).join(', ')}${more}.`;
}

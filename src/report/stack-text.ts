import type { Ms, RunInfo, StackFigureName, StageFigures, Tallied } from '../types.js';
import { nothing } from './format.js';

/** Cells of the stack table as every report shows it. */
export const stackHeads = ['stage', 'figure', 'n', 'p50', 'p95', 'p99', 'nothing', 'errors', 'page at p95'] as const;
export const stackAlign = 'llrrrrrrl';

const names: Readonly<Record<StackFigureName, string>> = {
  first_byte: 'first byte',
  total: 'total',
  first_partial: 'first partial',
  final: 'final',
  revision: 'partial to final',
  largest_gap: 'largest gap',
  jitter: 'jitter',
  buffer_depth: 'buffer',
  max_buffer_depth: 'largest buffer',
};

/** One row a figure; what is of the stage as a whole stands in its first. */
export function stackRows(stack: readonly StageFigures[]): string[][] {
  return stack.flatMap((stage) =>
    stage.figures.map(({ name, n, nothing: none, p50Ms, p95Ms, p99Ms }, i) => [
      i === 0 ? stage.stage : '',
      names[name],
      String(n),
      bareMs(p50Ms),
      bareMs(p95Ms),
      bareMs(p99Ms),
      none === 0 ? '' : String(none),
      i === 0 ? String(stage.errors) : '',
      name === 'first_byte' ? pageText(stage) : '',
    ]),
  );
}

/** What the table cannot hold. */
export function stackNotes(stack: readonly StageFigures[]): string[] {
  const revised = stack.find(({ stage }) => stage === 'asr')?.revised;
  return [
    'Times in ms, each the length of something on one span: no clock is held against another. Percentiles by nearest rank; spans that produced nothing (-1) are counted and in none.',
    ...(revised && revised.n > 0 ? [`Final transcripts of other words than the last partial one: ${revised.count} of ${revised.n}.`] : []),
  ];
}

/** `1 call`, `2 calls`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12 x what (first: example)`. */
export function describeTallied({ what, count, example }: Tallied): string {
  return `${count} x ${what}${example === null ? '' : ` (first: ${example})`}`;
}

/** What is not in any figure, or should be known of it: with its title, where there is any. */
export function tracedLists({ trace }: Pick<RunInfo, 'trace'>): { title: string; items: readonly Tallied[] }[] {
  if (trace === null) return [];
  return [
    { title: 'Barge-ins without a latency, in no figure', items: trace.unmeasured },
    { title: 'Defects of the input', items: trace.defects },
    { title: 'Also seen', items: trace.notes },
  ].filter(({ items }) => items.length > 0);
}

function pageText({ pageLimitMs, overLimit }: StageFigures): string {
  if (pageLimitMs === null) return '';
  return overLimit === null ? `${pageLimitMs}` : overLimit ? `${pageLimitMs} OVER` : `${pageLimitMs} ok`;
}

function bareMs(ms: Ms | null): string {
  return ms === null ? nothing : ms.toFixed(1);
}

import { caveatOf } from '../measure/trace-trust.js';
import type { Summary } from '../measure/figures.js';
import type { RunInfo } from '../types.js';
import { columns, wrap } from './layout.js';
import { counted, describeTallied, stackAlign, stackHeads, stackNotes, stackRows, tracedLists } from './stack-text.js';
import type { Style } from './terminal-figures.js';

/** What was read. */
export function traceTitle(run: RunInfo, { paint, width }: Style): string[] {
  const { trace } = run;
  if (trace === null) return [];
  const [first, ...rest] = wrap(`bargein ${run.version} · trace of ${run.agent} · ${run.label} · run ${run.runId}`, width, '  ');
  const read = `${counted(trace.spans, 'span')}, ${counted(trace.calls, 'call')}, ${counted(run.draw.attempts, 'barge-in')} with an outcome, from ${trace.sources.join(', ')}`;
  return [paint.bold(first), ...rest, ...wrap(read, width, '  ')];
}

/** The first thing to know of every figure below it. */
export function caveat(run: RunInfo, { groups }: Summary, { paint, width }: Style): string[] {
  return run.trace === null ? [] : wrap(caveatOf(run.trace, groups[0].n), width, '').map((line) => paint.yellow(line));
}

/** The stages of the pipeline. */
export function stackTable({ trace }: RunInfo, { paint, width }: Style): string[] {
  if (trace === null || trace.stack.length === 0) return [];
  const rows = stackRows(trace.stack).map((cells) => [...cells.slice(0, -1), cells[cells.length - 1].replace('OVER', paint.red('OVER'))]);
  return [paint.bold('The stack'), ...columns([stackHeads.map((name) => paint.dim(name)), ...rows], stackAlign, 1), ...stackNotes(trace.stack).flatMap((note) => wrap(`  ${note}`, width, '  '))];
}

/** What is wrong, what is missing, and what else was seen. */
export function tracedTallies(run: RunInfo, { paint, width }: Style): string[] {
  return tracedLists(run).flatMap(({ title, items }) => [paint.bold(title), ...items.flatMap((item) => wrap(`  ${describeTallied(item)}`, width, '    '))]);
}

import { caveatOf } from '../measure/trace-trust.js';
import type { RunInfo, TraceFacts } from '../types.js';
import { code, folded, prose, table } from './markdown-text.js';
import type { Report } from './report.js';
import { counted, describeTallied, stackAlign, stackHeads, stackNotes, stackRows, tracedLists } from './stack-text.js';

/** What was read. */
export function traceHead({ label, agent, runId, draw }: RunInfo, { spans, calls, sources }: TraceFacts): string {
  return `Trace of ${code(agent)}, ${code(label)}: ${counted(draw.attempts, 'barge-in')} in ${counted(calls, 'call')}, ${counted(spans, 'span')} from ${sources.map(code).join(', ')}, run ${code(runId)}`;
}

/** The first thing to know of every figure below it. */
export function caveatSection({ info: { trace }, summary }: Report): string[] {
  return trace === null ? [] : [`> ${prose(caveatOf(trace, summary.groups[0].n))}`];
}

export function stackSection({ info: { trace } }: Report): string[] {
  if (trace === null || trace.stack.length === 0) return [];
  const rows = stackRows(trace.stack).map((cells) => [...cells.slice(0, -1), cells[cells.length - 1].replace('OVER', '**OVER**')]);
  return ['### The stack', '', ...table(stackHeads, rows, stackAlign), '', ...stackNotes(trace.stack).map(prose)];
}

export function talliesSection({ info }: Report): string[] {
  return tracedLists(info).flatMap(({ title, items }, i) => [...(i === 0 ? [] : ['']), ...folded(title, items.map((item) => `- ${prose(describeTallied(item))}`))]);
}

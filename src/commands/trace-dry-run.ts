import { columns, wrap } from '../report/layout.js';
import type { MappingCheck } from '../run/trace.js';
import { describeFault } from '../telemetry/index.js';
import type { Terminal } from './terminal.js';

/** Names that are listed, at most: the most frequent ones. */
const mostNames = 40;
const width = 80;

/** What the mapping found in an input and what it did not: no figures. */
export function describeMappingCheck({ spans, names, rules, calls, tally }: MappingCheck, { columns: room }: Pick<Terminal, 'columns'>): string {
  const line = Math.max(room, width);
  const listed = (items: readonly string[]) => items.flatMap((item) => wrap(`  ${item}`, line, '    '));
  const matched = rules.filter(({ taken }) => taken > 0);
  const lacking = rules.filter((rule) => rule.lacking > 0);
  const silent = rules.filter((rule) => rule.taken === 0 && rule.lacking === 0);
  const shown = names.slice(0, mostNames);
  const further = names.length - shown.length;
  const sections = [
    [`${spans} spans with ${names.length} names; ${calls} calls with a moment of a barge-in`],
    ['Names of spans, and how many of each the mapping took', ...columns(shown.map(({ name, seen, taken }) => [name.slice(0, 50), String(seen), taken === 0 ? '-' : String(taken)]), 'lrr'), ...(further > 0 ? [`  and ${further} more names`] : [])],
    ['Rules that found something', ...listed(matched.map(({ label, taken }) => `${taken} x ${label}`))],
    ['Looked for on spans that lack it', ...listed(lacking.map(({ label, lacking: count }) => `${count} x ${label}`))],
    ['Rules that found nothing', ...listed(silent.map(({ label }) => label))],
    ['Faults of the input', ...listed(tally.faults.map(describeFault))],
  ];
  return `${sections.filter((lines, i) => i === 0 || lines.length > 1).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

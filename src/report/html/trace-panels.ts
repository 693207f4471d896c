import { caveatOf } from '../../measure/trace-trust.js';
import type { TraceFacts } from '../../types.js';
import type { Report } from '../report.js';
import { describeTallied, stackAlign, stackHeads, stackNotes, stackRows, tracedLists } from '../stack-text.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { table } from './table.js';

/** The first thing to know of figures that were read from spans; nothing for a replay. */
export function caveatBanner({ info: { trace }, summary }: Report): Markup | null {
  return trace && html`<div class="banner warn" role="note">${caveatOf(trace, summary.groups[0].n)}</div>`;
}

/** The stages against their page limits, and what was wrong with the input. */
export function stackPanel({ info }: Report, { stack }: TraceFacts): Markup {
  const lists = tracedLists(info).map(({ title, items }) => html`<details><summary>${title}</summary><ul>${items.map((item) => html`<li>${describeTallied(item)}</li>`)}</ul></details>`);
  if (stack.length === 0) return html`<p class="note">No span is of a stage.</p>${lists}`;
  const columns = stackHeads.map((name, i) => ({ name, numeric: stackAlign[i] === 'r' }));
  return html`${table({ caption: 'Stages of the stack', columns, rows: stackRows(stack) })}<ul>${stackNotes(stack).map((note) => html`<li>${note}</li>`)}</ul>${lists}`;
}

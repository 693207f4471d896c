import { html } from './markup.js';
import type { Content, Markup } from './markup.js';

export interface Column {
  readonly name: Content;
  /** Numbers stand right. */
  readonly numeric?: boolean;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Content[])[];
  /** Many columns: less room between them, heads of several lines. */
  readonly dense?: boolean;
}

/** A table that scrolls by itself where it does not fit; the first cell of a row names it. */
export function table({ caption, columns, rows, dense }: Table): Markup {
  return html`<div class="scroll${dense === true && ' dense'}" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ name, numeric }) => html`<th scope="col"${numeric === true && html` class="n"`}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td${columns[i].numeric === true && html` class="n"`}>${cell}</td>`))}</tr>
`)}</tbody>
</table></div>`;
}

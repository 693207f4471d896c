import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, plain, raw } from './markup.js';
import type { Content, Markup } from './markup.js';
import { table } from './table.js';
import type { Table } from './table.js';

export interface Chart {
  /** What the chart shows, in a sentence: read out in its place. */
  readonly label: string;
  /** Shown above it, where its neighbours look alike. */
  readonly title?: string;
  /** What to draw at a width, px. */
  draw(widthPx: number): Plot.PlotOptions;
  /** Names of what is drawn. */
  readonly legend?: readonly LegendEntry[];
  /** The numbers behind it. */
  readonly behind: Table;
  readonly note?: Content;
}

export interface LegendEntry {
  readonly name: string;
  /** A property of the style sheet, e.g. `--series-0`. */
  readonly colour: string;
  /** As in `stroke-dasharray`; left out: a solid line. */
  readonly dash?: string;
}

/** Drawn twice, so that text stays readable where there is little room: the style sheet shows one. */
const widths = { wide: 900, narrow: 350 } as const;

/** About, of a letter at the size of a chart's text, px. */
const letterPx = 6.7;
const aroundLabelPx = 14;
/** The most of a chart's width that names of its rows take. */
const widestLabels = { wide: 330, narrow: 158 } as const;

/** Names of a chart's rows, at its left: as wide as they need, and where that is too much without their middle, since what tells them apart is at the ends. */
export function rowNames(names: readonly string[], widthPx: number): { readonly marginLeft: number; name(row: number): string } {
  const most = widthPx < 500 ? widestLabels.narrow : widestLabels.wide;
  const letters = Math.floor((most - aroundLabelPx) / letterPx);
  const shown = names.map((name) => shortened([...plain(name)], letters));
  return { marginLeft: Math.ceil(aroundLabelPx + letterPx * Math.max(0, ...shown.map(({ length }) => length))), name: (row) => shown[row] };
}

function shortened(letters: readonly string[], most: number): string {
  if (letters.length <= most) return letters.join('');
  const kept = most - 1;
  return `${letters.slice(0, Math.ceil(kept / 2)).join('')}…${letters.slice(-Math.floor(kept / 2)).join('')}`;
}

/** A chart as SVG, its legend, and the table of its numbers behind a summary. */
export function figure({ label, title, draw, legend = [], behind, note = null }: Chart): Markup {
  return html`<figure>
${title !== undefined && html`<h4>${title}</h4>`}
${legend.length > 0 && html`<ul class="legend">${legend.map(({ name, colour, dash }) => html`<li><svg width="26" height="8" aria-hidden="true"><line x1="1" x2="25" y1="4" y2="4" stroke="var(${colour})" stroke-width="3"${dash === undefined ? null : html` stroke-dasharray="${dash}"`}/></svg>${name}</li>`)}</ul>`}
${Object.entries(widths).map(([name, width]) => html`<div class="${name}">${svg(label, { ...draw(width), width })}</div>`)}
${note !== null && html`<figcaption>${note}</figcaption>`}
<details><summary>Table of the numbers</summary>${table(behind)}</details>
</figure>`;
}

function svg(label: string, options: Plot.PlotOptions): Markup {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({ ...options, document, className: 'plot' }) as unknown as Element;
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', plain(label));
  drawn.querySelector('style')?.remove();
  // Assistive technology is given the label and the table, not every mark.
  for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return raw(drawn.outerHTML);
}

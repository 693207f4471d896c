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

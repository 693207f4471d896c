import * as Plot from '@observablehq/plot';
import type { Decomposition, LatencyPart } from '../../measure/figures.js';
import { decompositionSentences, partNames } from '../decomposition-text.js';
import { percentileName } from '../format.js';
import { figure } from './chart.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';

const colours: Readonly<Record<LatencyPart, string>> = {
  detect: '--series-1',
  decide: '--series-2',
  'detect-and-decide': '--series-2',
  flush: '--series-4',
  drain: '--series-3',
  'flush-and-drain': '--series-3',
};

/** What p50 and p95 of the stop latency are made of, one bar each; nothing where no attempt could be taken apart. */
export function partsChart(decomposition: Decomposition): Markup | null {
  const bars = decomposition.percentiles.flatMap(({ p, parts, meanMs }) => {
    let fromMs = 0;
    return meanMs === null ? [] : parts.map(({ part, meanMs: ofPart }) => ({ bar: percentileName(p), part, fromMs, toMs: (fromMs += ofPart), colour: `var(${colours[part]})` }));
  });
  if (bars.length === 0) return null;
  const parts = [...new Set(bars.map(({ part }) => part))];
  return html`${figure({
    label: `What the stop latency is made of. ${decompositionSentences(decomposition).join('. ')}`,
    draw: (widthPx) => plotOf(bars, widthPx),
    legend: parts.map((part) => ({ name: partNames[part], colour: colours[part] })),
    behind: {
      caption: 'Parts of p50 and p95',
      columns: [{ name: 'percentile' }, { name: 'part' }, { name: 'mean, ms', numeric: true }],
      rows: bars.map(({ bar, part, fromMs, toMs }) => [bar, partNames[part], (toMs - fromMs).toFixed(1)]),
    },
    note: html`<ul>${decompositionSentences(decomposition).map((sentence) => html`<li>${sentence}</li>`)}</ul>`,
  })}`;
}

interface Bar {
  readonly bar: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
}

function plotOf(bars: readonly Bar[], widthPx: number): Plot.PlotOptions {
  const names = [...new Set(bars.map(({ bar }) => bar))];
  return {
    height: 44 + 40 * names.length,
    marginLeft: widthPx < 500 ? 104 : 120,
    marginRight: 56,
    marginTop: 4,
    marginBottom: 40,
    x: { label: 'ms', labelAnchor: 'right', labelArrow: 'none', grid: true, ticks: widthPx < 500 ? 4 : 8 },
    y: { type: 'band', domain: names, label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [Plot.ruleX([0], { stroke: 'var(--muted)' }), Plot.barX(bars, { y: 'bar', x1: 'fromMs', x2: 'toMs', fill: 'colour', insetTop: 7, insetBottom: 7 })],
  };
}

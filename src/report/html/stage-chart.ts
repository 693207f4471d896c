import * as Plot from '@observablehq/plot';
import { percentileOf } from '../../measure/percentile.js';
import { known, validInterruptions } from '../../measure/selections.js';
import type { AttemptResult, Ms } from '../../types.js';
import { figure } from './chart.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { stageTimes } from './stages.js';
import type { StageTimes } from './stages.js';

const stages = [
  { key: 'detectMs', name: 'detect', what: 'onset to VAD event', colour: '--series-1' },
  { key: 'decideMs', name: 'decide', what: 'VAD event to cancel or flush', colour: '--series-2' },
  { key: 'drainMs', name: 'flush and drain', what: 'cancel or flush to the heard stop', colour: '--series-3' },
  { key: 'totalMs', name: 'stop latency', what: 'onset to the heard stop', colour: '--series-0' },
] as const satisfies readonly { readonly key: keyof StageTimes; readonly name: string; readonly what: string; readonly colour: string }[];

/** Tenths, quarters and the median of each part. */
interface Spread {
  readonly name: string;
  readonly what: string;
  readonly colour: string;
  readonly n: number;
  readonly at: readonly Ms[];
}

const levels = [0.1, 0.25, 0.5, 0.75, 0.9];

/** Detect, decide, flush and drain, over the valid interruptions that were yielded to. */
export function stageChart(results: readonly AttemptResult[]): Markup {
  const times = validInterruptions(results).filter(({ outcome }) => outcome === 'yielded').map(stageTimes).filter((stage) => stage !== null);
  const spreads = stages.flatMap(({ key, ...stage }): Spread[] => {
    const values = known(times.map((time) => time[key]));
    return values.length === 0 ? [] : [{ ...stage, n: values.length, at: levels.map((p) => percentileOf(values, p) as Ms) }];
  });
  if (spreads.length === 0) return html`<p class="note">No interruption was yielded to: there is no time to take apart.</p>`;
  const silent = spreads.length === 1 && html`<p class="note">The agent reports neither its VAD events nor a cancel: the stop latency cannot be taken apart. An agent that does is asked for in <code>docs/agents.md</code>.</p>`;
  return html`${silent}${figure({
    label: `Where the time goes, medians: ${spreads.map(({ name, at }) => `${name} ${at[2].toFixed(1)} ms`).join(', ')}`,
    draw: (widthPx) => plotOf(spreads, widthPx),
    behind: {
      caption: 'Parts of the stop latency',
      columns: [{ name: 'part' }, { name: 'from and to' }, { name: 'n', numeric: true }, ...levels.map((p) => ({ name: `p${100 * p}, ms`, numeric: true }))],
      rows: spreads.map(({ name, what, n, at }) => [name, what, n, ...at.map((ms) => ms.toFixed(1))]),
    },
    note: html`Over ${times.length} interruptions that were yielded to. Mark: median; thick: the middle half; thin: p10 to p90. The parts are what the agent says of itself, the stop is what was heard; medians of parts need not add up.${wireNote(results)}`,
  })}`;
}

function wireNote(results: readonly AttemptResult[]): string {
  const wire = percentileOf(known(validInterruptions(results).filter(({ outcome }) => outcome === 'yielded').map(({ wireStopLatencyMs }) => wireStopLatencyMs)), 0.5);
  if (wire === null) return '';
  return wire < 0 ? ` The last packet that was heard had arrived ${(-wire).toFixed(1)} ms before the onset (median): the agent sends ahead.` : ` The last packet that was heard arrived ${wire.toFixed(1)} ms after the onset (median).`;
}

function plotOf(spreads: readonly Spread[], widthPx: number): Plot.PlotOptions {
  const rows = spreads.map(({ name, colour, at: [p10, p25, p50, p75, p90] }) => ({ name, colour: `var(${colour})`, p10, p25, p50, p75, p90, text: `${p50.toFixed(0)} ms` }));
  const least = Math.min(0, ...rows.map(({ p10 }) => p10));
  return {
    height: 44 + 40 * rows.length,
    marginLeft: widthPx < 500 ? 104 : 120,
    marginRight: 56,
    marginTop: 4,
    marginBottom: 40,
    x: { domain: [least, Math.max(10, ...rows.map(({ p90 }) => p90)) * 1.02], label: 'ms', labelAnchor: 'right', labelArrow: 'none', grid: true, ticks: widthPx < 500 ? 4 : 8 },
    y: { type: 'band', domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      Plot.ruleX([0], { stroke: 'var(--muted)' }),
      Plot.ruleY(rows, { y: 'name', x1: 'p10', x2: 'p90', stroke: 'colour', strokeWidth: 3, strokeOpacity: 0.55 }),
      Plot.barX(rows, { y: 'name', x1: 'p25', x2: 'p75', fill: 'colour', fillOpacity: 0.75, insetTop: 9, insetBottom: 9, rx: 2 }),
      Plot.tickX(rows, { y: 'name', x: 'p50', stroke: 'var(--ink)', strokeWidth: 3, insetTop: 5, insetBottom: 5 }),
      Plot.text(rows, { y: 'name', x: 'p90', text: 'text', textAnchor: 'start', dx: 8, fill: 'var(--ink)', fontWeight: 600 }),
    ],
  };
}

import * as Plot from '@observablehq/plot';
import { latencyCurve } from '../../measure/curve.js';
import type { LatencyCurve } from '../../measure/figures.js';
import { clustersOf } from '../../measure/rates.js';
import { validInterruptions } from '../../measure/selections.js';
import type { AttemptResult, Ms } from '../../types.js';
import { percent } from '../format.js';
import { figure } from './chart.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { seriesStyle } from './series.js';
import type { Table } from './table.js';

/** Edges of the band: plain to see, and fainter than the curve. */
const bandContrast = 0.6;

/** One line of a chart of latency curves. */
export interface NamedCurve {
  readonly name: string;
  readonly curve: LatencyCurve;
}

/** The curve of some attempts under a name. */
export function curveOf(name: string, results: readonly AttemptResult[], withinMs: readonly Ms[]): NamedCurve {
  const interruptions = validInterruptions(results);
  return { name, curve: latencyCurve(interruptions, clustersOf(interruptions), withinMs) };
}

/**
 * Curves of the stop latency: the share that had gone quiet by a time, and stayed quiet. The first has its band; what never went quiet is
 * the part that is missing at the right.
 */
export function curveChart(curves: readonly NamedCurve[], withinMs: readonly Ms[], caption: string): Markup {
  const drawn = curves.filter(({ curve }) => curve.n > 0);
  if (drawn.length === 0) return html`<p class="note">No interruption was valid: there is no curve.</p>`;
  const range = rangeOf(drawn, withinMs);
  return figure({
    label: `${caption}: ${drawn.map(({ name, curve }) => describe(name, curve, withinMs)).join('; ')}`,
    legend: drawn.map(({ name }, i) => ({ name, ...seriesStyle(i) })),
    draw: (widthPx) => plotOf(drawn, withinMs, range, widthPx),
    behind: quantileTable(caption, drawn, withinMs),
    note: html`${missNote(drawn[0])} The band holds the whole ${drawn.length > 1 ? html`curve of ${drawn[0].name}` : 'curve'} with 95 %. Dashed: the latency limits.`,
  });
}

function describe(name: string, curve: LatencyCurve, withinMs: readonly Ms[]): string {
  return `${name} ${withinMs.map((limitMs) => `${percent(shareAt(curve, limitMs))} within ${limitMs} ms`).join(', ')}, ${percent(curve.misses / curve.n)} never`;
}

function missNote({ curve: { misses, n } }: NamedCurve): string {
  return misses === 0 ? `All ${n} interruptions were yielded to.` : `${misses} of ${n} interruptions (${percent(misses / n)}) were never yielded to: the curve ends below 100 %.`;
}

/** From below the first stop to beyond the last one that matters, on a logarithmic axis. */
function rangeOf(curves: readonly NamedCurve[], withinMs: readonly Ms[]): readonly [Ms, Ms] {
  const latencies = curves.flatMap(({ curve }) => curve.points.map(({ latencyMs }) => latencyMs)).filter((ms) => ms > 0);
  const least = latencies.reduce((low, ms) => Math.min(low, ms), withinMs[0]);
  const most = latencies.reduce((high, ms) => Math.max(high, ms), withinMs[withinMs.length - 1]);
  return [Math.max(5, least * 0.8), most * 1.15];
}

function plotOf(curves: readonly NamedCurve[], withinMs: readonly Ms[], [fromMs, toMs]: readonly [Ms, Ms], widthPx: number): Plot.PlotOptions {
  const narrow = widthPx < 500;
  const steps = ({ points }: LatencyCurve) => points.filter(({ latencyMs }) => latencyMs > fromMs);
  const [first] = curves;
  const band = [{ latencyMs: fromMs, lo: 0, hi: first.curve.bandHalfWidth ?? 0 }, ...steps(first.curve)];
  const last = band[band.length - 1];
  const area = [...band, { ...last, latencyMs: toMs }];
  return {
    height: narrow ? 300 : 380,
    marginLeft: 52,
    marginRight: narrow ? 60 : 110,
    marginTop: 26,
    marginBottom: 40,
    x: { type: 'log', domain: [fromMs, toMs], ticks: ticksOf(fromMs, toMs, narrow), tickFormat: (ms: Ms) => String(ms), label: 'stop latency, ms from the onset (logarithmic)', labelAnchor: 'center', labelArrow: 'none' },
    y: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 0.95, 1], tickFormat: (share: number) => `${Math.round(100 * share)} %`, label: null, grid: true },
    marks: [
      Plot.areaY(area, { x: 'latencyMs', y1: 'lo', y2: 'hi', curve: 'step-after', fill: 'var(--series-0)', fillOpacity: 0.16 }),
      ...(['lo', 'hi'] as const).map((edge) => Plot.line(area, { x: 'latencyMs', y: edge, curve: 'step-after', stroke: 'var(--series-0)', strokeOpacity: bandContrast, strokeWidth: 1 })),
      Plot.ruleX(withinMs.filter((limitMs) => limitMs > fromMs), { stroke: 'var(--muted)', strokeDasharray: '3 3' }),
      Plot.text(withinMs.filter((limitMs) => limitMs > fromMs), { x: (limitMs: Ms) => limitMs, y: () => 1, dy: -12, text: (limitMs: Ms) => (narrow ? String(limitMs) : `${limitMs} ms`), fill: 'var(--muted)', fontWeight: 600 }),
      ...neverMarks(first, toMs, narrow),
      ...curves.map(({ curve }, i) => lineOf(curve, steps(curve), i, fromMs, toMs)).reverse(),
      Plot.ruleY([0], { stroke: 'var(--muted)' }),
    ],
  };
}

/** The part of the first curve that never arrives: what is between its end and all, beyond the last stop. */
function neverMarks({ curve: { misses, n } }: NamedCurve, toMs: Ms, narrow: boolean): Plot.Markish[] {
  if (misses === 0) return [];
  const gap = [{ from: (n - misses) / n, text: narrow ? `never\n${percent(misses / n)}` : `${misses} never\n(${percent(misses / n)})` }];
  return [
    Plot.ruleX(gap, { x: () => toMs, y1: 'from', y2: () => 1, stroke: 'var(--bad)', strokeWidth: 6, strokeOpacity: 0.75, dx: 4 }),
    Plot.text(gap, { x: () => toMs, y: ({ from }: { from: number }) => (1 + from) / 2, text: 'text', dx: 12, textAnchor: 'start', fill: 'var(--bad)', fontWeight: 600 }),
  ];
}

function lineOf(curve: LatencyCurve, steps: LatencyCurve['points'], series: number, fromMs: Ms, toMs: Ms): Plot.Markish {
  const { colour, dash } = seriesStyle(series);
  const end = (curve.n - curve.misses) / curve.n;
  const corners = [{ latencyMs: fromMs, share: 0 }, ...steps, { latencyMs: toMs, share: end }];
  return Plot.line(corners, { x: 'latencyMs', y: 'share', curve: 'step-after', stroke: `var(${colour})`, strokeWidth: series === 0 ? 2.5 : 1.8, strokeDasharray: dash });
}

function ticksOf(fromMs: Ms, toMs: Ms, narrow: boolean): Ms[] {
  const steps = narrow ? [1, 3] : [1, 2, 3, 5, 7];
  return [1, 10, 100, 1000, 10_000].flatMap((decade) => steps.map((step) => step * decade)).filter((ms) => ms >= fromMs && ms <= toMs);
}

const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

function quantileTable(caption: string, curves: readonly NamedCurve[], withinMs: readonly Ms[]): Table {
  return {
    caption,
    columns: [{ name: '' }, { name: 'n', numeric: true }, ...withinMs.map((limitMs) => ({ name: `within ${limitMs} ms`, numeric: true })), { name: 'never', numeric: true }, ...quantiles.map((p) => ({ name: `p${100 * p}, ms`, numeric: true }))],
    rows: curves.map(({ name, curve }) => [
      name,
      curve.n,
      ...withinMs.map((limitMs) => percent(shareAt(curve, limitMs))),
      percent(curve.misses / curve.n),
      ...quantiles.map((p) => curve.points.find(({ share }) => share >= p)?.latencyMs.toFixed(1) ?? 'a miss'),
    ]),
  };
}

function shareAt({ points }: LatencyCurve, limitMs: Ms): number {
  return points.filter(({ latencyMs }) => latencyMs <= limitMs).at(-1)?.share ?? 0;
}

import * as Plot from '@observablehq/plot';
import type { SweepPoint } from '../../measure/sweep-figures.js';
import type { OptionValue } from '../../types.js';
import { percent, rateInterval } from '../format.js';
import { percentileText } from '../sweep-numbers.js';
import { describeParams, sweptNames } from '../sweep-report.js';
import type { SweepReport } from '../sweep-report.js';
import { objectiveIndex } from '../sweep-tables.js';
import { figure } from './chart.js';
import { html, plain } from './markup.js';
import type { Markup } from './markup.js';

interface Dot {
  readonly name: string;
  readonly x: number;
  readonly xLo: number;
  readonly xHi: number;
  readonly y: number;
  readonly yLo: number;
  readonly yHi: number;
  readonly efficient: boolean;
}

/** Yield against false yield, a point a setting: up is better, and so is left. Those that nothing beats are joined. */
export function tradeChart({ figures, subject }: SweepReport): Markup | null {
  const at = objectiveIndex(figures);
  const dots = figures.points.flatMap((point, i): Dot[] => {
    const [yes, no] = [point.limits[at].interrupt.figure, point.falseYields.both.figure];
    if (yes.rate === null || no.rate === null) return [];
    return [{ name: `#${i + 1}`, x: no.rate, xLo: no.lo ?? no.rate, xHi: no.hi ?? no.rate, y: yes.rate, yLo: yes.lo ?? yes.rate, yHi: yes.hi ?? yes.rate, efficient: subject === 'agent' && point.nonDominated }];
  });
  if (dots.length === 0) return html`<p class="note">No point has both a rate and a false yield rate.</p>`;
  const front = dots.filter(({ efficient }) => efficient).sort((a, b) => a.x - b.x || a.y - b.y);
  const legend = [...(front.length > 0 ? [{ name: 'no other point is as good in both and better in one', colour: '--yield' }] : []), ...(front.length < dots.length ? [{ name: front.length > 0 ? 'the others' : 'settings of the detector', colour: '--muted' }] : [])];
  return figure({
    label: `Yield within ${figures.objectiveMs} ms against false yields: ${dots.map(({ name, x, y }) => `${name} ${percent(y)} against ${percent(x)}`).join(', ')}`,
    legend,
    draw: (widthPx) => plotOf(dots, front, figures.objectiveMs, widthPx),
    behind: {
      caption: 'Yield against false yields',
      columns: [{ name: 'point' }, { name: 'setting' }, { name: `within ${figures.objectiveMs} ms`, numeric: true }, { name: '95 % interval', numeric: true }, { name: 'false yields', numeric: true }, { name: '95 % interval', numeric: true }],
      rows: figures.points.map(({ params, limits, falseYields }, i) => [`#${i + 1}`, describeParams(params), percent(limits[at].interrupt.figure.rate), rateInterval(limits[at].interrupt.figure), percent(falseYields.both.figure.rate), rateInterval(falseYields.both.figure)]),
    },
  });
}

function plotOf(dots: readonly Dot[], front: readonly Dot[], limitMs: number, widthPx: number): Plot.PlotOptions {
  const colour = ({ efficient }: Dot) => (efficient ? 'var(--yield)' : 'var(--muted)');
  const shares = { tickFormat: (share: number) => `${Math.round(100 * share)} %`, grid: true, ticks: 5, nice: true } as const;
  return {
    height: widthPx < 500 ? 340 : 430,
    marginLeft: 56,
    marginBottom: 42,
    marginTop: 28,
    marginRight: 40,
    x: { ...shares, label: 'false yields, backchannels and noise (lower is better)', labelAnchor: 'center', labelArrow: 'none' },
    y: { ...shares, label: `yielded within ${limitMs} ms (higher is better)`, labelArrow: 'none' },
    color: { type: 'identity' },
    marks: [
      Plot.link(dots, { x1: 'xLo', x2: 'xHi', y1: 'y', y2: 'y', stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.75 }),
      Plot.link(dots, { x1: 'x', x2: 'x', y1: 'yLo', y2: 'yHi', stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.75 }),
      Plot.line(front, { x: 'x', y: 'y', stroke: 'var(--yield)', strokeWidth: 1.5, strokeDasharray: '4 3' }),
      Plot.dot(dots, { x: 'x', y: 'y', fill: colour, r: 6 }),
      Plot.text(dots, { x: 'x', y: 'y', text: 'name', dx: 10, dy: -10, textAnchor: 'start', fill: 'var(--ink)', fontWeight: 700 }),
    ],
  };
}

/** How rate, false yields and p50 move with each parameter, one line for each setting of the others. */
export function slopeCharts(report: SweepReport): Markup {
  return html`${sweptNames(report).map((name) => slopesOf(report, name))}`;
}

interface Step {
  readonly value: string;
  /** The setting of the other parameters. */
  readonly others: string;
  readonly rate: number | null;
  readonly falseYield: number | null;
  readonly p50Ms: number | null;
}

function slopesOf({ figures }: SweepReport, name: string): Markup {
  const at = objectiveIndex(figures);
  const ordered = [...figures.points].sort((a, b) => order(a.params[name], b.params[name]));
  const steps = ordered.map((point): Step => {
    const { [name]: value, ...others } = point.params;
    return { value: plain(String(value)), others: plain(describeParams(others)), rate: point.limits[at].interrupt.figure.rate, falseYield: point.falseYields.both.figure.rate, p50Ms: point.percentiles[0].figure.valueMs };
  });
  const legend = [{ name: `yielded within ${figures.objectiveMs} ms`, colour: '--yield' }, { name: 'false yields', colour: '--hold', dash: '6 3' }];
  const behind = (point: SweepPoint) => [String(point.params[name]), describeParams(point.params), percent(point.limits[at].interrupt.figure.rate), percent(point.falseYields.both.figure.rate), percentileText(point.percentiles[0].figure)];
  const tableOf = { caption: `By ${name}`, columns: [{ name }, { name: 'setting' }, { name: `within ${figures.objectiveMs} ms`, numeric: true }, { name: 'false yields', numeric: true }, { name: 'p50, ms', numeric: true }], rows: ordered.map(behind) };
  return html`<h3>By ${name}</h3>${figure({
    label: `Rates by ${name}: ${steps.map(({ value, rate, falseYield }) => `${value} ${percent(rate)} and ${percent(falseYield)} false yields`).join(', ')}`,
    legend,
    draw: (widthPx) => slopePlot(steps, name, [{ of: 'rate', colour: 'var(--yield)' }, { of: 'falseYield', colour: 'var(--hold)', dash: '6 3' }], widthPx),
    behind: tableOf,
  })}${figure({
    label: `p50 of the stop latency by ${name}: ${steps.map(({ value, p50Ms }) => `${value} ${p50Ms === null ? 'a miss' : `${p50Ms.toFixed(1)} ms`}`).join(', ')}`,
    legend: [{ name: 'p50 stop latency, ms', colour: '--series-0' }],
    draw: (widthPx) => slopePlot(steps, name, [{ of: 'p50Ms', colour: 'var(--series-0)' }], widthPx),
    behind: tableOf,
  })}`;
}

function slopePlot(steps: readonly Step[], name: string, lines: readonly { of: 'rate' | 'falseYield' | 'p50Ms'; colour: string; dash?: string }[], widthPx: number): Plot.PlotOptions {
  const shares = lines[0].of !== 'p50Ms';
  return {
    height: shares ? 280 : 200,
    marginLeft: 56,
    marginBottom: 42,
    marginRight: 24,
    x: { type: 'point', domain: [...new Set(steps.map(({ value }) => value))], label: plain(name), labelAnchor: 'center', labelArrow: 'none', tickRotate: widthPx < 500 ? -30 : 0 },
    y: shares ? { domain: [0, 1], tickFormat: (share: number) => `${Math.round(100 * share)} %`, grid: true, label: null, ticks: 5 } : { grid: true, label: 'ms', labelArrow: 'none', ticks: 4, zero: true },
    marks: lines.flatMap(({ of, colour, dash }) => {
      const known = steps.filter((step) => step[of] !== null);
      return [Plot.line(known, { x: 'value', y: of, z: 'others', stroke: colour, strokeWidth: 2, strokeDasharray: dash }), Plot.dot(known, { x: 'value', y: of, fill: colour, r: 4 })];
    }),
  };
}

/** Numbers by size, all else by text. */
function order(a: OptionValue, b: OptionValue): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

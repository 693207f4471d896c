import * as Plot from '@observablehq/plot';
import { percent, rateInterval } from '../format.js';
import { describeParams } from '../sweep-report.js';
import type { SweepReport } from '../sweep-report.js';
import { objectiveIndex } from '../sweep-tables.js';
import { figure } from './chart.js';
import { html } from './markup.js';
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

/** Space around the plane, px. */
const margins = { marginLeft: 56, marginBottom: 42, marginTop: 28, marginRight: 40 } as const;
/** Points nearer than this in both directions share one label, px. */
const labelPx = { across: 26, along: 16 } as const;

function plotOf(dots: readonly Dot[], front: readonly Dot[], limitMs: number, widthPx: number): Plot.PlotOptions {
  const height = widthPx < 500 ? 340 : 430;
  const colour = ({ efficient }: Dot) => (efficient ? 'var(--yield)' : 'var(--muted)');
  const shares = { tickFormat: (share: number) => `${Math.round(100 * share)} %`, grid: true, ticks: 5, nice: true } as const;
  return {
    height,
    ...margins,
    x: { ...shares, label: 'false yields, backchannels and noise (lower is better)', labelAnchor: 'center', labelArrow: 'none' },
    y: { ...shares, label: `yielded within ${limitMs} ms (higher is better)`, labelArrow: 'none' },
    color: { type: 'identity' },
    marks: [
      Plot.link(dots, { x1: 'xLo', x2: 'xHi', y1: 'y', y2: 'y', stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.75 }),
      Plot.link(dots, { x1: 'x', x2: 'x', y1: 'yLo', y2: 'yHi', stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.75 }),
      Plot.line(front, { x: 'x', y: 'y', stroke: 'var(--yield)', strokeWidth: 1.5, strokeDasharray: '4 3' }),
      Plot.dot(dots, { x: 'x', y: 'y', fill: colour, r: 6 }),
      Plot.text(labelsOf(dots, widthPx, height), { x: 'x', y: 'y', text: 'name', dx: 10, dy: -10, textAnchor: 'start', fill: 'var(--ink)', fontWeight: 700 }),
    ],
  };
}

/** One label for points that lie on top of each other: `#1 #4`. */
function labelsOf(dots: readonly Dot[], widthPx: number, heightPx: number): Pick<Dot, 'name' | 'x' | 'y'>[] {
  const span = (values: readonly number[]) => Math.max(...values) - Math.min(...values) || 1;
  const perX = (widthPx - margins.marginLeft - margins.marginRight) / span(dots.flatMap(({ xLo, xHi }) => [xLo, xHi]));
  const perY = (heightPx - margins.marginTop - margins.marginBottom) / span(dots.flatMap(({ yLo, yHi }) => [yLo, yHi]));
  const labels: { names: string[]; x: number; y: number }[] = [];
  for (const { name, x, y } of dots) {
    const near = labels.find((label) => Math.abs(label.x - x) * perX < labelPx.across && Math.abs(label.y - y) * perY < labelPx.along);
    if (near) near.names.push(name);
    else labels.push({ names: [name], x, y });
  }
  return labels.map(({ names, x, y }) => ({ name: names.join(' '), x, y }));
}

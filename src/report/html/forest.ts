import * as Plot from '@observablehq/plot';
import type { GroupFigures, RateFigure, Summary } from '../../measure/figures.js';
import { percent, rateInterval } from '../format.js';
import { figure, rowNames } from './chart.js';
import { plain } from './markup.js';
import type { Markup } from './markup.js';

interface Row {
  readonly name: string;
  readonly figure: RateFigure;
  readonly side: 'yield' | 'hold';
}

/** Rates by persona and condition at one limit, and false yields by intent and condition, each with its interval. */
export function rateForest({ groups, withinMs }: Summary): Markup | null {
  const limit = Math.floor((withinMs.length - 1) / 2);
  const of = (name: GroupFigures['group']) => groups.filter(({ group }) => group === name);
  const nameOf = ({ group, value }: GroupFigures) => plain(group === 'condition' ? `condition: ${value}` : (value ?? ''));
  const yields = [...of('persona'), ...of('condition')].filter(({ nInterruptions }) => nInterruptions > 0).map((figures): Row => ({ name: nameOf(figures), figure: figures.limits[limit].interrupt, side: 'yield' }));
  const holds = [...of('intent'), ...of('condition')].filter(({ falseYield }) => falseYield.n > 0).map((figures): Row => ({ name: nameOf(figures), figure: figures.falseYield, side: 'hold' }));
  if (yields.length + holds.length === 0) return null;
  const rows = [...yields, ...holds];
  const title = (side: Row['side']) => (side === 'yield' ? `yielded within ${withinMs[limit]} ms (higher is better)` : 'false yields (lower is better)');
  return figure({
    label: `Rates with 95 % intervals: ${rows.map(({ name, figure: rate, side }) => `${name} ${percent(rate.rate)} ${side === 'yield' ? 'yielded in time' : 'false yields'}`).join(', ')}`,
    legend: [{ name: title('yield'), colour: '--yield' }, { name: title('hold'), colour: '--hold' }],
    draw: (widthPx) => plotOf(rows, widthPx),
    behind: {
      caption: 'Rates by group',
      columns: [{ name: 'group' }, { name: 'figure' }, { name: 'n', numeric: true }, { name: 'rate', numeric: true }, { name: '95 % interval', numeric: true }],
      rows: rows.map(({ name, figure: rate, side }) => [name, title(side), rate.n, percent(rate.rate), rateInterval(rate)]),
    },
  });
}

function plotOf(rows: readonly Row[], widthPx: number): Plot.PlotOptions {
  const keyed = rows.map(({ name, figure: { rate, lo, hi }, side }, i) => ({ key: i, name, rate, lo, hi, colour: `var(--${side})` }));
  const gap = rows.findIndex(({ side }) => side === 'hold');
  const { marginLeft, name } = rowNames(rows.map((row) => row.name), widthPx);
  return {
    height: 46 + 22 * rows.length,
    marginLeft,
    marginRight: 20,
    marginTop: 6,
    marginBottom: 30,
    x: { domain: [0, 1], tickFormat: (share: number) => `${Math.round(100 * share)} %`, ticks: 5, label: null, grid: true },
    y: { type: 'band', domain: keyed.map(({ key }) => key), tickFormat: name, label: null, tickSize: 0 },
    marks: [
      ...(gap > 0 ? [Plot.ruleY([gap], { dy: -11, stroke: 'var(--line)' })] : []),
      Plot.ruleY(keyed, { y: 'key', x1: 'lo', x2: 'hi', stroke: 'colour', strokeWidth: 6, strokeOpacity: 0.75 }),
      Plot.dot(keyed, { y: 'key', x: 'rate', fill: 'colour', r: 5.5, stroke: 'var(--card)', strokeWidth: 1.5 }),
    ],
    color: { type: 'identity' },
  };
}

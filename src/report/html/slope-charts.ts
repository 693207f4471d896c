import * as Plot from '@observablehq/plot';
import { commonSlope } from '../../measure/slopes.js';
import type { SweepPoint } from '../../measure/sweep-figures.js';
import type { OptionValue } from '../../types.js';
import { percent } from '../format.js';
import { percentileText, pointsText, signedMs } from '../sweep-numbers.js';
import { describeParams, variedValues } from '../sweep-report.js';
import type { SweepReport } from '../sweep-report.js';
import { objectiveIndex } from '../sweep-tables.js';
import { figure } from './chart.js';
import type { LegendEntry } from './chart.js';
import { html, plain } from './markup.js';
import type { Markup } from './markup.js';
import { seriesStyle } from './series.js';

/** How rate, false yields and p50 move with each parameter, one line for each setting of the others. */
export function slopeCharts(report: SweepReport): Markup {
  const varied = variedValues(report).map(([name]) => name);
  return html`${varied.map((name) => slopesOf(report, name, varied))}`;
}

interface Step {
  readonly value: OptionValue;
  /** The setting of the other parameters. */
  readonly line: string;
  readonly rate: number | null;
  readonly falseYield: number | null;
  readonly p50Ms: number | null;
}

type Figure = 'rate' | 'falseYield' | 'p50Ms';

/** A figure of a step along one setting of the others. */
interface Line extends LegendEntry {
  readonly of: Figure;
  readonly steps: readonly Step[];
}

function slopesOf({ figures, subject }: SweepReport, name: string, varied: readonly string[]): Markup {
  const at = objectiveIndex(figures);
  const ordered = [...figures.points].sort((a, b) => order(a.params[name], b.params[name]));
  const steps = ordered.map((point): Step => {
    const others = Object.fromEntries(varied.filter((other) => other !== name).map((other) => [other, point.params[other]]));
    return { value: point.params[name], line: plain(describeParams(others)), rate: point.limits[at].interrupt.figure.rate, falseYield: point.falseYields.both.figure.rate, p50Ms: point.percentiles[0].figure.valueMs };
  });
  const titles: Record<Figure, string> = { rate: `yielded within ${figures.objectiveMs} ms`, falseYield: 'false yields', p50Ms: 'p50 stop latency, ms' };
  const behind = (point: SweepPoint) => [String(point.params[name]), describeParams(point.params), percent(point.limits[at].interrupt.figure.rate), percent(point.falseYields.both.figure.rate), percentileText(point.percentiles[0].figure)];
  const table = { caption: `By ${name}`, columns: [{ name }, { name: 'setting' }, { name: titles.rate, numeric: true }, { name: titles.falseYield, numeric: true }, { name: 'p50, ms', numeric: true }], rows: ordered.map(behind) };
  const chart = (title: string, of: readonly Figure[], lines: readonly Line[]) =>
    figure({ label: `${title} by ${name}: ${steps.map((step) => `${step.value} ${of.map((one) => said(step, one)).join(' and ')}`).join(', ')}`, title, legend: lines, draw: (widthPx) => slopePlot(lines, name, widthPx), behind: table });
  const settings = [...new Set(steps.map(({ line }) => line))];
  const linesOf = (of: Figure) => apart(settings.map((setting) => steps.filter(({ line }) => line === setting)), of).map((same): Line => ({ of, name: same.map(([{ line }]) => line).join(' and '), ...seriesStyle(settings.indexOf(same[0][0].line)), steps: same[0] }));
  const alone: readonly Line[] = [
    { of: 'rate', name: titles.rate, colour: '--yield', steps },
    { of: 'falseYield', name: titles.falseYield, colour: '--hold', dash: '6 3', steps },
  ];
  const rates = settings.length === 1 ? chart('Rates', ['rate', 'falseYield'], alone) : (['rate', 'falseYield'] as const).map((of) => chart(capital(titles[of]), [of], linesOf(of)));
  return html`<h3>By ${name}</h3>${slopeInWords(steps, titles, settings.length, subject === 'agent' ? 'sweep.csv' : 'measure.csv')}${rates}${chart(capital(titles.p50Ms), ['p50Ms'], settings.length === 1 ? [{ of: 'p50Ms', name: titles.p50Ms, colour: '--series-0', steps }] : linesOf('p50Ms'))}`;
}

/** Settings whose lines lie on each other are one line, with all their names. */
function apart(settings: readonly (readonly Step[])[], of: Figure): (readonly Step[])[][] {
  const drawn = new Map<string, (readonly Step[])[]>();
  for (const steps of settings) {
    const line = JSON.stringify(steps.map((step) => [step.value, step[of]]));
    drawn.set(line, [...(drawn.get(line) ?? []), steps]);
  }
  return [...drawn.values()];
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** The slope of each figure as a number, where the parameter is one. */
function slopeInWords(steps: readonly Step[], titles: Readonly<Record<Figure, string>>, lines: number, csv: string): Markup {
  const { numeric } = scaleOf(steps);
  if (!numeric) return html`<p class="note">Its values have no order, so it has no slope.</p>`;
  const shown = (['rate', 'falseYield', 'p50Ms'] as const).map((of) => {
    const slope = commonSlope(steps.map((step) => ({ x: Number(step.value), y: step[of], line: step.line })));
    const without = slope !== null && slope.leftOut > 0 ? ` (without ${slope.leftOut} of ${steps.length} settings, which have none)` : '';
    const change = slope === null ? 'no slope' : of === 'p50Ms' ? `${signedMs(slope.change)} ms` : `${pointsText(slope.change)} points`;
    const over = slope === null ? '' : ` from ${slope.from} to ${slope.to}`;
    return { text: `${of === 'p50Ms' ? 'p50 stop latency' : titles[of]} ${change}${without}`, over };
  });
  const ranges = [...new Set(shown.map(({ over }) => over).filter((over) => over !== ''))];
  const changes = shown.map(({ text, over }) => (ranges.length === 1 ? text : `${text}${over}`)).join('; ');
  return html`<p>Slope${ranges.length === 1 ? ranges[0] : ''}: ${changes}. <small>Least squares${lines > 1 ? `, one slope for all ${lines} settings of the rest` : ''}; how sure a difference is stands in ${csv}.</small></p>`;
}

function said(step: Step, of: Figure): string {
  if (of === 'p50Ms') return step.p50Ms === null ? 'a miss' : `${step.p50Ms.toFixed(1)} ms`;
  return of === 'rate' ? percent(step.rate) : `${percent(step.falseYield)} false yields`;
}

/** Numbers lie as far apart as they are; all else side by side. */
function scaleOf(steps: readonly Step[]): { readonly numeric: boolean; readonly values: readonly OptionValue[] } {
  return { numeric: steps.every(({ value }) => typeof value === 'number'), values: [...new Set(steps.map(({ value }) => value))] };
}

/** Room for a tick's number, px. */
const tickPx = 34;

function slopePlot(lines: readonly Line[], name: string, widthPx: number): Plot.PlotOptions {
  const shares = lines[0].of !== 'p50Ms';
  const margins = { marginLeft: 56, marginBottom: 42, marginRight: 24 };
  const { numeric, values } = scaleOf(lines.flatMap(({ steps }) => steps));
  const numbers = values.map(Number);
  const pxPerUnit = (widthPx - margins.marginLeft - margins.marginRight) / (Math.max(...numbers) - Math.min(...numbers));
  const roomy = numbers.every((value, i) => i === 0 || (value - numbers[i - 1]) * pxPerUnit >= tickPx);
  const x: Plot.ScaleOptions = numeric
    ? { type: 'linear', ticks: roomy ? numbers : Math.floor(widthPx / (3 * tickPx)), tickFormat: (value: number) => String(Number(value.toPrecision(6))), inset: 8 }
    : { type: 'point', domain: values.map((value) => plain(String(value))), tickRotate: widthPx < 500 ? -30 : 0 };
  return {
    height: shares ? 280 : 200,
    ...margins,
    x: { ...x, label: plain(name), labelAnchor: 'center', labelArrow: 'none' },
    y: shares ? { domain: [0, 1], tickFormat: (share: number) => `${Math.round(100 * share)} %`, grid: true, label: null, ticks: 5 } : { grid: true, label: 'ms', labelArrow: 'none', ticks: 4, zero: true },
    marks: lines.flatMap(({ of, steps, colour, dash }) => {
      const known = steps.filter((step) => step[of] !== null);
      const channels = { x: ({ value }: Step) => (numeric ? value : plain(String(value))), y: of };
      return [Plot.line(known, { ...channels, stroke: `var(${colour})`, strokeWidth: 2, strokeDasharray: dash }), Plot.dot(known, { ...channels, fill: `var(${colour})`, r: 4 })];
    }),
  };
}

/** Numbers by size, all else by text. */
function order(a: OptionValue, b: OptionValue): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

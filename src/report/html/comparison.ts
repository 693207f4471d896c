import * as Plot from '@observablehq/plot';
import type { Comparison, ComparisonLine, Flip, Verdict } from '../../measure/comparison.js';
import type { Ms, Outcome } from '../../types.js';
import { comparedDifference, comparedInterval, comparedSmallest, comparedValue } from '../comparison-text.js';
import { nothing } from '../format.js';
import { figure, rowNames } from './chart.js';
import { outcomeName } from './kinds.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { table } from './table.js';

/** Flips that a page holds: the file has all. */
const mostFlips = 200;

/** Two runs of the same attempts: what must be known first, each figure, then the attempts that flipped. */
export function comparisonPanel(comparison: Comparison): Markup {
  const { base, head, pairs, validPairs } = comparison;
  return html`<p>${head.label} (run ${head.runId}) against ${base.label} (run ${base.runId}): ${pairs} attempts in both, ${validPairs} valid in both.</p>
${comparisonNotes(comparison)}<h3>Attempts that flipped</h3>${flipTable(comparison)}<h3>Figures</h3>${figuresPanel(comparison)}`;
}

/** What must be known before the verdicts. */
export function comparisonNotes({ mismatches, warnings }: Comparison): Markup {
  return html`${mismatches.length > 0 && html`<div class="banner bad"><strong>The runs differ in more than the build.</strong><ul>${mismatches.map((text) => html`<li>${text}</li>`)}</ul></div>`}
${warnings.length > 0 && html`<div class="banner warn"><ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></div>`}`;
}

/** Each figure of both runs with its verdict, and the changes as a chart. */
export function figuresPanel({ lines, method }: Comparison): Markup {
  return html`${lineTable(lines)}${differenceChart(lines)}<p class="note">${method}</p>`;
}

function lineTable(lines: readonly ComparisonLine[]): Markup {
  return table({
    caption: 'Figures',
    columns: [{ name: 'figure' }, { name: 'verdict' }, { name: 'base', numeric: true }, { name: 'head', numeric: true }, { name: 'change', numeric: true }, { name: '95 % interval', numeric: true }, { name: 'would show', numeric: true }],
    rows: lines.map((line) => [
      html`<code>${line.metric}</code>${line.note !== null && html`<br><small>${line.note}</small>`}`,
      html`<b class="${verdictClass(line.verdict)}">${line.verdict}</b>`,
      comparedValue(line, line.base),
      comparedValue(line, line.head),
      comparedDifference(line),
      comparedInterval(line),
      comparedSmallest(line),
    ]),
  });
}

function verdictClass(verdict: Verdict): string {
  switch (verdict) {
    case 'improved':
      return 'pass';
    case 'regressed':
      return 'fail';
    case 'within noise':
      return 'plain';
    case 'inconclusive':
      return 'unsure';
  }
}

const colours: Readonly<Record<Verdict, string>> = { improved: '--good', regressed: '--bad', 'within noise': '--muted', inconclusive: '--warn' };

/** Changes with their intervals, rates and percentiles apart; better lies to the right. */
function differenceChart(lines: readonly ComparisonLine[]): Markup | null {
  const units = (['rate', 'ms'] as const).filter((unit) => drawn(lines, unit).length > 0);
  if (units.length === 0) return null;
  return html`${units.map((unit) => {
    const rows = drawn(lines, unit);
    return figure({
      label: `Changes of ${unit === 'rate' ? 'rates in points' : 'percentiles in ms'}: ${rows.map(({ metric, verdict }) => `${metric} ${verdict}`).join(', ')}`,
      draw: (widthPx) => plotOf(rows, unit, widthPx),
      behind: { caption: 'Changes', columns: [{ name: 'figure' }, { name: 'change', numeric: true }, { name: '95 % interval', numeric: true }], rows: rows.map((line) => [line.metric, comparedDifference(line), comparedInterval(line)]) },
      note: unit === 'rate' ? 'Change of rates, points, with 95 % intervals' : 'Change of percentiles, ms, with 95 % intervals',
    });
  })}`;
}

function drawn(lines: readonly ComparisonLine[], unit: ComparisonLine['unit']): ComparisonLine[] {
  return lines.filter((line) => line.unit === unit && line.difference !== null);
}

function plotOf(lines: readonly ComparisonLine[], unit: ComparisonLine['unit'], widthPx: number): Plot.PlotOptions {
  const scale = unit === 'rate' ? 100 : 1;
  const rows = lines.map(({ difference, lo, hi, verdict }, key) => ({ key, x: scale * (difference ?? 0), lo: scale * (lo ?? difference ?? 0), hi: scale * (hi ?? difference ?? 0), colour: `var(${colours[verdict]})` }));
  const furthest = Math.max(1, ...rows.flatMap(({ x, lo, hi }) => [x, lo, hi].map(Math.abs))) * 1.08;
  const { marginLeft, name } = rowNames(lines.map(({ metric }) => metric), widthPx);
  return {
    height: 56 + 26 * rows.length,
    marginLeft,
    marginRight: 20,
    marginTop: 6,
    x: { domain: [-furthest, furthest], grid: true, label: unit === 'rate' ? 'points' : 'ms', labelArrow: 'none', ticks: widthPx < 500 ? 4 : 8 },
    y: { type: 'band', domain: rows.map(({ key }) => key), tickFormat: name, label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      Plot.ruleX([0], { stroke: 'var(--ink)' }),
      Plot.ruleY(rows, { y: 'key', x1: 'lo', x2: 'hi', stroke: 'colour', strokeWidth: 5, strokeOpacity: 0.75 }),
      Plot.dot(rows, { y: 'key', x: 'x', fill: 'colour', r: 5.5, stroke: 'var(--card)', strokeWidth: 1.5 }),
    ],
  };
}

/** The worse ones first. */
export function flipTable({ flips }: Comparison): Markup {
  if (flips.length === 0) return html`<p>No attempt flipped.</p>`;
  const worse = flips.filter(({ direction }) => direction === 'worse').length;
  return html`<p>${worse} worse, ${flips.length - worse} better.</p><div class="tall">${table({
    caption: flips.length > mostFlips ? `The ${mostFlips} worst of ${flips.length}; compare-flips.csv has all` : 'Worst first',
    columns: [{ name: 'attempt' }, { name: '' }, { name: 'base', numeric: true }, { name: 'head', numeric: true }, { name: 'limits, ms' }, { name: 'intent' }, { name: 'persona' }, { name: 'condition' }],
    rows: flips.slice(0, mostFlips).map((flip) => [flip.attemptId, html`<b class="${flip.direction === 'worse' ? 'fail' : 'pass'}">${flip.direction}</b>`, side(flip.baseOutcome, flip.baseMs), side(flip.headOutcome, flip.headMs), limitsOf(flip), flip.intent, flip.persona, flip.condition]),
  })}</div>`;
}

function side(outcome: Outcome, ms: Ms | null): string {
  return `${outcomeName(outcome)}${ms === null ? '' : ` ${ms.toFixed(1)} ms`}`;
}

function limitsOf({ limitsMs }: Flip): string {
  return limitsMs.length === 0 ? nothing : limitsMs.join(', ');
}

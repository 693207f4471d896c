import { createColors } from 'picocolors';
import { sweepChoice } from '../sweep-choice.js';
import { bounds, percentileText, share } from '../sweep-numbers.js';
import { describeParams, sweptNames, variedValues } from '../sweep-report.js';
import type { SweepReport } from '../sweep-report.js';
import { spanCells } from '../sweep-sensitivity.js';
import type { RateFigure } from '../../measure/figures.js';
import type { SweepPoint } from '../../measure/sweep-figures.js';
import type { Sensitivity } from '../../measure/sensitivity.js';
import { factList } from './facts.js';
import { html } from './markup.js';
import type { Content, Markup } from './markup.js';
import { renderPage } from './page.js';
import type { Section } from './page.js';
import { slopeCharts } from './slope-charts.js';
import { tradeChart } from './sweep-charts.js';
import { sweepFacts } from './sweep-facts.js';
import { table } from './table.js';
import { untrustedBanner } from './trust.js';

/** sweep.html and measure.html: what each setting buys, or how much hangs on the detector. */
export function sweepPage(report: SweepReport): string {
  const { run, subject, sensitivity } = report;
  const agent = subject === 'agent';
  const sections: Section[] = [
    { id: 'choice', title: agent ? 'What can be chosen' : 'How much hangs on the detector', body: html`${agent ? choice(report) : sensitivityTable(report, sensitivity)}${settings(report)}` },
    { id: 'trade', title: 'Yield against false yield', body: html`${tradeChart(report)}` },
    { id: 'slopes', title: 'Parameter by parameter', body: variedValues(report).length === 0 ? html`<p class="note">Nothing was varied.</p>` : slopeCharts(report) },
    { id: 'run', title: 'How it was measured', body: sweepFacts(report) },
  ];
  return renderPage({ title: `bargein ${agent ? 'sweep' : 'measure'}: ${run.label}, ${run.agent}`, head: head(report), sections, data: null });
}

function head(report: SweepReport): Markup {
  const { run, points, subject } = report;
  const names = sweptNames(report).join(', ');
  const untrusted = points.flatMap((point, i) => point.untrusted.map((reason) => `#${i + 1}: ${reason}`));
  const unfinished = points.reduce((sum, point) => sum + point.unfinished, 0);
  return html`<p class="brand">bargein ${run.version}</p><h1>${subject === 'agent' ? `Sweep of ${names}` : `Run ${run.runId} measured again`} <small>${run.agent}, ${run.label}</small></h1>
${factList([['points', `${points.length}, on the same ${run.draw.attempts} attempts each`], ['draw', `${run.draw.profile} of ${run.corpus.name}`], ['clock', run.clock], ['seed', run.seed], ['error bar', run.errorBarMs === null ? 'not known' : `${run.errorBarMs.toFixed(2)} ms`], ...(unfinished === 0 ? [] : ([['not measured', `${unfinished} attempts, all points together`]] as const))])}
${untrustedBanner({ untrusted }, 'Not all points can be trusted')}`;
}

/** The words of the terminal, a line a paragraph. */
function choice(report: SweepReport): Markup {
  const [title, ...lines] = sweepChoice(report, { width: 100_000, paint: createColors(false) });
  return title === undefined ? html`<p class="note">With one point there is nothing to choose.</p>` : html`<h3>${title}</h3>${lines.map((line) => html`<p>${line}</p>`)}`;
}

function settings(report: SweepReport): Markup {
  const { figures } = report;
  const rate = ({ rate: estimate, lo, hi }: RateFigure) => html`${share(estimate)}<br><small>${bounds(lo, hi, share)}</small>`;
  const cells = (point: SweepPoint, i: number): Content[] => [
    `#${i + 1}`,
    html`<code>${describeParams(point.params)}</code><br><small>${marks(report, i)}</small>`,
    ...point.limits.map(({ interrupt }) => rate(interrupt.figure)),
    ...point.percentiles.map(({ figure }) => percentileText(figure)),
    ...(['backchannel', 'noise', 'both'] as const).map((name) => rate(point.falseYields[name].figure)),
    rate(point.controlYield),
  ];
  const numeric = (name: string) => ({ name, numeric: true });
  return table({
    caption: 'Settings: interrupt rates, stop latency, and yields to what should not stop the agent; rates in % with their 95 % intervals',
    columns: [{ name: 'point' }, { name: 'setting' }, ...figures.withinMs.map((limitMs) => numeric(`≤ ${limitMs} ms`)), ...['p50, ms', 'p95, ms', 'p99, ms', 'backchannels', 'noise', 'both', 'controls'].map(numeric)],
    rows: figures.points.map(cells),
    dense: true,
  });
}

function marks({ figures, subject }: SweepReport, i: number): string {
  const { budget, reference, likeBest, points } = figures;
  const agent = subject === 'agent';
  const said = [
    [reference === i, 'reference'],
    [agent && budget.best === i, 'best'],
    [agent && points[i].nonDominated, 'efficient'],
    [agent && likeBest.includes(i), 'like the best'],
  ] as const;
  return said.filter(([there]) => there).map(([, text]) => text).join(', ');
}

function sensitivityTable({ points }: SweepReport, sensitivity: Sensitivity | null): Markup {
  if (sensitivity === null || points.length === 1) return html`<p class="note">With one setting nothing is compared.</p>`;
  const { figures, attempts, outcomeChanged, limitCrossed } = sensitivity;
  return html`<p>The outcome changes in ${outcomeChanged.length} of ${attempts} attempts; a latency crosses a limit in ${limitCrossed.length} more. measure-changes.csv names them.</p>${table({
    caption: 'How far each figure moves',
    columns: [{ name: 'figure' }, ...['as run', 'lowest', 'highest', 'span'].map((name) => ({ name, numeric: true }))],
    rows: figures.map((span) => spanCells(span, points.length)),
  })}`;
}

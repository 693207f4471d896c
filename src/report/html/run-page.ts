import { groupResults } from '../../measure/groups.js';
import type { Report } from '../report.js';
import { attemptBrowser, attemptData } from './attempts.js';
import { comparisonPanel } from './comparison.js';
import { curveChart, curveOf } from './curve.js';
import type { NamedCurve } from './curve.js';
import { factList, runFacts } from './facts.js';
import { rateForest } from './forest.js';
import { gateTable } from './gates.js';
import { headline } from './headline.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { renderPage } from './page.js';
import type { Section } from './page.js';
import { partsChart } from './parts-chart.js';
import { stageChart } from './stage-chart.js';
import { caveatBanner, stackPanel } from './trace-panels.js';
import { untrustedBanner, verdictLine } from './trust.js';
import { yieldHoldTable } from './yield-hold.js';

/** report.html: whether the build can ship, and everything behind it (docs/report.md). */
export function runPage(report: Report): string {
  const { info, summary, gates, results, comparison } = report;
  const sections: Section[] = [
    { id: 'headline', title: 'Headline', body: html`${headline(summary)}${gateTable(gates)}` },
    { id: 'curve', title: 'Latency curve', body: curves(report) },
    { id: 'yield-and-hold', title: 'Yield against hold', body: html`${rateForest(summary)}${yieldHoldTable(results, info.withinMs)}` },
    { id: 'stages', title: 'Where the time goes', body: html`${partsChart(summary.decomposition)}${info.trace === null ? stageChart(results) : html`<p class="note">By the times of the spans: nobody has heard these calls.</p>`}` },
    ...(info.trace === null ? [] : [{ id: 'stack', title: 'The stack', body: stackPanel(report, info.trace) }]),
    ...(comparison === null ? [] : [{ id: 'comparison', title: `Against ${comparison.base.label}`, body: comparisonPanel(comparison) }]),
    { id: 'attempts', title: 'Every attempt', body: attemptBrowser(report) },
    { id: 'run', title: 'How it was measured', body: runFacts(info, summary) },
  ];
  return renderPage({ title: `bargein: ${info.label}, ${info.agent}`, head: head(report), sections, data: attemptData(report) });
}

function head(report: Report): Markup {
  const { info } = report;
  const { draw, corpus, shard } = info;
  return html`<p class="brand">bargein ${info.version}</p><h1>${info.label} <small>${info.agent}</small></h1>
${factList([['draw', `${draw.profile} of ${corpus.name}, ${draw.attempts} attempts${shard === null ? '' : `, shard ${shard.index} of ${shard.of}`}`], ['clock', info.clock], ...(info.trace === null ? ([['seed', info.seed]] as const) : []), ['run', info.runId], ...(info.startedAt === null ? [] : ([['started', info.startedAt]] as const))])}
${caveatBanner(report)}${untrustedBanner(info, info.trace === null ? undefined : 'This trace cannot be trusted')}${verdictLine(report)}`;
}

/** The whole curve, with the baseline's where there is one; then one line a condition and a persona. */
function curves({ info, summary, results, comparison, baseResults }: Report): Markup {
  const { withinMs } = info;
  const all: NamedCurve = { name: comparison === null ? 'all interruptions' : `this run (${info.label})`, curve: summary.curve };
  const base = comparison !== null && baseResults !== undefined ? [curveOf(`baseline (${comparison.base.label})`, baseResults, withinMs)] : [];
  const groups = groupResults(results);
  const by = (kind: 'condition' | 'persona') => groups.filter(({ group }) => group === kind).map(({ value, results: of }) => curveOf(value ?? '', of, withinMs)).filter(({ curve }) => curve.n > 0);
  const folded = (kind: 'condition' | 'persona') => by(kind).length > 1 && html`<details class="chart" open><summary>One line a ${kind}</summary>${curveChart([{ ...all, name: 'all' }, ...by(kind)], withinMs, `Stop latency by ${kind}`)}</details>`;
  return html`${curveChart([all, ...base], withinMs, 'Stop latency')}${folded('condition')}${folded('persona')}`;
}

import type { Comparison } from '../../measure/comparison.js';
import type { BuildDifference } from '../../measure/comparison-builds.js';
import type { AttemptResult, Ms } from '../../types.js';
import { nothing } from '../format.js';
import { comparisonNotes, figuresPanel, flipTable } from './comparison.js';
import { curveChart, curveOf } from './curve.js';
import { factList } from './facts.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { renderPage } from './page.js';
import type { Section } from './page.js';
import { table } from './table.js';

export interface ComparedResults {
  readonly comparison: Comparison;
  readonly builds: readonly BuildDifference[];
  /** Verdicts of either run, in any order. */
  readonly base: readonly AttemptResult[];
  readonly head: readonly AttemptResult[];
  /** Limits that both were held to. */
  readonly withinMs: readonly Ms[];
}

/** compare.html: two runs of the same attempts against each other. */
export function comparePage(compared: ComparedResults): string {
  const { comparison, builds, base, head, withinMs } = compared;
  const curves = [curveOf(`head: ${comparison.head.label}`, head, withinMs), curveOf(`base: ${comparison.base.label}`, base, withinMs)];
  const sections: Section[] = [
    { id: 'flips', title: 'Attempts that flipped', body: flipTable(comparison) },
    { id: 'figures', title: 'Figures', body: figuresPanel(comparison) },
    { id: 'curves', title: 'Latency curves', body: curveChart(curves, withinMs, 'Stop latency of both runs') },
    { id: 'builds', title: 'What differs between the builds', body: buildTable(builds) },
  ];
  return renderPage({ title: `bargein compare: ${comparison.head.label} against ${comparison.base.label}`, head: headOf(comparison), sections, data: null });
}

function headOf(comparison: Comparison): Markup {
  const { base, head, lines, flips, pairs, validPairs } = comparison;
  const count = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  const worse = flips.filter(({ direction }) => direction === 'worse').length;
  const [regressed, improved, unsure] = [count('regressed'), count('improved'), count('inconclusive')];
  const marks: readonly (readonly [string, string])[] = [
    regressed > 0 ? ['bad', `✗ ${regressed} ${regressed === 1 ? 'figure' : 'figures'} regressed`] : unsure > 0 ? ['none', 'no figure is shown to have regressed'] : ['good', '✓ no figure regressed'],
    [improved > 0 ? 'good' : 'none', `${improved} improved`],
    [unsure > 0 ? 'warn' : 'none', `${unsure} inconclusive`],
    ['none', `${worse} attempts worse, ${flips.length - worse} better`],
  ];
  return html`<p class="brand">bargein compare</p><h1>${head.label} <small>against ${base.label}</small></h1>
${factList([['head', `${head.agent}, run ${head.runId}`], ['base', `${base.agent}, run ${base.runId}`], ['attempts', `${pairs} in both, ${validPairs} valid in both`]])}
<ul class="marks">${marks.map(([css, text]) => html`<li class="${css}">${text}</li>`)}</ul>${comparisonNotes(comparison)}`;
}

function buildTable(builds: readonly BuildDifference[]): Markup {
  if (builds.length === 0) return html`<p>Nothing that was told: agent, label and options are the same.</p>`;
  const show = (value: BuildDifference['base']) => (value === null ? nothing : html`<code>${String(value)}</code>`);
  return table({ caption: 'Agent, label and options', columns: [{ name: 'what' }, { name: 'base' }, { name: 'head' }], rows: builds.map(({ name, base, head }) => [name, show(base), show(head)]) });
}

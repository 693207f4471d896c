import type { Comparison } from '../../measure/comparison.js';
import type { RunInfo } from '../../types.js';
import { milliseconds } from '../format.js';
import type { Report } from '../report.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';

/** Why a run cannot be trusted, before anything else; nothing where it can. */
export function untrustedBanner({ untrusted }: Pick<RunInfo, 'untrusted'>, what = 'This run cannot be trusted'): Markup | null {
  if (untrusted.length === 0) return null;
  return html`<div class="banner bad" role="alert"><strong>${what}.</strong> Its figures may be wrong.<ul>${untrusted.map((reason) => html`<li>${reason}</li>`)}</ul></div>`;
}

/** Whether the build passes and the figures hold, in a line of marks. */
export function verdictLine({ info, gates, comparison }: Report): Markup {
  const failed = gates.filter(({ passed }) => !passed).length;
  const regressed = comparison?.lines.filter(({ verdict }) => verdict === 'regressed').length ?? 0;
  const marks = [
    gates.length === 0 ? mark('none', 'no gates were set') : failed === 0 ? mark('good', gates.length === 1 ? 'the gate passed' : `all ${gates.length} gates passed`) : mark('bad', `${failed} of ${gates.length} gates failed`),
    ...(comparison === null ? [] : [regressed === 0 ? unregressed(comparison) : mark('bad', `${regressed} ${regressed === 1 ? 'figure' : 'figures'} regressed against ${comparison.base.label}`)]),
    info.untrusted.length === 0 ? mark('good', 'the run can be trusted') : mark('bad', 'the run cannot be trusted'),
    mark('none', info.errorBarMs === null ? 'error bar not known' : `error bar ${milliseconds(info.errorBarMs, 2)}`),
    ...(info.unfinished === 0 ? [] : [mark('warn', `${info.unfinished} attempts not measured`)]),
  ];
  return html`<ul class="marks">${marks}</ul>`;
}

/** Nothing regressed; where nothing else could be shown either, that is not good news. */
function unregressed({ base, lines }: Comparison): Markup {
  const unsure = lines.filter(({ verdict }) => verdict === 'inconclusive').length;
  return unsure === 0 ? mark('good', `no regression against ${base.label}`) : mark('warn', `no regression shown against ${base.label}: ${unsure} of ${lines.length} figures inconclusive`);
}

function mark(css: 'good' | 'bad' | 'warn' | 'none', text: string): Markup {
  const sign = { good: '✓', bad: '✗', warn: '!', none: '·' }[css];
  return html`<li class="${css}"><span aria-hidden="true">${sign}</span> ${text}</li>`;
}

/** What a reader should know, folded where it is much. */
export function warnings({ warnings: list }: Pick<RunInfo, 'warnings'>): Markup | null {
  if (list.length === 0) return null;
  return html`<details class="warnings"><summary>${list.length} ${list.length === 1 ? 'warning' : 'warnings'}</summary><ul>${list.map(({ seen, cause, remedy }) => html`<li><strong>${seen}</strong>. Likely cause: ${cause}. Try: ${remedy}.</li>`)}</ul></details>`;
}

import type { GroupFigures, HoldFigure, LimitFigure, PercentileFigure, RateFigure, Summary } from '../../measure/figures.js';
import { percent, percentileInterval, percentileName, percentileValue, rateInterval } from '../format.js';
import { html, raw } from './markup.js';
import type { Content, Markup } from './markup.js';

/** Yield on the left, hold on the right: never one score. */
export function headline({ groups }: Summary): Markup {
  const [all] = groups;
  return html`<div class="headline">
<div class="side yield"><h3>Yield <small>${all.nInterruptions} valid interruptions: the agent should go quiet</small></h3>
<div class="cards">${all.limits.map(rateCard)}</div>
<div class="cards">${all.percentiles.map(percentileCard)}</div>
${yieldNotes(all)}</div>
<div class="side hold"><h3>Hold <small>the agent should speak on: lower is better</small></h3>
<div class="cards">${holdCards(groups)}</div></div>
</div>`;
}

function rateCard({ limitMs, interrupt, quiet, borderline, lowest, highest }: LimitFigure): Markup {
  return card(`within ${limitMs} ms`, percent(interrupt.rate), [
    intervalBar(interrupt),
    html`<p>95 %: ${rateInterval(interrupt)}</p>`,
    quiet.count !== interrupt.count && html`<p>quiet, whatever came later: ${percent(quiet.rate)}</p>`,
    borderline > 0 && html`<p>${borderline} borderline (${percent(lowest)} to ${percent(highest)})</p>`,
  ]);
}

function percentileCard(figure: PercentileFigure): Markup {
  return card(`${percentileName(figure.p)} stop latency`, percentileValue(figure), [html`<p>95 %: ${percentileInterval(figure)}</p>`]);
}

function holdCards(groups: readonly GroupFigures[]): Markup[] {
  const byIntent = groups.filter(({ group, falseYield }) => group === 'intent' && falseYield.n > 0);
  const { falseYield, controlYield } = groups[0];
  return [
    ...byIntent.map(({ value, falseYield: of }) => holdCard(`false yields on ${value ?? ''}`, of)),
    ...(byIntent.length === 1 ? [] : [holdCard('false yields, both', falseYield)]),
    holdCard('yields on controls', controlYield, 'nobody spoke: the floor of the above'),
  ];
}

function holdCard(name: string, figure: HoldFigure, note: string | null = null): Markup {
  return card(name, percent(figure.rate), [
    intervalBar(figure),
    figure.n > 0 && html`<p>${figure.count} of ${figure.n}; 95 %: ${rateInterval(figure)}</p>`,
    figure.recovered > 0 && html`<p>${figure.recovered} of them resumed</p>`,
    note !== null && html`<p>${note}</p>`,
  ]);
}

function card(name: string, value: string, more: readonly Content[]): Markup {
  return html`<div class="card"><h4>${name}</h4><p class="value${raw(value.length > 9 ? ' long' : '')}">${value}</p>${more}</div>`;
}

/** The estimate and its interval on a line from 0 to 100 %. */
function intervalBar({ rate, lo, hi }: RateFigure): Markup | null {
  if (rate === null || lo === null || hi === null) return null;
  const at = (share: number) => (100 * share).toFixed(1);
  return html`<svg class="interval" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" x="0" y="2" width="100" height="2"/><rect class="band" x="${at(lo)}" y="1" width="${at(hi - lo)}" height="4"/><rect class="point" x="${at(Math.max(0, rate - 0.006))}" y="0" width="1.2" height="6"/></svg>`;
}

function yieldNotes({ limits, syntheticShare, nInterruptions }: GroupFigures): Markup | null {
  if (nInterruptions === 0) return html`<p class="note">No interruption was valid: there is nothing to say of yielding.</p>`;
  const natural = limits.filter(({ withoutNaturalEnds }) => withoutNaturalEnds !== null);
  return html`<p class="note">${syntheticShare !== null && html`${percent(syntheticShare)} of these interruptions are spoken by synthetic voices. `}${natural.map(({ limitMs, withoutNaturalEnds }) => html`Within ${limitMs} ms, without responses that ended by themselves: ${percent(withoutNaturalEnds)}. `)}</p>`;
}

import { clustersOf, rateFigure } from '../../measure/rates.js';
import { isValid, wentQuiet, yieldLatencyMs } from '../../measure/selections.js';
import { intentOrder, byOrder } from '../../measure/groups.js';
import { percentileOf } from '../../measure/percentile.js';
import type { AttemptResult, Ms } from '../../types.js';
import { html } from './markup.js';
import type { Content, Markup } from './markup.js';

/** Attempts of one intent, persona and condition. */
interface Cell {
  readonly intent: string;
  readonly persona: string;
  readonly condition: string;
  readonly results: readonly AttemptResult[];
}

/** Intents by personas by conditions: a table that the page lets a reader sort and filter, and whose rows pick attempts. */
export function yieldHoldTable(results: readonly AttemptResult[], withinMs: readonly Ms[]): Markup {
  const cells = cellsOf(results);
  if (cells.length === 0) return html`<p class="note">There are no attempts.</p>`;
  const heads: (readonly [string, string])[] = [
    ['intent', 't'],
    ['persona', 't'],
    ['condition', 't'],
    ['valid', 'n'],
    ...withinMs.map((limitMs): [string, string] => [`≤ ${limitMs} ms`, 'n']),
    ['p50, ms', 'n'],
    ['never', 'n'],
    ['false yields', 'n'],
    ['left out', 'n'],
  ];
  return html`<form class="filters" data-filters="cells" aria-label="Filter the table">${(['intent', 'persona', 'condition'] as const).map((key) => select(key, cells))}<output aria-live="polite"></output></form>
<div class="scroll" tabindex="0" role="region" aria-label="Yield and hold by intent, persona and condition"><table id="cells" class="sortable">
<caption>Yield and hold by intent, persona and condition. Rates with their 95 % intervals; the last column shows the attempts.</caption>
<thead><tr>${heads.map(([name, kind]) => html`<th scope="col" class="${kind}"><button type="button">${name}</button></th>`)}<th scope="col">show</th></tr></thead>
<tbody>${cells.map((cell) => rowOf(cell, withinMs))}</tbody>
</table></div>`;
}

function cellsOf(results: readonly AttemptResult[]): Cell[] {
  const byKey = new Map<string, AttemptResult[]>();
  for (const result of results) {
    const { intent, persona, condition } = result.attempt;
    const key = JSON.stringify([intent, persona, condition]);
    byKey.set(key, [...(byKey.get(key) ?? []), result]);
  }
  const cells = [...byKey.values()].map((of): Cell => ({ intent: of[0].attempt.intent, persona: of[0].attempt.persona, condition: of[0].attempt.condition, results: of }));
  const order = byOrder(intentOrder);
  const text = byOrder([]);
  return cells.sort((a, b) => order(a.intent, b.intent) || text(a.persona, b.persona) || text(a.condition, b.condition));
}

function select(key: 'intent' | 'persona' | 'condition', cells: readonly Cell[]): Markup {
  const values = [...new Set(cells.map((cell) => cell[key]))];
  return html`<label>${key} <select name="${key}"><option value="">all</option>${values.map((value) => html`<option>${value}</option>`)}</select></label>`;
}

function rowOf({ intent, persona, condition, results }: Cell, withinMs: readonly Ms[]): Markup {
  const valid = results.filter(isValid);
  const interruptions = intent === 'interruption';
  const latencies = valid.map(yieldLatencyMs);
  const p50Ms = interruptions ? percentileOf(latencies, 0.5) : null;
  const never = latencies.filter((ms) => ms === Infinity).length;
  return html`<tr data-intent="${intent}" data-persona="${persona}" data-condition="${condition}"><th scope="row">${intent}</th><td class="w">${persona}</td><td>${condition}</td>${number(valid.length, valid.length)}
${withinMs.map((limitMs) => (interruptions ? share(valid, latencies.map((ms) => ms <= limitMs)) : blank))}${p50Ms === null ? blank : p50Ms === Infinity ? number('a miss', 1e9) : number(p50Ms.toFixed(1), p50Ms)}${interruptions ? number(never, never) : blank}
${interruptions ? blank : share(valid, valid.map(wentQuiet), 'bad')}${number(results.length - valid.length, results.length - valid.length)}<td><button type="button" class="pick">${results.length}<span class="hidden"> attempt${results.length === 1 ? '' : 's'}: show those of ${intent}, ${persona}, ${condition}</span></button></td></tr>
`;
}

const blank = html`<td class="n" data-sort=""><span class="none">–</span></td>`;

function number(text: Content, sort: number): Markup {
  return html`<td class="n" data-sort="${sort}">${text}</td>`;
}

/** A rate with its interval, and a bar behind it. */
function share(valid: readonly AttemptResult[], hits: readonly boolean[], css: 'good' | 'bad' = 'good'): Markup {
  const { rate, lo, hi } = rateFigure(hits, clustersOf(valid));
  if (rate === null || lo === null || hi === null) return blank;
  return html`<td class="n" data-sort="${rate}"><span class="share ${css}"><svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="4" class="track"/><rect width="${(100 * rate).toFixed(1)}" height="4" class="fill"/></svg><b>${Math.round(100 * rate)} %</b> <small>${Math.round(100 * lo)}–${Math.round(100 * hi)}</small></span></td>`;
}

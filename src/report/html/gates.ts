import type { GateResult } from '../../measure/gates.js';
import { gateEstimate, gateInterval } from '../gate-text.js';
import { html } from './markup.js';
import type { Markup } from './markup.js';
import { table } from './table.js';

/** Each gate with what was seen and why it passed or failed, the failed ones first; nothing where there are none. */
export function gateTable(gates: readonly GateResult[]): Markup | null {
  if (gates.length === 0) return null;
  const ordered = [...gates.filter(({ passed }) => !passed), ...gates.filter(({ passed }) => passed)];
  return table({
    caption: 'Gates',
    columns: [{ name: 'gate' }, { name: 'verdict' }, { name: 'seen', numeric: true }, { name: '95 % interval', numeric: true }],
    rows: ordered.map((result) => [html`<code>${result.gate.text}</code><br><small>${result.reason}</small>`, result.passed ? html`<b class="pass">pass</b>` : html`<b class="fail">FAIL</b>`, gateEstimate(result), gateInterval(result)]),
  });
}

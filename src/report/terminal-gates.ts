import type { GateResult } from '../measure/gates.js';
import { nothing } from './format.js';
import { gateEstimate, gateInterval } from './gate-text.js';
import { wrap } from './layout.js';
import type { Style } from './terminal-figures.js';

/** As wide as the words `pass` and `FAIL` with their margins. */
const indent = '       ';

/** Each gate with what was seen, its interval and why it passed or failed; nothing where there are no gates. */
export function renderGates(gates: readonly GateResult[], { paint, width }: Style): string[] {
  if (gates.length === 0) return [];
  const lines = gates.flatMap((result) => {
    const [first, ...more] = wrap(`  ${result.passed ? 'pass' : 'FAIL'} ${result.gate.text}`, width, indent);
    const colour = (line: string) => (result.passed ? line : paint.red(line));
    return [...[first, ...more].map(colour), ...wrap(`${indent}${seen(result)}`, width, indent)];
  });
  return [paint.bold(`Gates: ${gates.filter(({ passed }) => passed).length} of ${gates.length} passed`), ...lines];
}

function seen(result: GateResult): string {
  const estimate = gateEstimate(result);
  const interval = gateInterval(result);
  if (result.judged !== null && result.by === 'point') return `${result.reason}${interval === nothing ? '' : ` (95 % interval ${interval})`}`;
  if (estimate === nothing) return result.reason;
  return `${estimate}${interval === nothing ? '' : ` (${interval})`}: ${result.reason}`;
}

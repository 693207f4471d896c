import type { GateResult } from '../measure/gates.js';
import { milliseconds, nothing, percent, percentRange } from './format.js';

/** `2 of 3 gates passed`. */
export function gateCount(gates: readonly GateResult[]): string {
  return `${gates.filter(({ passed }) => passed).length} of ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'} passed`;
}

/** `83.1 %`, `212.0 ms`, or a dash. */
export function gateEstimate({ gate, estimate }: GateResult): string {
  return gate.unit === 'rate' ? percent(estimate) : milliseconds(estimate);
}

/** `79.0 .. 88.2 %`, `from 190.0 ms`, `up to 250.0 ms`, or a dash. */
export function gateInterval({ gate, lo, hi }: GateResult): string {
  if (gate.unit === 'rate') return percentRange(lo, hi);
  if (lo !== null && hi !== null) return `${lo.toFixed(1)} .. ${hi.toFixed(1)} ms`;
  if (lo !== null) return `from ${milliseconds(lo)}`;
  return hi === null ? nothing : `up to ${milliseconds(hi)}`;
}

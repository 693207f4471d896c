import type { ComparisonLine } from '../measure/comparison.js';
import { nothing } from './format.js';

/** A value of one of the two runs: `83.1 %`, `212.0 ms`, or a dash. */
export function comparedValue({ unit }: ComparisonLine, value: number | null): string {
  if (value === null) return nothing;
  return unit === 'rate' ? `${(100 * value).toFixed(1)} %` : `${value.toFixed(1)} ms`;
}

/** `+2.1 points`, `-12.0 ms`, or a dash. */
export function comparedDifference(line: ComparisonLine): string {
  return line.difference === null ? nothing : `${signed(line, line.difference)} ${unitOf(line)}`;
}

/** `-0.4 .. +4.6 points`, or a dash. */
export function comparedInterval(line: ComparisonLine): string {
  const { lo, hi } = line;
  return lo === null || hi === null ? nothing : `${signed(line, lo)} .. ${signed(line, hi)} ${unitOf(line)}`;
}

/** The smallest difference that could have shown: `5.0 points`, or a dash. */
export function comparedSmallest(line: ComparisonLine): string {
  return line.smallest === null ? nothing : `${scaled(line, Math.abs(line.smallest)).toFixed(1)} ${unitOf(line)}`;
}

/** A line in one sentence, for formats without tables. */
export function describeLine(line: ComparisonLine): string {
  const { metric, verdict, base, head, pHolm, note } = line;
  const values = `${comparedValue(line, base)} -> ${comparedValue(line, head)}`;
  const difference = line.difference === null ? '' : ` (${comparedDifference(line)}, 95 % interval ${comparedInterval(line)})`;
  const p = pHolm === null ? '' : `, p ${pHolm < 0.001 ? '< 0.001' : pHolm.toFixed(3)} after Holm's correction`;
  return `${metric} ${verdict}: ${values}${difference}${p}${note === null ? '' : `; ${note}`}`;
}

function signed(line: ComparisonLine, value: number): string {
  const text = scaled(line, value).toFixed(1);
  return value > 0 ? `+${text}` : text;
}

function scaled({ unit }: ComparisonLine, value: number): number {
  return unit === 'rate' ? 100 * value : value;
}

function unitOf({ unit }: ComparisonLine): string {
  return unit === 'rate' ? 'points' : 'ms';
}

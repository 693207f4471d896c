import { createColors } from 'picocolors';
import type { RunOutcome } from '../benchmark.js';
import { wrap } from '../report/layout.js';
import type { Style } from '../report/terminal-figures.js';
import { renderComparison } from '../report/terminal-compare.js';
import { renderGates } from '../report/terminal-gates.js';
import type { TerminalOptions } from '../report/terminal.js';
import { nameReplaced } from './outcome.js';

/** What a run was held to and how it came out, below the summary; nothing where it was held to nothing. Lines with `\n`, as the summary's. */
export function describeVerdict({ gates, comparison, baseline }: RunOutcome['verdict'], options: TerminalOptions): string {
  const style: Style = { width: Math.min(100, Math.max(80, options.columns)), paint: createColors(options.colour) };
  const sections = [
    comparison ? renderComparison(comparison, options) : '',
    renderGates(gates, style).map((line) => `${line}\n`).join(''),
    baseline === null ? '' : wrap(describeBaseline(baseline), style.width, '  ').map((line) => `${line}\n`).join(''),
  ];
  return sections.filter((text) => text !== '').map((text) => `\n${text}`).join('');
}

function describeBaseline(baseline: NonNullable<RunOutcome['verdict']['baseline']>): string {
  if ('refused' in baseline) return `Not kept as a baseline: ${baseline.refused}`;
  return `Kept as a baseline: ${baseline.saved}${baseline.replaced === null ? '' : `, in the place of ${nameReplaced(baseline.replaced)}`}`;
}

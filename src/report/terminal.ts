import { createColors } from 'picocolors';
import type { Summary } from '../measure/figures.js';
import type { RunInfo } from '../types.js';
import { latencyParts } from './decomposition-text.js';
import { headline, histogram, yieldAndHold } from './terminal-figures.js';
import type { Style } from './terminal-figures.js';
import { caveat, stackTable, tracedTallies } from './terminal-trace.js';
import { outcomes, title, trust, warnings } from './terminal-run.js';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal. No line is longer than 80, or than this where it is more (up to 100). */
  readonly columns: number;
}

/**
 * The summary a person reads, lines with `\n`: the interrupt rate first, yield and hold side by side, then how far it can
 * be trusted. No figure here blends others.
 */
export function renderSummary(run: RunInfo, summary: Summary, options: TerminalOptions): string {
  const style: Style = { width: Math.min(100, Math.max(80, options.columns)), paint: createColors(options.colour) };
  const sections = [
    title(run, style),
    caveat(run, summary, style),
    headline(summary, style, run.trace !== null && run.trace.rebuilt === 0 ? 'VAD' : 'onset'),
    latencyParts(summary, style),
    histogram(summary, style),
    yieldAndHold(summary, style),
    stackTable(run, style),
    outcomes(run, summary, style),
    trust(run, summary, style),
    tracedTallies(run, style),
    warnings(run, style),
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

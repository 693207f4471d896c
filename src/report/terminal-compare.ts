import { createColors } from 'picocolors';
import type { ComparedRun, Comparison, ComparisonLine, Flip, Verdict } from '../measure/comparison.js';
import type { BuildDifference } from '../measure/comparison-builds.js';
import type { Ms, Outcome } from '../types.js';
import { nothing } from './format.js';
import { columns, safe, wrap } from './layout.js';
import type { Style } from './terminal-figures.js';
import type { TerminalOptions } from './terminal.js';

/** Flipped attempts that are shown; the file has all. */
const mostFlips = 12;

/** Differences between the builds that are shown: two agents may differ in every option. */
const mostDifferences = 12;

/**
 * What a person reads of a comparison, lines with `\n`, none longer than 80 columns (or than the terminal, up to 100).
 * @param builds in what the builds differ, a line each below the title
 */
export function renderComparison(comparison: Comparison, options: TerminalOptions, builds: readonly BuildDifference[] = []): string {
  const style: Style = { width: Math.min(100, Math.max(80, options.columns)), paint: createColors(options.colour) };
  const sections = [[...titleLines(comparison, style), ...buildLines(builds, style)], figureLines(comparison, style), flipLines(comparison, style), wrap(comparison.method, style.width, '  ')];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function titleLines({ base, head, pairs, validPairs, mismatches, warnings }: Comparison, { width, paint }: Style): string[] {
  const name = ({ label, agent, runId }: ComparedRun) => `${label} (${agent}, run ${runId})`;
  return [
    ...wrap(`base ${name(base)}`, width, '  ').map(paint.bold),
    ...wrap(`head ${name(head)}`, width, '  ').map(paint.bold),
    ...wrap(`${pairs} attempts in both, ${validPairs} valid in both`, width, '  '),
    ...mismatches.flatMap((text) => wrap(`Differs: ${text}`, width, '  ')).map(paint.red),
    ...warnings.flatMap((text) => wrap(`Warning: ${text}`, width, '  ')).map(paint.yellow),
  ];
}

/** `vad.threshold: 0.5 -> 0.45`: a line each, cut where it does not fit. */
function buildLines(builds: readonly BuildDifference[], { width, paint }: Style): string[] {
  const show = (value: BuildDifference['base']) => (value === null ? nothing : String(value));
  const lines = builds.slice(0, mostDifferences).map(({ name, base, head }) => `  ${name}: ${show(base)} -> ${show(head)}`);
  const more = builds.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more options`] : [])].map((line) => paint.dim(cut(safe(line), width)));
}

/** Rates and their differences in points, percentiles in ms. */
function figureLines({ lines }: Comparison, { paint, width }: Style): string[] {
  const heads = ['', 'base', 'head', 'change', '95 % interval', 'shows', 'verdict'];
  const rows = lines.map((line) => [
    nameOf(line.metric),
    figure(line, line.base),
    figure(line, line.head),
    signed(line, line.difference),
    line.lo === null || line.hi === null ? nothing : `${signed(line, line.lo)} .. ${signed(line, line.hi)}`,
    figure(line, line.smallest),
    line.verdict,
  ]);
  const widest = columns([heads, ...rows], 'lrrrrrl').reduce((most, { length }) => Math.max(most, length), 0);
  const painted = [heads.map((head) => paint.dim(head)), ...rows.map((row, i) => [...row.slice(0, -1), paintVerdict(lines[i].verdict, paint)])];
  const notes = lines.flatMap(({ metric, note }) => (note === null ? [] : wrap(`  ${nameOf(metric).trim()}: ${note}`, width, '    ')));
  return [
    ...columns(painted, 'lrrrrrl', widest > width ? 1 : 2),
    ...notes,
    ...wrap('  Rates in % and points, stop latency in ms; shows: the smallest change these attempts would have shown.', width, '  ').map(paint.dim),
  ];
}

/** The metric in the words of a report, short enough for a table. */
function nameOf(metric: string): string {
  const rate = /^interrupt_rate@(\d+)$/.exec(metric);
  const hold = /^false_yield_rate\[(.*)\]$/.exec(metric);
  return rate ? `within ${rate[1]} ms` : hold ? `${hold[1]} yields` : metric;
}

function figure({ unit }: ComparisonLine, value: number | null): string {
  if (value === null) return nothing;
  return unit === 'rate' ? (100 * value).toFixed(1) : milliseconds(value);
}

function signed(line: ComparisonLine, value: number | null): string {
  const text = figure(line, value);
  return value !== null && value > 0 ? `+${text}` : text.replace(/^-(0\.0)$/, '$1');
}

/** Whole ms from a second on, where tenths say nothing. */
function milliseconds(ms: Ms): string {
  return ms.toFixed(Math.abs(ms) >= 1000 ? 0 : 1);
}

function paintVerdict(verdict: Verdict, paint: Style['paint']): string {
  switch (verdict) {
    case 'improved':
      return paint.green(verdict);
    case 'regressed':
      return paint.red(paint.bold(verdict));
    case 'within noise':
      return verdict;
    case 'inconclusive':
      return paint.yellow(verdict);
  }
}

function flipLines({ flips }: Comparison, { paint, width }: Style): string[] {
  if (flips.length === 0) return ['No attempt flipped.'];
  const worse = flips.filter(({ direction }) => direction === 'worse').length;
  const rest = flips.length > mostFlips ? ` (${mostFlips} shown)` : '';
  const rows = flips.slice(0, mostFlips).map((flip) => [
    cut(safe(flip.attemptId), 16),
    flip.direction,
    outcomeOf(flip.baseOutcome, flip.baseMs),
    outcomeOf(flip.headOutcome, flip.headMs),
    cut(flip.limitsMs.join(' ') || flip.intent, 12),
  ]);
  const heading = `Attempts that flipped, worst first: ${worse} worse, ${flips.length - worse} better${rest}`;
  return [
    ...wrap(heading, width, '  ').map(paint.bold),
    ...withPlace(rows, flips, width, ['attempt', '', 'base', 'head', 'limits', 'what'].map((head) => paint.dim(head))),
  ];
}

/** The last column takes what room is left. */
function withPlace(rows: readonly string[][], flips: readonly Flip[], width: number, heads: readonly string[]): string[] {
  const used = rows.length === 0 ? 0 : Math.max(...columns(rows, 'llrrl').map(({ length }) => length));
  const room = Math.max(8, width - used - 2);
  return columns([[...heads], ...rows.map((row, i) => [...row, cut(safe(`${flips[i].persona}, ${flips[i].condition}`), room)])], 'llrrll');
}

function outcomeOf(outcome: Outcome, ms: Ms | null): string {
  switch (outcome) {
    case 'yielded':
      return ms === null ? 'yielded' : `${milliseconds(ms)} ms`;
    case 'talked-through':
      return 'missed';
    case 'resumed':
    case 'held':
    case 'invalid':
    case 'errored':
      return outcome;
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

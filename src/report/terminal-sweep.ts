import { createColors } from 'picocolors';
import { sweepChoice } from './sweep-choice.js';
import type { SweepReport } from './sweep-report.js';
import { sensitivityLines } from './sweep-sensitivity.js';
import { differenceTable, intervalTable, settingsTable } from './sweep-tables.js';
import type { TerminalOptions } from './terminal.js';
import type { Style } from './terminal-figures.js';
import { wrap } from './layout.js';

/**
 * What a person reads of a sweep, lines with `\n`: the settings side by side, yield beside hold, each figure with its interval and its
 * difference to the reference point, then what can be chosen. No line is longer than 80 columns, or than the terminal where it is wider.
 */
export function renderSweep(report: SweepReport, options: TerminalOptions): string {
  const style: Style = { width: Math.min(100, Math.max(80, options.columns)), paint: createColors(options.colour) };
  const sections = [
    title(report, style),
    settingsTable(report, style),
    intervalTable(report, style),
    report.points.length > 1 ? differenceTable(report, style) : [],
    report.sensitivity === null ? sweepChoice(report, style) : sensitivityLines(report, report.sensitivity, style),
    trust(report, style),
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function title({ subject, run, points, figures }: SweepReport, { width, paint }: Style): string[] {
  const names = Object.keys(figures.points[0].params);
  const what = subject === 'agent' ? `sweep of ${names.join(', ')}` : `run ${run.runId} measured again${names.length > 0 ? ` with ${names.join(', ')}` : ''}`;
  const [first, ...rest] = wrap(`bargein ${run.version} · ${run.agent} · ${run.label} · ${what}`, width, '  ');
  const size = points.length === 1 ? '1 point' : `each of ${points.length} points`;
  const draw = `${run.draw.profile} draw of ${run.corpus.name}, the same ${run.draw.attempts} attempts at ${size}, seed ${run.seed}, ${run.clock} clock`;
  return [paint.bold(first), ...rest, ...wrap(draw, width, '  ')];
}

/** Which points cannot be trusted, and which are not whole. */
function trust({ run, points, figures, subject }: SweepReport, { width, paint }: Style): string[] {
  const reasons = [...new Set(points.flatMap(({ untrusted: of }) => of))];
  const untrusted = reasons.map((reason) => `  - ${placesOf(reason, points)}: ${reason}`);
  const unfinished = points.reduce((sum, { unfinished: count }) => sum + count, 0);
  const floors = figures.points.flatMap(({ controlYield: { count, n } }, i) => (count > 0 ? [`#${i + 1} ${count} of ${n}`] : []));
  const bases = figures.points.map(({ nInterruptions }) => nInterruptions);
  const [fewest, most] = [Math.min(...bases), Math.max(...bases)];
  const calibrated = subject === 'detector' && points.length > 1 ? ', as calibrated with the detector as it was' : '';
  const verdict = untrusted.length === 0 ? [paint.green(points.length === 1 ? 'The point can be trusted.' : 'All points can be trusted.')] : [paint.red(paint.bold('Not all points can be trusted:')), ...untrusted.flatMap((line) => wrap(line, width, '    ')).map((line) => paint.red(line))];
  return [
    ...wrap(run.errorBarMs === null ? 'Error bar: not known' : `Error bar: ${run.errorBarMs.toFixed(2)} ms${calibrated}`, width, '  '),
    ...(fewest < most ? wrap(`The rates rest on ${fewest} to ${most} valid interruptions; the differences on those that are valid at both points.`, width, '  ') : []),
    ...(floors.length > 0 ? wrap(`Quiet in controls, in which nobody spoke: ${floors.join(', ')}. Take this as the floor of the false yields there.`, width, '  ').map((line) => paint.yellow(line)) : []),
    ...(unfinished > 0 ? wrap(`Not measured: ${unfinished} attempts, all points together (--resume goes on).`, width, '  ') : []),
    ...verdict,
  ];
}

/** `all points`, or `#1, #4`. */
function placesOf(reason: string, points: SweepReport['points']): string {
  const places = points.flatMap(({ untrusted }, i) => (untrusted.includes(reason) ? [`#${i + 1}`] : []));
  return places.length === points.length && points.length > 1 ? 'all points' : places.join(', ');
}

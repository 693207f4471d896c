import type { SweepLimit, SweepPoint } from '../measure/sweep-figures.js';
import type { Ms } from '../types.js';
import { nothing } from './format.js';
import { columns, safe, wrap } from './layout.js';
import { bounds, differenceText, msText, percentileText, pointsText, rateText, share, signedMs } from './sweep-numbers.js';
import { describeParams, sweptNames } from './sweep-report.js';
import type { SweepReport } from './sweep-report.js';
import type { Style } from './terminal-figures.js';

/** Latency limits shown in the table, at most: the objective's among them. */
const limitsShown = 3;

/** One row a point: rates, medians, false yields, and what is special about it. */
export function settingsTable(report: SweepReport, { paint, width }: Style): string[] {
  const { figures } = report;
  const shown = chooseLimits(figures.points[0].limits, figures.objectiveMs);
  const names = sweptNames(report);
  const heads = [...shown.map((i) => `@${figures.withinMs[i]}`), 'p50', 'detect', 'backch.', 'noise', 'both'];
  const cells = (point: SweepPoint) => [
    ...shown.map((i) => share(point.limits[i].interrupt.figure.rate)),
    percentileText(point.percentiles[0].figure),
    point.detect === null ? nothing : percentileText(point.detect.figure),
    ...(['backchannel', 'noise', 'both'] as const).map((name) => share(point.falseYields[name].figure.rate)),
  ];
  const table = (withParams: boolean) => {
    const rows = figures.points.map((point, i) => [marksOf(report, i), `#${i + 1}`, ...(withParams ? names.map((name) => safe(String(point.params[name]))) : []), ...cells(point)]);
    const head = ['', '', ...(withParams ? shortNames(names) : []), ...heads];
    return columns([head, ...rows], `ll${'r'.repeat(head.length - 2)}`, 1);
  };
  const full = table(true);
  const fits = full.every((line) => line.length <= width);
  const [head, ...rows] = fits ? full : table(false);
  return [
    paint.bold('Settings'),
    ...wrap('Interrupt rate in % within ... ms; medians in ms of the stop and of its detection by the agent; false yields in %.', width),
    paint.dim(head),
    ...rows,
    ...(fits ? [] : figures.points.flatMap(({ params }, i) => wrap(`  #${i + 1}: ${describeParams(params)}`, width, '      '))),
    ...legend(report).flatMap((line) => wrap(`  ${line}`, width, '    ')),
  ];
}

/** The figures that are traded against each other, each with its interval. */
export function intervalTable({ figures }: SweepReport, { paint }: Style): string[] {
  const at = objectiveIndex(figures);
  const rows = figures.points.map(({ limits, percentiles, falseYields }, i) => {
    const p50 = percentiles[0].figure;
    return [`#${i + 1}`, rateText(limits[at].interrupt.figure), `${percentileText(p50)}${bounds(p50.loMs, p50.hiMs, msText)}`, rateText(falseYields.both.figure)];
  });
  const head = ['', `% within ${figures.objectiveMs} ms`, 'p50 ms', '% false yields'].map((text) => paint.dim(text));
  return [paint.bold('With 95 % intervals'), ...columns([head, ...rows], 'llll')];
}

/** The same figures against the reference point, attempt by attempt. */
export function differenceTable({ figures }: SweepReport, { paint, width }: Style): string[] {
  const at = objectiveIndex(figures);
  const rows = figures.points.map(({ limits, percentiles, falseYields }, i) => {
    if (i === figures.reference) return [`#${i + 1}`, 'the reference', '', ''];
    return [`#${i + 1}`, differenceText(limits[at].interrupt.difference, pointsText), differenceText(percentiles[0].difference, signedMs), differenceText(falseYields.both.difference, pointsText)];
  });
  const head = ['', `within ${figures.objectiveMs} ms`, 'p50 ms', 'false yields'].map((text) => paint.dim(text));
  const heading = `Against #${figures.reference + 1}: differences in points of rate and in ms, paired, with 95 % intervals`;
  return [...wrap(heading, width).map((line) => paint.bold(line)), ...columns([head, ...rows], 'llll', 1)];
}

export function objectiveIndex({ withinMs, objectiveMs }: SweepReport['figures']): number {
  return withinMs.indexOf(objectiveMs);
}

function chooseLimits(limits: readonly SweepLimit[], objectiveMs: Ms): number[] {
  const all = limits.map((_, i) => i);
  if (all.length <= limitsShown) return all;
  const objective = limits.findIndex(({ limitMs }) => limitMs === objectiveMs);
  return [...new Set([0, objective, all.length - 1])].sort((a, b) => a - b);
}

function marksOf({ figures, subject }: SweepReport, i: number): string {
  const { budget, reference, likeBest, points } = figures;
  // Detectors see the same agent: none of them is the better one for what it reports.
  if (subject === 'detector') return reference === i ? 'r' : '';
  return `${points[i].nonDominated ? '*' : ''}${reference === i ? 'r' : ''}${budget.best === i ? 'b' : ''}${likeBest.includes(i) ? '~' : ''}`;
}

function legend({ figures, subject }: SweepReport): string[] {
  const { points, budget, likeBest, objectiveMs } = figures;
  if (subject === 'detector') return ['r reference: the settings of the run'];
  const entries: readonly (readonly [boolean, string])[] = [
    [points.some(({ nonDominated }) => nonDominated), `* no other point is as good within ${objectiveMs} ms and in false yields, and better in one`],
    [true, 'r reference'],
    [budget.best !== null, `b best within ${objectiveMs} ms${budget.maxFalseYield === null && budget.minRate === null ? '' : ' of those that meet the demands'}`],
    [likeBest.length > 0, '~ not told apart from the best'],
  ];
  return entries.filter(([there]) => there).map(([, text]) => text);
}

/** The last part of each dotted name, where that tells them apart. */
function shortNames(names: readonly string[]): string[] {
  const short = names.map((name) => name.split('.').at(-1) as string);
  return (new Set(short).size === names.length ? short : names).map(safe);
}

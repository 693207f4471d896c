import type { Budget } from '../measure/budget.js';
import type { StrictnessPrice, SweepFigures } from '../measure/sweep-figures.js';
import { milliseconds, percent } from './format.js';
import { wrap } from './layout.js';
import { percentileText } from './sweep-numbers.js';
import { describeParams } from './sweep-report.js';
import type { SweepReport } from './sweep-report.js';
import { objectiveIndex } from './sweep-tables.js';
import type { Style } from './terminal-figures.js';

/** The budget view: which setting to take, what it costs, and how sure that is. */
export function sweepChoice({ figures }: SweepReport, { paint, width }: Style): string[] {
  if (figures.points.length === 1) return [];
  const wrapped = (lines: readonly string[]) => lines.flatMap((line) => wrap(line, width, '  '));
  return [
    paint.bold(`Choice${demands(figures.budget)}`),
    ...wrapped(verdictLines(figures)),
    ...wrapped(likeBestLines(figures)).map((line) => paint.yellow(line)),
    ...wrapped(figures.price === null ? [] : [priceLine(figures, figures.price)]),
  ];
}

function demands({ maxFalseYield, minRate }: Budget): string {
  const parts = [maxFalseYield === null ? null : `false yields at most ${percent(maxFalseYield)}`, minRate === null ? null : `rate at least ${percent(minRate)}`].filter((part) => part !== null);
  return parts.length === 0 ? ' (no --max-false-yield given)' : `: ${parts.join(', ')}`;
}

function verdictLines(figures: SweepFigures): string[] {
  const { verdict, maxFalseYield, nearest, nearestInRate } = figures.budget;
  switch (verdict) {
    case 'met':
      return bestLines(figures);
    case 'too-many-false-yields':
      return [`No setting stays within ${percent(maxFalseYield)} false yields.`, ...(nearest === null ? [] : [`Nearest: ${describePoint(figures, nearest)}.`])];
    case 'not-both':
      return [
        'No setting meets both.',
        ...(nearest === null ? [] : [`Nearest in false yields: ${describePoint(figures, nearest)}.`]),
        ...(nearestInRate === null ? ['None reaches the rate, whatever its false yields.'] : [`Nearest that reaches the rate: ${describePoint(figures, nearestInRate)}.`]),
      ];
    case 'not-measured':
      return ['Nothing can be chosen: no valid interruption was measured, or no valid backchannel or noise.'];
  }
}

function bestLines(figures: SweepFigures): string[] {
  const { best, bestHolds, safest, maxFalseYield } = figures.budget;
  if (best === null) return [];
  const line = `Best: ${describePoint(figures, best)}.`;
  if (maxFalseYield === null || bestHolds === null) return [line];
  const { hi } = figures.points[best].falseYields.both.figure;
  const upper = `The upper end of its interval, ${percent(hi)},`;
  if (bestHolds) return [line, `${upper} stays within ${percent(maxFalseYield)} too.`];
  const instead = safest === null ? 'no setting has an upper end that does not' : `the best whose upper end does not is ${describePoint(figures, safest)}`;
  return [line, `${upper} exceeds ${percent(maxFalseYield)}: ${instead}.`];
}

function likeBestLines({ likeBest, objectiveMs, budget }: SweepFigures): string[] {
  if (budget.best === null || likeBest.length === 0) return [];
  const names = likeBest.map((i) => `#${i + 1}`).join(', ');
  return [`Warning: within noise. The rate within ${objectiveMs} ms of ${names} is not told apart from that of #${budget.best + 1} (paired, 5 % after Holm's correction). More attempts may (--profile full, --repeat); else take the one with fewer false yields.`];
}

function priceLine({ points }: SweepFigures, { strictest, fastest, p50 }: StrictnessPrice): string {
  const name = (i: number) => `#${i + 1} ${describeParams(points[i].params)}`;
  if (strictest === fastest) return `Price of strictness: none, ${name(strictest)} has both the fewest false yields and the lowest p50.`;
  const between = `at the median from the fastest, ${name(fastest)}, to the strictest, ${name(strictest)}`;
  if (p50 === null || p50.difference === null) return `Price of strictness: not known ${between}: a p50 falls among the misses, and the rates decide.`;
  const interval = p50.lo === null || p50.hi === null ? '' : ` (${p50.lo.toFixed(1)} .. ${p50.hi.toFixed(1)})`;
  return `Price of strictness: ${milliseconds(p50.difference)}${interval} ${between}.`;
}

function describePoint(figures: SweepFigures, i: number): string {
  const { params, limits, percentiles, falseYields } = figures.points[i];
  const { interrupt } = limits[objectiveIndex(figures)];
  return `#${i + 1} ${describeParams(params)}, ${percent(interrupt.figure.rate)} within ${figures.objectiveMs} ms, p50 ${percentileText(percentiles[0].figure)} ms, false yields ${percent(falseYields.both.figure.rate)}`;
}

import type { createColors } from 'picocolors';
import type { GroupFigures, HoldFigure, Summary } from '../measure/figures.js';
import { milliseconds, nothing, percent, percentileInterval, percentileName, percentileValue, rateInterval } from './format.js';
import { bar, histogramRows } from './histogram.js';
import { columns, safe, wrap } from './layout.js';

export interface Style {
  readonly width: number;
  readonly paint: ReturnType<typeof createColors>;
}

/** Latency limits shown for each persona, at most. */
const limitsByPersona = 3;

/**
 * Interrupt rate at each limit and the percentiles, each with its interval.
 * @param onset what the latencies count from
 */
export function headline({ groups }: Summary, { paint, width }: Style, onset: 'onset' | 'VAD' = 'onset'): string[] {
  const [all] = groups;
  const interruption = groups.find(({ group, value }) => group === 'intent' && value === 'interruption');
  const heading = `Interrupt rate: went quiet in time and stayed quiet (${all.nInterruptions} valid of ${interruption?.n ?? 0})`;
  const rates = all.limits.map(({ limitMs, interrupt, quiet, borderline, lowest, highest }) => [
    `within ${limitMs} ms`,
    paint.bold(percent(interrupt.rate)),
    rateInterval(interrupt),
    percent(quiet.rate),
    borderline === 0 ? '0' : `${borderline} (${bare(lowest)}-${bare(highest)} %)`,
  ]);
  const percentiles = all.percentiles.map((figure) => [percentileName(figure.p), paint.bold(percentileValue(figure)), percentileInterval(figure)]);
  const natural = all.limits.filter(({ withoutNaturalEnds }) => withoutNaturalEnds !== null);
  return [
    paint.bold(heading),
    ...columns([['', 'rate', '95 % interval', 'quiet rate', 'borderline'].map((name) => paint.dim(name)), ...rates], 'lrrrl'),
    '',
    ...columns([['stop latency', '', '95 % interval'].map((name) => paint.dim(name)), ...percentiles], 'lrl'),
    ...(all.syntheticShare === null
      ? []
      : wrap(`  ${percent(all.syntheticShare)} of these interruptions are spoken by synthetic voices.`, width, '  ')),
    ...natural.map(
      ({ limitMs, withoutNaturalEnds }) => `  Within ${limitMs} ms, without responses that ended by themselves: ${percent(withoutNaturalEnds)}`,
    ),
    ...partsOf(all, width, onset),
  ];
}

/** Medians of what the agent and the protocol report beside the heard stop. */
function partsOf({ detect, cancel, wireStop, heardAfterCancel }: GroupFigures, width: number, onset: string): string[] {
  const parts = (
    [
      ["agent's VAD", detect],
      ["agent's cancel", cancel],
      ['arrival of the last packet played', wireStop],
    ] as const
  ).filter(([, { n }]) => n > 0);
  if (parts.length === 0) return [];
  const text = parts.map(([name, { medianMs }]) => `${name} ${milliseconds(medianMs)}`).join(', ');
  const gap = heardAfterCancel.n === 0 ? '' : `; heard ${milliseconds(heardAfterCancel.medianMs)} after the cancel`;
  return wrap(`  Medians from the ${onset}: ${text}${gap}.`, width, '  ');
}

/** Latencies of the valid interruptions as bars. */
export function histogram({ curve, withinMs }: Summary, { width, paint }: Style): string[] {
  const rows = histogramRows(curve, withinMs);
  if (rows.length === 0) return [];
  const most = rows.reduce((largest, { count }) => Math.max(largest, count), 0);
  return [
    paint.bold('Stop latency of the interruptions'),
    ...columns(
      rows.map(({ name, count }) => [name, String(count), count === 0 ? '' : paint.cyan(bar(count, most, width - 30))]),
      'rrl',
    ),
  ];
}

/** Who was yielded to, beside what should not have been: never one score. */
export function yieldAndHold({ groups, withinMs }: Summary, { paint, width }: Style): string[] {
  const shown = withinMs.length <= limitsByPersona ? withinMs.map((_, i) => i) : [0, Math.floor((withinMs.length - 1) / 2), withinMs.length - 1];
  const personas = groups.filter(({ group, nInterruptions }) => group === 'persona' && nInterruptions > 0);
  const left = [
    ['YIELD % within ... ms', 'n', ...shown.map((i) => `@${withinMs[i]}`), 'p50 ms'],
    ...personas.map((figures) => yieldRow(safe(figures.value ?? ''), figures, shown)),
    yieldRow('all', groups[0], shown),
  ];
  const align = `l${'r'.repeat(left[0].length - 1)}`;
  const leftWidth = Math.max(...columns(left, align, 1).map(({ length }) => length));
  const right = ['HOLD: false yields, %', ...holdLines(groups)].flatMap((line) => wrap(line, Math.max(12, width - leftWidth - 3), '  '));
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const style = i === 0 ? paint.dim : (text: string) => text;
    return [...(left[i] ?? left[0].map(() => '')), `│ ${right[i] ?? ''}`].map(style);
  });
  return [paint.bold('Yield and hold'), ...columns(rows, `${align}l`, 1)];
}

function yieldRow(name: string, { nInterruptions, limits, percentiles }: GroupFigures, shown: readonly number[]): string[] {
  const { valueMs, moreThanMs } = percentiles[0];
  const p50 = valueMs !== null ? valueMs.toFixed(0) : moreThanMs !== null ? `>${Math.floor(moreThanMs)}` : nothing;
  return [name, String(nInterruptions), ...shown.map((i) => bare(limits[i].interrupt.rate)), p50];
}

function holdLines(groups: readonly GroupFigures[]): string[] {
  const byIntent = groups.filter(({ group, falseYield }) => group === 'intent' && falseYield.n > 0);
  const { falseYield, controlYield } = groups[0];
  const both = byIntent.length === 1 ? [] : holdOf('backchannel + noise', falseYield);
  const controls = controlYield.n === 0 ? nothing : `${controlYield.count} of ${controlYield.n}`;
  return [...byIntent.flatMap(({ value, falseYield: of }) => holdOf(value ?? '', of)), ...both, `controls ${controls}`];
}

function holdOf(name: string, { rate, count, n, lo, hi, recovered }: HoldFigure): string[] {
  if (n === 0) return [`${name} ${nothing}`];
  return [`${name} ${bare(rate)}`, `  ${count}/${n} (${bare(lo)}-${bare(hi)})`, ...(recovered > 0 ? [`  ${recovered} resumed`] : [])];
}

function bare(rate: number | null): string {
  return rate === null ? nothing : (100 * rate).toFixed(1);
}

import type { GroupFigures, HoldFigure, LimitFigure, PercentileFigure, Summary } from '../measure/figures.js';
import { nothing, percent, percentileInterval, percentileName, percentileValue, rateInterval } from './format.js';
import { folded, prose, table } from './markdown-text.js';

/** Left: the interruptions, which should be yielded to. Right: what should not be. */
export function yieldAndHoldSection({ groups }: Summary): string[] {
  const [all] = groups;
  const left = [...all.limits.map(rateCells), ...all.percentiles.map(percentileCells)];
  const right = holdRows(groups);
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [...(left[i] ?? ['', '', '']), ...(right[i] ?? ['', '', ''])]);
  const heads = [`yield: ${all.nInterruptions} valid interruptions`, '', '95 % interval', 'hold: false yields', '', '95 % interval'];
  const notes = all.limits
    .filter(({ borderline }) => borderline > 0)
    .map(({ limitMs, borderline, lowest, highest }) => `${borderline} borderline at ${limitMs} ms (${percent(lowest)} to ${percent(highest)})`);
  const synthetic = all.syntheticShare === null ? [] : [`${percent(all.syntheticShare)} of the interruptions are spoken by synthetic voices`];
  const below = [...synthetic, ...notes].join('; ');
  return ['### Yield and hold', '', ...table(heads, rows, 'lrrlrr'), ...(below === '' ? [] : ['', `${below}.`])];
}

function rateCells({ limitMs, interrupt }: LimitFigure): string[] {
  return [`within ${limitMs} ms`, `**${percent(interrupt.rate)}**`, rateInterval(interrupt)];
}

function percentileCells(figure: PercentileFigure): string[] {
  return [percentileName(figure.p), `**${prose(percentileValue(figure))}**`, prose(percentileInterval(figure))];
}

function holdRows(groups: readonly GroupFigures[]): string[][] {
  const byIntent = groups.filter(({ group, falseYield }) => group === 'intent' && falseYield.n > 0);
  const { falseYield, controlYield } = groups[0];
  return [
    ...byIntent.map(({ value, falseYield: figure }) => holdCells(prose(value ?? ''), figure)),
    ...(byIntent.length === 1 ? [] : [holdCells('backchannel + noise', falseYield)]),
    holdCells('controls', controlYield),
  ];
}

function holdCells(name: string, figure: HoldFigure): string[] {
  if (figure.n === 0) return [name, nothing, nothing];
  const resumed = figure.recovered > 0 ? `, ${figure.recovered} resumed` : '';
  return [`${name} (${figure.count} of ${figure.n}${resumed})`, `**${percent(figure.rate)}**`, rateInterval(figure)];
}

/** Each persona that interrupts, with its rates and median. */
export function personaSection({ groups, withinMs }: Summary): string[] {
  const personas = groups.filter(({ group, nInterruptions }) => group === 'persona' && nInterruptions > 0);
  if (personas.length === 0) return [];
  const rows = personas.map(({ value, nInterruptions, limits, percentiles }) => [
    prose(value ?? ''),
    String(nInterruptions),
    ...limits.map(({ interrupt }) => `${percent(interrupt.rate)} (${rateInterval(interrupt)})`),
    prose(percentileValue(percentiles[0])),
  ]);
  const heads = ['persona', 'n', ...withinMs.map((limitMs) => `within ${limitMs} ms`), 'p50'];
  return folded('By persona', table(heads, rows, `lr${'r'.repeat(withinMs.length + 1)}`));
}

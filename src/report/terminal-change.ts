import type { Comparison, Flip } from '../measure/comparison.js';
import type { Summary } from '../measure/figures.js';
import type { Ms, Outcome } from '../types.js';
import { comparedValue } from './comparison-text.js';
import { milliseconds, percent, percentileValue } from './format.js';
import { safe } from './layout.js';

/** Flipped attempts that are shown. */
const mostFlips = 6;

/** A small run in one line. */
export function renderBrief({ groups, errors }: Summary): string {
  const [all] = groups;
  const limit = all.limits[Math.floor((all.limits.length - 1) / 2)];
  const p50 = all.percentiles.find(({ p }) => p === 0.5);
  const parts = [
    `${all.n} attempts`,
    p50 === undefined ? null : `p50 ${percentileValue(p50)}`,
    limit === undefined ? null : `${percent(limit.interrupt.rate)} within ${limit.limitMs} ms`,
    all.falseYield.n === 0 ? null : `false yields ${all.falseYield.count} of ${all.falseYield.n}`,
    all.nErrored === 0 ? null : `errored ${all.nErrored}${errors.length === 0 ? '' : ` (${safe(errors[0].error)})`}`,
    all.n - all.nValid - all.nErrored <= 0 ? null : `not valid ${all.n - all.nValid - all.nErrored}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** What a small run changed against the one before, a few lines: the figures that moved, then the attempts that flipped. */
export function renderChange({ lines, flips, validPairs, pairs }: Comparison): string[] {
  const moved = lines.filter(({ base, head, metric }) => base !== head && (metric.startsWith('interrupt_rate@') || metric === 'p50' || metric === 'false_yield_rate'));
  const shown = flips.slice(0, mostFlips).map((flip) => `${flip.direction.padEnd(6)} ${describeFlip(flip)}`);
  const more = flips.length > mostFlips ? [`and ${flips.length - mostFlips} more`] : [];
  const left = validPairs < pairs ? [`${pairs - validPairs} of ${pairs} attempts were not valid in both`] : [];
  if (validPairs === 0 && pairs > 0) return ['no attempt was valid in both: there is nothing to compare'];
  if (moved.length === 0 && flips.length === 0) return ['no attempt came out otherwise', ...left];
  return [...moved.map((line) => `${line.metric} ${comparedValue(line, line.base)} -> ${comparedValue(line, line.head)}, ${line.verdict}`), ...shown, ...more, ...left];
}

function describeFlip({ attemptId, intent, persona, condition, baseOutcome, baseMs, headOutcome, headMs }: Flip): string {
  return `${safe(attemptId)} (${intent}, ${safe(persona)}, ${condition}): ${ended(baseOutcome, baseMs)} -> ${ended(headOutcome, headMs)}`;
}

function ended(outcome: Outcome, ms: Ms | null): string {
  switch (outcome) {
    case 'yielded':
      return ms === null ? 'quiet' : milliseconds(ms);
    case 'talked-through':
      return 'talked through';
    case 'resumed':
    case 'held':
    case 'invalid':
    case 'errored':
      return outcome;
  }
}

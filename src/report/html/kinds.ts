import type { AttemptResult, Ms, Outcome } from '../../types.js';

/** How an attempt came out, as a reader sees it. */
export interface Kind {
  readonly name: string;
  /** A letter besides the colour, for those who do not see it. */
  readonly letter: string;
  /** A class of the style sheet. */
  readonly css: string;
}

/** In the order of legends. Each has a letter of its own. */
export const kinds = {
  inTime: { name: 'yielded in time', letter: 'y', css: 'good' },
  late: { name: 'yielded late', letter: 'l', css: 'late' },
  resumed: { name: 'resumed', letter: 'r', css: 'resumed' },
  missed: { name: 'talked through', letter: 'x', css: 'missed' },
  held: { name: 'held', letter: 'h', css: 'held' },
  falseYield: { name: 'false yield', letter: 'f', css: 'false' },
  recovered: { name: 'false yield, resumed', letter: 'c', css: 'recovered' },
  invalid: { name: 'invalid', letter: '-', css: 'invalid' },
  errored: { name: 'errored', letter: 'e', css: 'errored' },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** @param withinMs the latency limits: later than the largest is late */
export function kindOf({ attempt, outcome, stopLatencyMs }: Pick<AttemptResult, 'attempt' | 'outcome' | 'stopLatencyMs'>, withinMs: readonly Ms[]): KindName {
  const wanted = attempt.intent === 'interruption';
  switch (outcome) {
    case 'yielded':
      return !wanted ? 'falseYield' : (stopLatencyMs ?? Infinity) <= Math.max(...withinMs) ? 'inTime' : 'late';
    case 'resumed':
      return wanted ? 'resumed' : 'recovered';
    case 'talked-through':
      return 'missed';
    case 'held':
    case 'invalid':
    case 'errored':
      return outcome;
  }
}

/** The outcome in words. */
export function outcomeName(outcome: Outcome): string {
  return outcome === 'talked-through' ? 'talked through' : outcome;
}

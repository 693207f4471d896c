import { describe, expect, it } from 'vitest';
import { ProgressReporter } from '../../src/run/progress.js';
import type { RunInProgress } from '../../src/run/replay.js';
import type { Progress } from '../../src/types.js';

const told = (capped: string | null, atOnce: number | null, concurrency: number | 'auto') => {
  const seen: Progress[] = [];
  new ProgressReporter([], (progress) => void seen.push(progress)).choosing({ atOnce, capped }, { concurrency });
  return seen.map(({ note }) => note);
};

describe('how many sessions a machine can serve', () => {
  it('is said before the run where it is fewer than wanted', () => expect(told('1 is used', 1, 16)).toEqual(['1 is used']));
  it('is said for auto', () => expect(told(null, 24, 'auto')).toEqual(['24 sessions at once hold the schedule on this machine']));
  it('is not said where it is what was asked for, or on the virtual clock', () => expect([...told(null, 16, 16), ...told(null, null, 'auto')]).toEqual([]));
});

describe('warm-ups', () => {
  it('are shown as they end, with what failed', () => {
    const seen: Progress[] = [];
    const point = { run: { config: { warmUps: 2, withinMs: [60, 100, 250] }, plan: { attempts: [] } }, collector: { count: 0 } };
    const reporter = new ProgressReporter([point, point] as unknown as RunInProgress[], (progress) => void seen.push(progress));
    reporter.warmingUp(null);
    reporter.warmingUp('the line was lost');
    expect(seen.map(({ phase, done, total, note }) => [phase, done, total, note])).toEqual([
      ['warming-up', 1, 2, undefined],
      ['warming-up', 0, 2, 'a warm-up failed: the line was lost'],
      ['warming-up', 2, 2, undefined],
    ]);
  });
});

describe('a comparison of the clocks', () => {
  it('is told of with the attempts that there are to compare, one by one', () => {
    const seen: Progress[] = [];
    const reporter = new ProgressReporter([], (progress) => void seen.push(progress));
    reporter.comparing(0, 7);
    reporter.comparing(1, 7);
    expect(seen).toMatchObject([
      { phase: 'comparing-clocks', done: 0, total: 7 },
      { phase: 'comparing-clocks', done: 1, total: 7 },
    ]);
  });
});

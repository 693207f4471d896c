import { describe, expect, it } from 'vitest';
import { HrtimeClock, makeClock, randomFrom, ScopedClock, seedOf, shuffled, TimerQueue, VirtualClock } from '../../src/time/index.js';

describe('timer queue', () => {
  it('gives deadlines in order, equal ones as they came, cancelled ones never', () => {
    const queue = new TimerQueue();
    const seen: string[] = [];
    const random = randomFrom(3);
    const due = Array.from({ length: 200 }, () => Math.floor(random() * 50));
    const cancels = due.map((at, i) => queue.add(at, () => void seen.push(`${String(at).padStart(2, '0')} ${String(i).padStart(3, '0')}`)));
    cancels.forEach((cancel, i) => i % 3 === 0 && cancel());
    for (let event = queue.take(Infinity); event; event = queue.take(Infinity)) void event.run();
    expect(seen).toHaveLength(due.filter((_, i) => i % 3 !== 0).length);
    expect(seen).toEqual([...seen].sort());
  });
});

describe('virtual clock', () => {
  it('jumps from deadline to deadline and waits for what an event promises', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const work = new Promise<void>((resolve) => {
      clock.at(1e6, async () => {
        await Promise.resolve();
        seen.push(`first ended at ${clock.now()}`);
      });
      clock.at(1e6, () => void seen.push(`second at ${clock.now()}`));
      clock.at(5e6, () => resolve());
    });
    await clock.drive(work);
    expect(seen).toEqual(['first ended at 1000000', 'second at 1000000']);
    expect(clock.now()).toBe(5e6);
  });

  it('waits for real work while nothing is due', async () => {
    const clock = new VirtualClock();
    const work = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      return new Promise<number>((resolve) => clock.at(10, () => resolve(clock.now())));
    })();
    expect(await clock.drive(work)).toBe(10);
  });

  it('passes on what the work throws', async () => {
    await expect(new VirtualClock().drive(Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('hrtime clock', () => {
  it('runs events in order and never early', async () => {
    const clock = new HrtimeClock();
    const startMs = clock.now();
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      for (const at of [8, 2, 5]) clock.at(startMs + at, () => void seen.push(at, clock.now() - startMs - at));
      clock.at(startMs + 9, resolve);
    });
    expect(seen.filter((_, i) => i % 2 === 0)).toEqual([2, 5, 8]);
    expect(seen.filter((_, i) => i % 2 === 1).every((lateMs) => lateMs >= 0)).toBe(true);
  });
});

describe('scoped clock', () => {
  it('starts at zero, ends its timers when it is closed, and hands over what they throw', async () => {
    const outer = makeClock('virtual');
    const thrown: unknown[] = [];
    const work = (async () => {
      await new Promise<void>((resolve) => outer.at(500, resolve));
      const scope = new ScopedClock(outer, (error) => thrown.push(error));
      expect(scope.now()).toBe(0);
      scope.at(10, () => {
        throw new Error('early');
      });
      scope.at(15, () => Promise.reject(new Error('later')));
      scope.at(30, () => void thrown.push('must not run'));
      outer.at(520, () => scope.close());
      await new Promise<void>((resolve) => outer.at(600, resolve));
    })();
    await outer.drive(work);
    expect(thrown.map(String)).toEqual(['Error: early', 'Error: later']);
  });
});

describe('chance', () => {
  it('is decided by its seed, and spread evenly', () => {
    const draw = (seed: number) => Array.from({ length: 10_000 }, randomFrom(seed));
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    const mean = draw(5).reduce((sum, x) => sum + x, 0) / 10_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(seedOf('a', 1)).not.toBe(seedOf('a', 2));
    expect(shuffled([1, 2, 3, 4, 5], randomFrom(1)).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});

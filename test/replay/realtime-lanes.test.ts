import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/replay/engine.js';
import { closingLongestFirst } from '../../src/replay/call-length.js';
import { runLanes } from '../../src/replay/lanes.js';
import { interleaved, warmUpsOf } from '../../src/replay/realtime.js';
import { StartSpread } from '../../src/replay/start-spread.js';
import { attemptWith } from '../fixtures/attempts.js';

const never = new AbortController().signal;
/** Lets everything happen that is ready to. */
const settle = async () => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

/** Lanes whose runs end when the test says so. */
function held(items: readonly string[], lanes: number, signal = never, judge: (item: string) => 'done' | 'again' | Promise<'done' | 'again'> = () => 'done') {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const over = runLanes<string, string, string>(items, {
    lanes,
    signal,
    prepare: async (item) => (log.push(`prepare ${item}`), item.toUpperCase()),
    run: (item, ready, lane) => {
      log.push(`run ${item} on ${lane}`);
      return new Promise((resolve) => ends.set(item, () => resolve(`${ready}!`)));
    },
    judge: async (item, done) => (log.push(`judge ${done}`), judge(item)),
  });
  const end = async (item: string) => {
    ends.get(item)?.();
    await settle();
  };
  return { log, end, over, running: () => log.filter((line) => line.startsWith('run')).map((line) => line.slice(4)) };
}

describe('lanes', () => {
  it('each take the next item as soon as their last one is over, whatever the others do', async () => {
    const { end, over, running } = held(['a', 'b', 'c', 'd', 'e'], 2);
    await settle();
    expect(running()).toEqual(['a on 0', 'b on 1']);
    // a stalls for good; b's lane goes on.
    await end('b');
    await end('c');
    await end('d');
    expect(running()).toEqual(['a on 0', 'b on 1', 'c on 1', 'd on 1', 'e on 1']);
    await end('e');
    await end('a');
    await over;
  });

  it('have as many items ready as there are lanes before these end', async () => {
    const { log, end, over } = held(['a', 'b', 'c', 'd'], 1);
    await settle();
    expect(log).toEqual(['prepare a', 'run a on 0']);
    for (const item of ['a', 'b', 'c', 'd']) await end(item);
    await over;
    const two = held(['a', 'b', 'c', 'd', 'e'], 2);
    await settle();
    expect(two.log.filter((line) => line.startsWith('prepare'))).toEqual(['prepare a', 'prepare b', 'prepare c']);
    for (const item of ['a', 'b', 'c', 'd', 'e']) await two.end(item);
    await two.over;
  });

  it('go on while what came of others is still being judged, one at a time', async () => {
    const verdicts: (() => void)[] = [];
    const { log, end, over } = held(['a', 'b', 'c'], 1, never, () => new Promise((resolve) => verdicts.push(() => resolve('done'))));
    await settle();
    await end('a');
    await end('b');
    expect(log.filter((line) => /^(run|judge)/.test(line))).toEqual(['run a on 0', 'judge A!', 'run b on 0', 'run c on 0']);
    await end('c');
    for (let i = 0; i < 3; i++) {
      verdicts[i]();
      await settle();
    }
    await over;
    expect(log.filter((line) => line.startsWith('judge'))).toEqual(['judge A!', 'judge B!', 'judge C!']);
  });

  it('wait where results pile up that are not judged', async () => {
    const verdicts: (() => void)[] = [];
    const items = Array.from({ length: 12 }, (_, i) => `i${i}`);
    const { end, over, running } = held(items, 1, never, () => new Promise((resolve) => verdicts.push(() => resolve('done'))));
    await settle();
    for (const item of items) await end(item);
    expect(running()).toHaveLength(5);
    // Each verdict lets one more begin.
    for (let i = 0; i < items.length; i++) {
      verdicts[i]();
      await settle();
      expect(running()).toHaveLength(Math.min(12, 6 + i));
      if (i + 5 < items.length) await end(items[i + 5]);
    }
    await over;
    expect(running()).toHaveLength(12);
  });

  it('put what is wanted again before what has not begun, in order, also when it is the last', async () => {
    const tries = new Map<string, number>();
    const again = (item: string) => {
      tries.set(item, (tries.get(item) ?? 0) + 1);
      return (item === 'a' || item === 'c') && tries.get(item) === 1 ? 'again' : 'done';
    };
    const { end, over, running } = held(['a', 'b', 'c', 'd'], 1, never, again);
    await settle();
    for (const item of ['a', 'b', 'a', 'c', 'd', 'c']) await end(item);
    await over;
    expect(running()).toEqual(['a on 0', 'b on 0', 'a on 0', 'c on 0', 'd on 0', 'c on 0']);
  });

  it('begin nothing once the signal is raised, leave what is under way, and judge what is over', async () => {
    const stop = new AbortController();
    const { log, end, over } = held(['a', 'b', 'c', 'd'], 2, stop.signal);
    await settle();
    await end('a');
    stop.abort();
    await over;
    expect(log.filter((line) => /^(run|judge)/.test(line))).toEqual(['run a on 0', 'run b on 1', 'judge A!', 'run c on 0']);
  });

  it('pass on whatever a step throws, and begin nothing more', async () => {
    const broken = (step: 'prepare' | 'run' | 'judge') => {
      const fail = (here: string) => (here === step ? Promise.reject(new Error(step)) : Promise.resolve('done' as const));
      return runLanes(['a', 'b'], { lanes: 1, signal: never, prepare: () => fail('prepare'), run: () => fail('run'), judge: () => fail('judge') });
    };
    for (const step of ['prepare', 'run', 'judge'] as const) await expect(broken(step)).rejects.toThrow(step);
  });

  it('are over at once where there is nothing to do', async () => {
    await runLanes([], { lanes: 3, signal: never, prepare: async () => 0, run: async () => 0, judge: async () => 'done' });
  });
});

describe('starts of sessions', () => {
  it('are spread over a second at first, then as soon as they can be', () => {
    const spread = new StartSpread(4, 20, 1000);
    expect([1000, 1000, 1001, 1001].map((nowMs) => spread.next(nowMs))).toEqual([1000, 1250, 1500, 1750]);
    expect(spread.next(9000)).toBe(9000);
  });

  it('are a part of a frame apart at least', () => {
    const spread = new StartSpread(8, 20, 0);
    for (let i = 0; i < 8; i++) spread.next(5000);
    const starts = Array.from({ length: 8 }, () => spread.next(6000));
    expect(starts).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => 6000 + 2.5 * i));
  });

  it('are never in the past', () => {
    const spread = new StartSpread(2, 20, 0);
    expect([3000, 3000, 4000].map((nowMs) => spread.next(nowMs))).toEqual([3000, 3010, 4000]);
  });
});

describe('the order of replays', () => {
  const tasks = ['a', 'b', 'c', 'd'].map((id): Task => ({ attempt: attemptWith({ id }), variants: id === 'd' ? [1] : [0, 1, 2] }));
  const named = (replays: ReturnType<typeof interleaved>) => replays.map(({ attempt, variant }) => `${attempt.id}${variant}`);

  it('lets the variants of an attempt follow each other, each attempt beginning with another one', () => {
    expect(named(interleaved(tasks))).toEqual(['a0', 'a1', 'a2', 'b1', 'b2', 'b0', 'c2', 'c0', 'c1', 'd1']);
  });

  it('begins with the first ones where some are to warm up, as often as that takes, with other seeds', () => {
    const replays = interleaved(tasks.slice(3));
    const warmUps = warmUpsOf(replays, 3);
    expect(named(warmUps)).toEqual(['d1', 'd1', 'd1']);
    expect(new Set([...warmUps, ...replays].map(({ attempt }) => attempt.seed)).size).toBe(4);
    expect(warmUpsOf([], 3)).toEqual([]);
  });
});

describe('the last calls', () => {
  const lengths = [5, 1, 9, 2, 7, 3, 8, 7].map((length, at) => ({ length, at }));
  const lengthOf = ({ length }: { length: number }) => length;

  it('are longest first, three a lane, the others and equal ones in order', async () => {
    expect((await closingLongestFirst(lengths, 2, async (call) => lengthOf(call))).map(({ at }) => at)).toEqual([0, 1, 2, 6, 4, 7, 5, 3]);
    expect((await closingLongestFirst(lengths, 16, async (call) => lengthOf(call))).map(lengthOf)).toEqual([9, 8, 7, 7, 5, 3, 2, 1]);
  });

  it('stay in order where one follows another anyway', async () => expect(await closingLongestFirst(lengths, 1, async (call) => lengthOf(call))).toEqual(lengths));
});

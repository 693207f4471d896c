import { describe, expect, it } from 'vitest';
import { watchAgent } from '../../src/run/watch.js';
import { VirtualClock } from '../../src/time/index.js';

/** Watches an agent that looks so, one look after the other, and then is no more. Of each call: its turn, and when it came. */
async function watched(looks: readonly (string | null)[], during: (turn: number) => void = () => {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const calls: [number, number][] = [];
  let waits = 0;
  let next = 0;
  const look = async () => {
    if (next === looks.length - 1) controller.abort();
    return looks[Math.min(next++, looks.length - 1)];
  };
  const watching = { look, clock, signal: controller.signal, everyMs: 100, waiting: () => void waits++ };
  await clock.drive(
    watchAgent(watching, async (turn) => {
      calls.push([turn, clock.now()]);
      during(turn);
    }),
  );
  return { calls, waits };
}

describe('watching an agent', () => {
  it('calls once it is there, and has looked the same twice', async () => {
    expect(await watched([null, null, 'a', 'a', 'a', 'a'])).toEqual({ calls: [[1, 300]], waits: 1 });
    expect(await watched(['a', 'a', 'a'])).toEqual({ calls: [[1, 100]], waits: 0 });
  });

  it('calls again when it has gone away and come back as another one, and says that it waits', async () => {
    expect(await watched(['a', 'a', 'a', null, null, 'b', 'b', 'b'])).toEqual({ calls: [[1, 100], [2, 500]], waits: 1 });
  });

  it('calls again when it is another one without having been away', async () => {
    expect((await watched(['a', 'a', 'a', 'b', 'b', 'b'])).calls).toHaveLength(2);
  });

  it('does not call one that still changes, nor one that came back as it was', async () => {
    expect((await watched(['a', 'a', 'b', 'c', 'd', 'd', 'd'])).calls.map(([turn]) => turn)).toEqual([1, 2]);
    expect((await watched(['a', 'a', null, 'a', 'a', 'a'])).calls).toHaveLength(1);
  });

  it('ends while it waits, at once', async () => {
    expect(await watched([null])).toEqual({ calls: [], waits: 1 });
  });
});

import { randomFrom, seedOf } from '../time/index.js';
import type { AttemptMedia, Clock, Ms } from '../types.js';

/** Delivers things in order, each after the delay of the line. */
export type Line = (deliver: () => void) => void;

/**
 * One direction of the network of an attempt. Without jitter things arrive the moment they are sent. With it each takes the
 * fixed part plus an exponentially distributed one (seeded), and never overtakes the one before, as on an ordered transport.
 */
export function makeLine(clock: Clock, jitter: AttemptMedia['jitter'], seed: number, direction: 'up' | 'down'): Line {
  if (jitter === null) return (deliver) => deliver();
  const random = randomFrom(seedOf(seed, 'line', direction));
  let lastMs: Ms = 0;
  return (deliver) => {
    const delayMs = jitter.baseMs - jitter.meanMs * Math.log(1 - random());
    lastMs = Math.max(lastMs, clock.now() + delayMs);
    clock.at(lastMs, deliver);
  };
}

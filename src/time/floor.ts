import type { Ms } from '../types.js';
import { HrtimeClock } from './hrtime-clock.js';
import { LatenessCounts } from './lateness-counts.js';
import type { LatenessFigures } from './lateness-counts.js';

/** How late deadlines are met on this machine now, ms. */
export interface TimerFloor {
  /** By nothing but looking at the clock: what the machine itself takes away. */
  readonly spin: LatenessFigures;
  /** By the pacer that real-time runs are timed with. */
  readonly paced: LatenessFigures;
}

/**
 * Meets deadlines a few ms apart in both ways, one after the other.
 * @param count deadlines in each way
 */
export async function measureTimerFloor(count: number, everyMs: Ms): Promise<TimerFloor> {
  return { paced: await pacedLateness(count, everyMs), spin: spinLateness(count, everyMs) };
}

async function pacedLateness(count: number, everyMs: Ms): Promise<LatenessFigures> {
  const clock = HrtimeClock.paced();
  const lateness = new LatenessCounts();
  try {
    // The thread of the pacer starts up before the first deadline.
    const startMs = clock.now() + 200;
    await new Promise<void>((resolve) => {
      const next = (i: number) => {
        const dueMs = startMs + i * everyMs;
        clock.at(dueMs, () => {
          lateness.add(clock.now() - dueMs);
          if (i + 1 < count) next(i + 1);
          else resolve();
        });
      };
      next(0);
    });
  } finally {
    await clock.close();
  }
  return lateness.figures() as LatenessFigures;
}

function spinLateness(count: number, everyMs: Ms): LatenessFigures {
  const lateness = new LatenessCounts();
  const startNs = process.hrtime.bigint();
  for (let i = 1; i <= count; i++) {
    const dueNs = startNs + BigInt(Math.round(i * everyMs * 1e6));
    let nowNs = process.hrtime.bigint();
    while (nowNs < dueNs) nowNs = process.hrtime.bigint();
    lateness.add(Number(nowNs - dueNs) / 1e6);
  }
  return lateness.figures() as LatenessFigures;
}

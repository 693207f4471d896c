import type { Clock, Ms } from '../types.js';

/** A call that is over: who called, and how late its agent was. */
export interface EndedCall {
  /** As the caller gave it; 0 where it gave none. */
  readonly seed: number;
  /** The most by which something that the agent did because of what it heard was late: what it heard reached it late, or its time came late. */
  readonly lateMs: Ms;
  /** The most by which anything was late that it did at a time of its own, such as sending its next chunk. */
  readonly stalledMs: Ms;
}

/**
 * How late a served agent reacts in one call. What it does is the truth that a calibration compares with, as long as it does it when it should;
 * only the agent's own process can tell.
 */
export class CallLateness {
  /** The least that audio was behind its own time line: what the way takes when nothing is late. */
  #leastBehindMs = Infinity;
  /** How late the audio is that is being heard; null while none is. */
  #hearingMs: Ms | null = null;
  /** As of an ended call, so far. */
  lateMs: Ms = 0;
  stalledMs: Ms = 0;

  /** Audio has come whose first sample was `mediaMs` into the call. @param hear what the agent does with it now */
  heard(nowMs: Ms, mediaMs: Ms, hear: () => void): void {
    const behindMs = nowMs - mediaMs;
    this.#leastBehindMs = Math.min(this.#leastBehindMs, behindMs);
    this.#hearingMs = behindMs - this.#leastBehindMs;
    try {
      hear();
    } finally {
      this.#hearingMs = null;
    }
  }

  /** The clock, with what is done later noted, and that because of what is heard now apart. */
  watch(clock: Clock): Clock {
    return {
      kind: clock.kind,
      now: () => clock.now(),
      at: (dueMs, run) => {
        const heardLateMs = this.#hearingMs;
        return clock.at(dueMs, () => {
          const ranLateMs = clock.now() - dueMs;
          this.stalledMs = Math.max(this.stalledMs, ranLateMs);
          if (heardLateMs !== null) this.lateMs = Math.max(this.lateMs, heardLateMs + ranLateMs);
          return run();
        });
      },
    };
  }
}

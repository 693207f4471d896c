import type { Clock, Ms } from '../types.js';

/** A call that is over: who called, and how late its agent was. */
export interface EndedCall {
  /** As the caller gave it; 0 where it gave none. */
  readonly seed: number;
  /** The most by which something that the agent did because of what it heard was late: what it heard reached it late, or its time came late. */
  readonly lateMs: Ms;
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
  /** How late the agent was so far. */
  ms: Ms = 0;

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

  /** The clock, with what is done later because of what is heard now noted. */
  watch(clock: Clock): Clock {
    return {
      kind: clock.kind,
      now: () => clock.now(),
      at: (dueMs, run) => {
        const heardLateMs = this.#hearingMs;
        if (heardLateMs === null) return clock.at(dueMs, run);
        return clock.at(dueMs, () => {
          this.ms = Math.max(this.ms, heardLateMs + clock.now() - dueMs);
          return run();
        });
      },
    };
  }
}

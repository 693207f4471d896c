import { describe, expect, it } from 'vitest';
import { CallLateness } from '../../src/serve/lateness.js';
import type { Cancel, Clock, Ms } from '../../src/types.js';

/** Time stands still until it is moved; what is due by then runs then, as on a busy machine. */
class HandClock implements Clock {
  readonly kind = 'realtime';
  #nowMs = 0;
  #events: { readonly dueMs: Ms; run(): unknown }[] = [];

  now(): Ms {
    return this.#nowMs;
  }

  at(dueMs: Ms, run: () => unknown): Cancel {
    this.#events.push({ dueMs, run });
    return () => {};
  }

  goTo(nowMs: Ms): void {
    this.#nowMs = nowMs;
    const due = this.#events.filter(({ dueMs }) => dueMs <= nowMs);
    this.#events = this.#events.filter((event) => !due.includes(event));
    for (const { run } of due) run();
  }
}

/** Frames of 20 ms, each this many ms after it could have come. */
function hearing(lateMs: readonly Ms[], react: (frame: number, clock: Clock) => void) {
  const clock = new HandClock();
  const lateness = new CallLateness();
  const watched = lateness.watch(clock);
  lateMs.forEach((late, frame) => {
    clock.goTo(5 + 20 * frame + late);
    lateness.heard(clock.now(), 20 * frame, () => react(frame, watched));
  });
  return { clock, lateness };
}

describe('how late a served agent reacts', () => {
  it('is nothing where audio and timers come in time', () => {
    const { clock, lateness } = hearing([0, 0, 0], (frame, at) => void (frame === 2 && at.at(at.now() + 100, () => {})));
    clock.goTo(145);
    expect(lateness.lateMs).toBe(0);
  });

  it('is what the audio that it reacts to was late by', () => {
    const { clock, lateness } = hearing([0, 0, 7], (frame, at) => void (frame === 2 && at.at(at.now() + 100, () => {})));
    clock.goTo(152);
    expect(lateness.lateMs).toBe(7);
  });

  it('adds what its time came late by', () => {
    const { clock, lateness } = hearing([0, 0, 7], (frame, at) => void (frame === 2 && at.at(at.now() + 100, () => {})));
    clock.goTo(155);
    expect(lateness.lateMs).toBe(10);
  });

  it('is not that of audio and timers that nothing hangs on', () => {
    const { clock, lateness } = hearing([0, 9, 0], () => {});
    lateness.watch(clock).at(60, () => {});
    clock.goTo(300);
    expect(lateness).toMatchObject({ lateMs: 0, stalledMs: 240 });
  });

  it('is unknown of the audio before anything came in time: the way may take as long', () => {
    const { clock, lateness } = hearing([9, 9], (frame, at) => void (frame === 1 && at.at(at.now(), () => {})));
    clock.goTo(60);
    expect(lateness.lateMs).toBeCloseTo(26, 9);
  });
});

import { describe, expect, it } from 'vitest';
import { defaultMeasureOptions, measureAttempt } from '../../src/measure/attempt.js';
import type { Recording } from '../../src/types.js';
import { attemptWith, mediaWith, rateHz, run, shortUser, steadyResponse } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';
import { speechLike } from '../fixtures/speech.js';

/** An attempt as it was recorded (the agent is heard from 320 ms, the user comes in at 920), judged after a change. */
async function judged(change: (recording: Recording) => Recording, script = {}) {
  const { recording } = await run(scriptedAgent({ stopAfterMs: 100, flush: true, ...script }));
  return measureAttempt(attemptWith(), change(recording), steadyResponse, defaultMeasureOptions);
}

const stalled = (dueMs: number, lateMs: number) => (recording: Recording) => ({ ...recording, uplink: { ...recording.uplink, stallsMs: [[dueMs, lateMs] as const] } });
const moved = (ms: number) => (recording: Recording) => ({
  ...recording,
  injected: recording.injected && { ...recording.injected, userOnsetMs: recording.injected.userOnsetMs + ms, userEndMs: recording.injected.userEndMs + ms },
});

describe('validity', () => {
  it('ends with a stall of the receiving thread between onset and stop, where no frame was sent late', async () => {
    expect((await judged(stalled(950, 5.1))).invalidReason).toBe('harness-late');
    expect((await judged(stalled(950, 4.9))).invalidReason).toBeNull();
    expect((await judged(stalled(700, 50))).invalidReason).toBeNull();
    expect((await judged(stalled(2000, 50))).invalidReason).toBeNull();
  });

  it('holds for stalls of an attempt that never stopped, up to where it was observed', async () => {
    const never = { stopAfterMs: null };
    expect((await judged(stalled(3000, 50), never)).invalidReason).toBe('harness-late');
    expect((await judged(stalled(920 + 500 + 3001, 50), never)).invalidReason).toBeNull();
  });

  it('ends with an offset more than 20 ms off', async () => {
    expect((await judged(moved(21))).invalidReason).toBe('offset-off');
    expect((await judged(moved(-21))).invalidReason).toBe('offset-off');
    expect((await judged(moved(19))).invalidReason).toBeNull();
  });

  it.each([
    [1190, 'too-little-speech-left'],
    [1215, null],
  ])('asks for 1 s of speech and the hangover after the onset (%i ms left)', async (leftMs, reason) => {
    const response = speechLike(rateHz, 4000, [[100, 100 + 600 + leftMs]], 6);
    expect((await run(scriptedAgent({ stopAfterMs: 100, flush: true }), attemptWith(), mediaWith(response))).result.invalidReason).toBe(reason);
  });

  it('never charges an agent that was first heard after the user to the harness', async () => {
    const late = (recording: Recording) => ({ ...recording, packets: recording.packets.filter(({ arrivedMs }) => arrivedMs > 1500) });
    expect(await judged(late, { stopAfterMs: null })).toMatchObject({ outcome: 'invalid', invalidReason: 'silent-at-onset', actualOffsetMs: null });
  });
});

describe('the observation window', () => {
  it.each([
    [2900, 'yielded'],
    [3150, 'talked-through'],
  ])('takes a stop up to 3 s after the user’s end (%i ms)', async (afterEndMs, outcome) => {
    // The user speaks for 500 ms from 920 on; the frame with the onset arrives at 940.
    const agent = scriptedAgent({ stopAfterMs: 920 + 500 + afterEndMs - 940, flush: true, queueMs: 60_000 });
    // Recorded for longer than it is judged: what comes later is on record and does not count.
    const { result } = await run(agent, attemptWith(), mediaWith(), { replay: { windowMs: 6000 } });
    expect(result.outcome).toBe(outcome);
  });

  it('sees a response going on after a user who speaks for long', async () => {
    const long = speechLike(rateHz, 4500, [[0, 4500]], 12);
    const { result } = await run(scriptedAgent({ stopAfterMs: 60, queueMs: 400, flush: true, resumeAfterMs: 5000 }), attemptWith(), mediaWith(steadyResponse, long));
    expect(result.outcome).toBe('resumed');
    expect(result.resumedAfterMs).toBeGreaterThan(4000);
    // After a short one the window is over by then.
    const { result: short } = await run(scriptedAgent({ stopAfterMs: 60, queueMs: 400, flush: true, resumeAfterMs: 5000 }), attemptWith(), mediaWith(steadyResponse, shortUser));
    expect(short).toMatchObject({ outcome: 'yielded', resumedAfterMs: null });
  });
});

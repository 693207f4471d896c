import { describe, expect, it } from 'vitest';
import { freshTrace, traceparentOf } from '../../src/replay/trace-ids.js';
import { HrtimeClock, VirtualClock } from '../../src/time/index.js';
import { wallClockStamp } from '../../src/time/index.js';
import { attemptWith, mediaWith, run, steadyResponse } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

/** Tries of one attempt in which the agent throws as soon as it is asked: short, also in real time. */
async function tries(clock: HrtimeClock | VirtualClock, count: number) {
  const offered: (string | null)[] = [];
  const recordings = [];
  for (let i = 0; i < count; i++) {
    const agent = scriptedAgent({ crashMs: 0 });
    const { connect } = agent;
    const noting = { ...agent, connect: (context: Parameters<typeof connect>[0]) => (offered.push(context.traceparent), connect(context)) };
    recordings.push((await run(noting, attemptWith(), mediaWith(steadyResponse), { clock })).recording);
  }
  return { offered, recordings };
}

describe('the trace of an attempt', () => {
  it('is written as W3C Trace Context says', () => {
    expect(traceparentOf({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' })).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(freshTrace()).toEqual({ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
  });

  it('is a new one for each try in real time, the one that the agent was offered, at a time of day within the run', async () => {
    const from = Date.parse(wallClockStamp());
    const { offered, recordings } = await tries(new HrtimeClock(), 2);
    const to = Date.parse(wallClockStamp());
    expect(new Set(offered).size).toBe(2);
    expect(offered).toEqual(recordings.map(({ trace }) => trace && traceparentOf(trace)));
    const [first, second] = recordings.map(({ wallMs }) => wallMs ?? NaN);
    // The stamps are whole milliseconds.
    expect(first).toBeGreaterThanOrEqual(from - 1);
    expect(second).toBeGreaterThanOrEqual(first + recordings[0].endMs);
    expect(second + recordings[1].endMs).toBeLessThanOrEqual(to + 1);
  });

  it('is none on the virtual clock', async () => {
    const { offered, recordings } = await tries(new VirtualClock(), 1);
    expect(offered).toEqual([null]);
    expect(recordings[0]).toMatchObject({ trace: null, wallMs: null });
  });
});

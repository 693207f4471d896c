import { describe, expect, it } from 'vitest';
import { arrivalPace } from '../../src/measure/network.js';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import type { Ms, Packet } from '../../src/types.js';
import { attemptWith, mediaWith, rateHz, run } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';
import { makeResult } from '../report/sample-run.js';

/** `count` packets of `lengthMs`, the first at `fromMs`, then one every `everyMs` as they are due plus what `late` says. */
const packets = (count: number, lengthMs: Ms, everyMs: Ms, { fromMs = 300, late = () => 0 }: { fromMs?: Ms; late?: (i: number) => Ms } = {}): Packet[] =>
  Array.from({ length: count }, (_, i) => ({ arrivedMs: fromMs + i * everyMs + late(i), length: (lengthMs * rateHz) / 1000, from: 0, data: null }));

describe('arrivalPace', () => {
  it.each([
    ['in real time', 20, 20, 1],
    ['24 kHz on a line of 16', 30, 20, 1.5],
    ['8 kHz on a line of 16', 10, 20, 0.5],
    ['chunks of 200 ms', 200, 200, 1],
  ])('is audio per time: %s', (_, lengthMs, everyMs, pace) => {
    expect(arrivalPace(packets(Math.ceil(3000 / everyMs), lengthMs, everyMs), rateHz, 10_000)).toBe(pace);
  });

  it('bears jitter, a stall, and a burst at the beginning', () => {
    const stall = packets(150, 20, 20, { late: (i) => (i >= 80 && i < 90 ? (90 - i) * 20 : 0) });
    expect(arrivalPace(stall, rateHz, 10_000)).toBe(1);
    expect(arrivalPace(packets(150, 20, 20, { late: (i) => (i % 3) * 7 }), rateHz, 10_000)).toBeCloseTo(1, 1);
    const ahead = [...packets(20, 20, 0), ...packets(150, 20, 20, { fromMs: 320 })];
    expect(arrivalPace(ahead, rateHz, 10_000)).toBe(1);
  });

  it('is not known of what comes at once, unevenly, for less than a second or after the onset', () => {
    expect(arrivalPace(packets(150, 20, 0), rateHz, 10_000)).toBeNull();
    expect(arrivalPace(packets(150, 20, 20, { late: (i) => (i > 60 ? 300 : 0) }), rateHz, 10_000)).toBeNull();
    expect(arrivalPace(packets(70, 20, 20), rateHz, 10_000)).toBeNull();
    expect(arrivalPace(packets(150, 20, 20), rateHz, 1700)).toBeNull();
    expect(arrivalPace([], rateHz, 10_000)).toBeNull();
  });

  it('is of the recording before the user comes in', async () => {
    const { result } = await run(scriptedAgent({ stopAfterMs: 100, flush: true }), attemptWith({ offsetMs: 2500 }), mediaWith());
    expect(result).toMatchObject({ outcome: 'yielded', arrivalPace: 1 });
  });

  it('is warned of where it is not that of real time', () => {
    const seen = (pace: number | null) =>
      judgeTrust(summarize([makeResult({}, { arrivalPace: pace }), makeResult({ id: 'f0002' }, { arrivalPace: null })], { withinMs: [250], errorBarMs: 1 })).warnings.map((warning) => warning.seen);
    expect(seen(1.5)).toContain("the agent's audio came evenly at 1.50 times real time in 1 of 2 attempts");
    for (const pace of [null, 0.99, 1.02]) expect(seen(pace).join()).not.toContain('times real time');
  });
});

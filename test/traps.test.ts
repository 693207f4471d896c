import { describe, expect, it } from 'vitest';
import { defaultMeasureOptions } from '../src/measure/attempt.js';
import { summarize } from '../src/measure/summarize.js';
import { judgeTrust } from '../src/measure/trust.js';
import { VirtualClock } from '../src/time/index.js';
import type { AttemptResult, Ms } from '../src/types.js';
import { attemptWith, mediaWith, pausedResponse, rateHz, run, shortUser, steadyResponse } from './fixtures/attempts.js';
import { scriptedAgent } from './fixtures/scripted-agent.js';
import { speechLike } from './fixtures/speech.js';

/**
 * One test for each trap that measurements of this kind have fallen into. Two more are shown where they belong: a detector
 * level of -40 dB (9) in test/detect, a tone taken for speech (14) in test/vad, clustered attempts (16) in test/measure.
 */
const figures = (results: readonly AttemptResult[], withinMs: readonly Ms[] = [60, 100, 250]) => summarize(results, { withinMs, errorBarMs: 1 });
const rateAt = (results: readonly AttemptResult[], limitMs: Ms) => figures(results, [limitMs]).groups[0].limits[0].interrupt.rate;

/** Departure of the frame that holds an onset at 920 ms (the agent is heard from 320 ms, the user comes in 600 ms later). */
const departureMs = 940;

describe('traps', () => {
  it('1. the hangover is not charged to the latency', async () => {
    const { result, recording } = await run(scriptedAgent({ stopAfterMs: 400, flush: true, queueMs: 5000 }));
    const { quantumMs, phaseMs } = recording.playout;
    const decided = departureMs + 400;
    const step = phaseMs + Math.ceil((decided - phaseMs) / quantumMs) * quantumMs;
    expect(result.outcome).toBe('yielded');
    expect(Math.abs((result.stopLatencyMs as Ms) - (step - 920))).toBeLessThan(0.5);
  });

  it('2. neither a pause of the response nor its end is a yield', async () => {
    const short = speechLike(rateHz, 3600, [[100, 1500], [2200, 3500]]);
    for (const response of [pausedResponse, short]) {
      expect((await run(scriptedAgent({ queueMs: 5000 }), attemptWith(), mediaWith(response))).result.outcome).toBe('talked-through');
      const held = await run(scriptedAgent({}), attemptWith({ intent: 'backchannel', persona: 'listener' }), mediaWith(response));
      expect(held.result.outcome).toBe('held');
      expect(held.result.truncated).toBe(response === short);
    }
  });

  it('3. an interruption while the agent is silent is no pass', async () => {
    const { result } = await run(scriptedAgent({ stopsItselfMs: 300, flush: true }));
    expect(result).toMatchObject({ outcome: 'invalid', invalidReason: 'silent-at-onset' });
    // Nor is one that the schedule puts into a pause.
    const inPause = await run(scriptedAgent({ stopAfterMs: 50, flush: true }), attemptWith({ offsetMs: 1650 }), mediaWith(pausedResponse));
    expect(inPause.result).toMatchObject({ outcome: 'invalid', invalidReason: 'onset-in-pause' });
  });

  it('4. percentiles and rates keep the attempts that never yielded', async () => {
    const yielded = (await run(scriptedAgent({ stopAfterMs: 20, flush: true }))).result;
    const missed = (await run(scriptedAgent({}))).result;
    const [all] = figures([yielded, missed, missed, missed]).groups;
    expect(all.limits.at(-1)?.interrupt.rate).toBe(0.25);
    expect(all.percentiles[0]).toMatchObject({ valueMs: null, moreThanMs: missed.observedMs });
  });

  it('5. an overlap that ends because the user stopped is no stop of the agent', async () => {
    const blip = speechLike(rateHz, 150, [[0, 150]], 4);
    const { result } = await run(scriptedAgent({}), attemptWith(), mediaWith(steadyResponse, blip));
    expect(result).toMatchObject({ outcome: 'talked-through', stopLatencyMs: null });
    expect(result.observedMs).toBeCloseTo(150 + 3000, 0);
  });

  it('6. the phase against the frame grid is part of the latency, to the sample, and never noise', async () => {
    for (let phase = 0; phase < 20; phase += 0.9) {
      const { result, recording } = await run(scriptedAgent({ stopAfterMs: 107 }), attemptWith({ offsetMs: 600 + phase }));
      const onsetMs = recording.injected?.userOnsetMs as Ms;
      const decidedMs = (Math.floor(onsetMs / 20 + 1e-9) + 1) * 20 + 107;
      // Packets of 20 ms leave at 200 + k * 20 and begin to be heard 20 ms later: the last one sent before the decision is played out.
      const heardToMs = 200 + Math.floor((decidedMs - 200) / 20) * 20 + 40;
      expect(Math.abs((result.stopLatencyMs as Ms) - (heardToMs - onsetMs))).toBeLessThan(0.5);
    }
  });

  it('7. the arrival of a packet is not what was heard, nor the reverse', async () => {
    const flushed = (await run(scriptedAgent({ stopAfterMs: 100, queueMs: 60_000, flush: true }))).result;
    // Everything arrived before the user spoke, and yet it was heard until the flush.
    expect(flushed.wireStopLatencyMs).toBeLessThan(-500);
    expect(flushed.stopLatencyMs).toBeGreaterThan(100);
    const drained = (await run(scriptedAgent({ stopAfterMs: 100, queueMs: 400, chunkMs: 200 }))).result;
    expect((drained.stopLatencyMs as Ms) - (drained.wireStopLatencyMs as Ms)).toBeGreaterThan(200);
    expect(drained.bufferDepthMs).toBeGreaterThan(200);
  });

  it('8. the start of a clip’s file is not its first syllable', async () => {
    const user = { rateHz, samples: new Int16Array(rateHz * 1.4) };
    user.samples.set(shortUser.samples, rateHz * 0.9);
    const media = { ...mediaWith(), user: { pcm: user, onsetSample: rateHz * 0.9, endSample: user.samples.length } };
    const late = (await run(scriptedAgent({ stopAfterMs: 100, flush: true }), attemptWith({ offsetMs: 1000 }), media)).result;
    const trimmed = (await run(scriptedAgent({ stopAfterMs: 100, flush: true }), attemptWith({ offsetMs: 1000 }))).result;
    expect(late.actualOffsetMs).toBe(1000);
    expect(late.stopLatencyMs).toBe(trimmed.stopLatencyMs);
  });

  it('10. pausing and going on is no success', async () => {
    const { result } = await run(scriptedAgent({ stopAfterMs: 60, queueMs: 400, flush: true, resumeAfterMs: 2000 }));
    expect(result.outcome).toBe('resumed');
    expect(Math.abs((result.resumedAfterMs as Ms) - 2000)).toBeLessThan(60);
    const [all] = figures([result]).groups;
    expect(all.limits.at(-1)?.interrupt.rate).toBe(0);
    expect(all.limits.at(-1)?.quiet.rate).toBe(1);
  });

  it('11. empty results pass nothing', () => {
    const summary = figures([]);
    expect(summary.groups[0].limits[0].interrupt).toMatchObject({ rate: null, lo: null, hi: null });
    expect(summary.groups[0].percentiles[0].valueMs).toBeNull();
    expect(judgeTrust(summary).untrusted).not.toEqual([]);
  });

  it('12. a stall of the harness is neither the agent’s latency nor hidden, and delays nothing after it', async () => {
    const { result, recording } = await run(scriptedAgent({ stopAfterMs: 200, flush: true }), attemptWith(), mediaWith(), { clock: new StallingClock(1000, 1060) });
    expect(result).toMatchObject({ outcome: 'invalid', invalidReason: 'harness-late' });
    expect(result.sendLatenessMs).toBeGreaterThan(5);
    const lateness = recording.uplink.latenessMs as number[];
    expect(lateness.filter((ms) => ms > 5).length).toBeGreaterThan(1);
    expect(lateness.slice(60).every((ms) => ms === 0)).toBe(true);
  });

  it('13. the agent hears its own echo, and only while it is heard', async () => {
    const agent = scriptedAgent({ stopAfterMs: 0, flush: true });
    const echo = new Float32Array(80 * 16 + 1);
    echo[80 * 16] = 10 ** (-30 / 20);
    const { result } = await run(agent, attemptWith(), mediaWith(steadyResponse, shortUser, { echo }));
    // An agent that stops at any sound interrupts itself before the user has said a word.
    expect(result).toMatchObject({ outcome: 'invalid', invalidReason: 'silent-at-onset' });
  });

  it('15. another latency limit changes no other rate', async () => {
    const results: AttemptResult[] = [];
    for (const stopAfterMs of [10, 60, 150, 400, 900, null]) {
      results.push((await run(scriptedAgent({ stopAfterMs, flush: true }), attemptWith(), mediaWith(), { measure: { withinMs: [60, 100, 250, 1000] } })).result);
      const fewer = (await run(scriptedAgent({ stopAfterMs, flush: true }), attemptWith(), mediaWith(), { measure: { withinMs: [60] } })).result;
      expect(fewer).toEqual(results.at(-1));
    }
    for (const limitMs of defaultMeasureOptions.withinMs) {
      const together = figures(results, [60, 100, 250, 500, 1000]).groups[0].limits.find((limit) => limit.limitMs === limitMs);
      expect(together?.interrupt.rate).toBe(rateAt(results, limitMs));
    }
  });
});

/** A virtual clock on which everything due in a span runs at its end, as on a thread that was held up. */
class StallingClock extends VirtualClock {
  constructor(
    readonly fromMs: Ms,
    readonly toMs: Ms,
  ) {
    super();
  }

  override at(dueMs: Ms, act: () => void | Promise<void>) {
    return super.at(dueMs >= this.fromMs && dueMs < this.toMs ? this.toMs : dueMs, act);
  }
}

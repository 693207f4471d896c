import { describe, expect, it } from 'vitest';
import { measureAttempt, defaultMeasureOptions } from '../../src/measure/attempt.js';
import { makeClock } from '../../src/time/index.js';
import type { Agent, Recording } from '../../src/types.js';
import { attemptWith, mediaWith, pausedResponse, rateHz, run, shortUser, steadyResponse } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

describe('replaying an attempt', () => {
  it('puts the onset at the agent’s onset as heard plus the offset, to the sample, at any phase of the frame grid', async () => {
    for (let phase = 0; phase < 20; phase += 1.7) {
      const agent = scriptedAgent({});
      const { recording, result } = await run(agent, attemptWith({ offsetMs: 600 + phase }));
      // Asked at 200 ms, two packets of 20 ms fill the buffer at 220; speech begins 100 ms into the response.
      expect(recording.injected?.agentOnsetMs).toBe(320);
      const onset = Math.round((600 + phase) * 16) + 320 * 16;
      const frame = agent.frames.find(({ samples }) => samples.some((s) => s !== 0));
      const inFrame = frame?.samples.findIndex((s) => s !== 0) as number;
      expect((frame?.mediaTimeMs as number) * 16 + inFrame).toBe(onset);
      expect(result.actualOffsetMs).toBeCloseTo(onset / 16 - 320, 2);
      expect(result.packetizationMs).toBeCloseTo(20 - ((onset / 16) % 20), 2);
    }
  });

  it('streams frames without a gap from connect to hang-up', async () => {
    const agent = scriptedAgent({ stopAfterMs: 50, flush: true });
    const { recording } = await run(agent);
    expect(agent.frames.map(({ mediaTimeMs }) => mediaTimeMs)).toEqual(agent.frames.map((_, i) => i * 20));
    expect(recording.uplink).toEqual({ frames: agent.frames.length, latenessMs: null, stallsMs: [] });
  });

  it('leaves out lead-in that would lie in frames already sent, and keeps the onset in place', async () => {
    const agent = scriptedAgent({});
    const user = { rateHz, samples: new Int16Array(rateHz * 1.4) };
    user.samples.fill(3, 0, rateHz * 0.9);
    user.samples.set(shortUser.samples, rateHz * 0.9);
    const media = mediaWith(steadyResponse, user);
    await run(agent, attemptWith({ offsetMs: 150 }), { ...media, user: { pcm: user, onsetSample: rateHz * 0.9, endSample: user.samples.length } });
    const line = Int16Array.from(agent.frames.flatMap(({ samples }) => [...samples]));
    const onset = (320 + 150) * 16;
    expect(line.slice(onset, onset + 100)).toEqual(shortUser.samples.slice(0, 100));
    expect(line[onset - 1]).toBe(3);
  });

  it('refuses an offset that is already past, and says what would have been possible', async () => {
    const { recording, result } = await run(scriptedAgent({}), attemptWith({ offsetMs: -200 }));
    expect(recording.injected).toBeNull();
    expect(result).toMatchObject({ outcome: 'invalid', invalidReason: 'offset-missed' });
    expect(recording.smallestOffsetMs).toBeLessThanOrEqual(0);
  });

  it('gives a control a virtual onset and sends nothing', async () => {
    const agent = scriptedAgent({ stopAfterMs: 0 });
    const { recording, result } = await run(agent, attemptWith({ intent: 'control', userClip: null, userClipKind: null }), mediaWith(pausedResponse, null));
    expect(agent.frames.every(({ samples }) => samples.every((s) => s === 0))).toBe(true);
    expect(recording.injected?.userOnsetMs).toBe(recording.injected?.userEndMs);
    expect(result.outcome).toBe('held');
  });

  it('mixes the bed, and echoes what the caller hears, after it and only as long as it is heard', async () => {
    const agent = scriptedAgent({ stopsItselfMs: 1500, flush: true });
    const echo = new Float32Array(80 * 16 + 1);
    echo[80 * 16] = 0.1;
    const bed = { pcm: { rateHz, samples: new Int16Array(777).fill(40) }, startSample: 5 };
    const { recording } = await run(agent, attemptWith(), mediaWith(steadyResponse, shortUser, { echo, bed }), { replay: { bedLeadInMs: 200 } });
    const line = Int16Array.from(agent.frames.flatMap(({ samples }) => [...samples]));
    // The response's first loud sample is heard at 320 ms.
    expect(line[(320 + 80) * 16]).toBe(40 + Math.round(0.1 * steadyResponse.samples[100 * 16]));
    expect(line.slice(0, (320 + 80) * 16).every((s) => s === 40)).toBe(true);
    const stopMs = recording.flushes[0].atMs + 10 + 80;
    expect(line.slice(Math.ceil(stopMs) * 16 + 500 * 16).every((s) => s === 40)).toBe(true);
  });

  it('delays both directions on a jittery line without reordering, the same each time', async () => {
    const jitter = { baseMs: 20, meanMs: 8 };
    const first = await run(scriptedAgent({}), attemptWith(), mediaWith(steadyResponse, shortUser, { jitter }));
    const again = await run(scriptedAgent({}), attemptWith(), mediaWith(steadyResponse, shortUser, { jitter }));
    expect(again.recording).toEqual(first.recording);
    const arrivals = first.recording.packets.map(({ arrivedMs }) => arrivedMs);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(arrivals[0]).toBeGreaterThanOrEqual(220);
    expect(first.result.jitterMs).toBeGreaterThan(1);
  });

  it.each([
    ['never speaks', { silent: true }, { outcome: 'invalid', invalidReason: 'no-speech' }],
    ['crashes', { crashMs: 900 }, { outcome: 'errored', error: 'the agent fell over' }],
    ['stops itself long before the user', { stopsItselfMs: 300, flush: true }, { outcome: 'invalid', invalidReason: 'silent-at-onset' }],
    ['stops itself just before the user', { stopsItselfMs: 700, flush: true }, { outcome: 'invalid', invalidReason: 'coincident' }],
  ])('records an agent that %s as an outcome', async (_, script, expected) => {
    expect((await run(scriptedAgent(script))).result).toMatchObject(expected);
  });

  it('gives up an attempt that does not end', async () => {
    const { result } = await run(scriptedAgent({}), attemptWith(), mediaWith(), { replay: { attemptTimeoutMs: 2000 } });
    expect(result).toMatchObject({ outcome: 'errored', error: 'no end after 2000 ms' });
  });

  it('makes an agent whose connection fails an errored attempt', async () => {
    const agent = { ...scriptedAgent({}), connect: () => Promise.reject(new Error('connection refused')) };
    expect((await run(agent)).result).toMatchObject({ outcome: 'errored', error: 'connection refused' });
  });

  it('puts the onset off until an agent without a reference has been audible for 100 ms', async () => {
    const media = { ...mediaWith(), response: { rateHz, samples: new Int16Array(0) } };
    const own = speechLikeAgent();
    const { recording, result } = await run(own, attemptWith({ offsetMs: 150 }), media, { measure: { undisturbedPauseMs: 300 } });
    // It says a word of 120 ms and pauses for 300: at 150 ms it is silent.
    expect(recording.injected?.slippedMs).toBeGreaterThanOrEqual(360);
    expect(recording.injected?.slippedMs).toBeLessThanOrEqual(440);
    expect(result.detector).toBe('energy');
  });

  it('keeps recordings that are plain data, complete enough to measure again', async () => {
    const { recording, result } = await run(scriptedAgent({ chunkMs: 200, queueMs: 400, stopAfterMs: 120 }));
    const restored = JSON.parse(JSON.stringify(recording)) as Recording;
    expect(restored).toEqual(recording);
    expect(measureAttempt(attemptWith(), restored, steadyResponse, defaultMeasureOptions)).toEqual(result);
    expect(recording.packets.every(({ from, data }) => from !== null && data === null)).toBe(true);
  });

  it('keeps audio that is not a span of the response as it came', async () => {
    const foreign = { ...scriptedAgent({}), connect: copying };
    const { recording, result } = await run(foreign);
    expect(recording.packets.every(({ from, data }) => from === null && data !== null)).toBe(true);
    expect(result).toMatchObject({ outcome: 'talked-through', detector: 'reference-aware' });
  });
});

/** The scripted agent, its audio copied so that it is no view of the response. */
function copying(context: Parameters<ReturnType<typeof scriptedAgent>['connect']>[0]) {
  return scriptedAgent({}).connect({ ...context, audio: (samples) => context.audio(samples.slice()) });
}

/** Speaks what it likes: a word of 120 ms, a pause of 300 ms, then on and on. */
function speechLikeAgent() {
  const own = pausedResponse.samples.slice(100 * 16);
  own.fill(0, 120 * 16, 420 * 16);
  const agent = scriptedAgent({});
  return {
    ...agent,
    connect: async (context: Parameters<typeof agent.connect>[0]) => {
      const session = await agent.connect(context);
      return { speak: () => session.speak({ response: { rateHz, samples: own }, prompt: null }), send: session.send.bind(session), close: () => session.close() };
    },
  };
}

describe('an agent that does not answer', () => {
  const never = <T>() => new Promise<T>(() => {});
  const replay = { attemptTimeoutMs: 50 };

  it.each(['virtual', 'realtime'] as const)('is given up when connecting (%s clock)', async (kind) => {
    const { result } = await run({ ...scriptedAgent({}), connect: () => never() }, attemptWith(), mediaWith(), { clock: makeClock(kind), replay });
    expect(result).toMatchObject({ outcome: 'errored', error: 'connecting: no answer after 50 ms' });
  });

  it.each([['speak', /asking it to speak|no end/], ['close', /no end|hanging up/]])('is given up in %s', async (method, what) => {
    const agent = scriptedAgent({});
    const stuck: Agent = {
      ...agent,
      connect: async (context) => {
        const session = await agent.connect(context);
        return { speak: (turn) => session.speak(turn), send: (frame, at) => session.send(frame, at), close: () => session.close(), [method]: () => never<void>() };
      },
    };
    const { result } = await run(stuck, attemptWith(), mediaWith(), { replay });
    expect(result.outcome).toBe('errored');
    expect(result.error).toMatch(what);
  });
});

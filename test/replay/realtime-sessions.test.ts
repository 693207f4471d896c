import { describe, expect, it } from 'vitest';
import { KeptSession } from '../../src/replay/kept-session.js';
import { OpenSessions, withConnect } from '../../src/replay/open-sessions.js';
import { sharedPcm } from '../../src/replay/shared-samples.js';
import { VirtualClock } from '../../src/time/index.js';
import type { Agent, Cancel, MediaFormat, SessionContext } from '../../src/types.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

const wideband: MediaFormat = { rateHz: 16000, frameMs: 20, codec: 'pcm16' };
const narrowband: MediaFormat = { rateHz: 8000, frameMs: 20, codec: 'mulaw' };

/** An agent that hands its contexts to the test. */
function bareAgent() {
  const contexts: SessionContext[] = [];
  const log: string[] = [];
  const agent = withConnect(scriptedAgent({}), async (context) => {
    const call = contexts.push(context);
    log.push(`connect ${call}`);
    return {
      speak: async () => void log.push(`speak ${call}`),
      send: (_, mediaTimeMs) => log.push(`send ${call} ${mediaTimeMs}`),
      close: async () => void log.push(`close ${call}`),
    };
  });
  return { agent, contexts, log };
}

/** What an attempt gives to an agent, and what it got from it. */
function attemptContext(clock: VirtualClock, format = wideband) {
  const got: string[] = [];
  const marks: (() => void)[] = [];
  let handed = 0;
  const context: SessionContext = {
    clock,
    format,
    seed: 1,
    audio: (samples) => got.push(`audio ${(handed += samples.length)}`),
    flush: () => got.push('flush'),
    event: (kind) => got.push(kind),
    fail: (reason) => got.push(`fail ${reason}`),
    whenHeard: (run): Cancel => (marks.push(run), () => {}),
    playedTo: () => 7,
    traceparent: null,
  };
  return { context, got, marks };
}

/** Lets the clock run for a while. */
const pass = (clock: VirtualClock, ms: number) => clock.drive(new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve)));

describe('a kept session', () => {
  it('is one call to the agent for attempts on the same line, its time going on', async () => {
    const clock = new VirtualClock();
    const { agent, log } = bareAgent();
    const kept = new KeptSession(clock);
    for (const waitMs of [20, 5000]) {
      const session = await kept.of(agent).connect(attemptContext(clock).context);
      await pass(clock, waitMs);
      session.send(new Int16Array(320), waitMs - 20);
      session.send(new Int16Array(320), waitMs);
      await session.speak({ response: null, prompt: null });
      await session.close();
    }
    await kept.close();
    expect(log).toEqual(['connect 1', 'send 1 0', 'send 1 20', 'speak 1', 'send 1 5000', 'send 1 5020', 'speak 1', 'close 1']);
  });

  it('offers the agent the trace of its first attempt', async () => {
    const clock = new VirtualClock();
    const { agent, contexts } = bareAgent();
    const kept = new KeptSession(clock);
    for (const traceparent of ['first', 'second']) {
      const session = await kept.of(agent).connect({ ...attemptContext(clock).context, traceparent });
      await session.close();
    }
    await kept.close();
    expect(contexts.map(({ traceparent }) => traceparent)).toEqual(['first']);
  });

  it('gives what the agent says to the attempt under way, and to nobody between two', async () => {
    const clock = new VirtualClock();
    const { agent, contexts } = bareAgent();
    const kept = new KeptSession(clock);
    const [first, second] = [attemptContext(clock), attemptContext(clock)];
    const session = await kept.of(agent).connect(first.context);
    const [call] = contexts;
    call.audio(new Int16Array(10));
    expect(call.playedTo()).toBe(7);
    await session.close();
    call.audio(new Int16Array(100));
    call.flush();
    expect(call.playedTo()).toBe(110);
    await kept.of(agent).connect(second.context);
    call.audio(new Int16Array(5));
    call.event('cancel');
    expect(call.playedTo()).toBe(117);
    expect(first.got).toEqual(['audio 10']);
    expect(second.got).toEqual(['audio 5', 'cancel']);
  });

  it.each([
    ['lets an agent finish that is given its words', 'response' as const, 2600],
    ['does not wait for one that speaks by itself', 'unprompted' as const, 1000],
  ])('%s', async (_, turns, beginsMs) => {
    const clock = new VirtualClock();
    const { agent, contexts } = bareAgent();
    const kept = new KeptSession(clock);
    const [first, second] = [attemptContext(clock), attemptContext(clock)];
    const kind = { ...agent, turns };
    await (await kept.of(kind).connect(first.context)).close();
    const say = (atMs: number, level: number) => clock.at(atMs, () => contexts[0].audio(new Int16Array(320).fill(level)));
    for (const atMs of [900, 1300, 1600]) say(atMs, 3000);
    // Too quiet to be speech.
    say(2000, 30);
    await pass(clock, 1000);
    await clock.drive(kept.of(kind).connect(second.context));
    expect(clock.now()).toBe(beginsMs);
    expect(second.got).toEqual([]);
  });

  it('waits for an agent that never ends for half a minute', async () => {
    const clock = new VirtualClock();
    const { agent, contexts } = bareAgent();
    const kept = new KeptSession(clock);
    const kind = { ...agent, turns: 'response' as const };
    await (await kept.of(kind).connect(attemptContext(clock).context)).close();
    const speakOn = () => {
      contexts[0].audio(new Int16Array(320).fill(3000));
      if (clock.now() < 60_000) clock.at(clock.now() + 500, speakOn);
    };
    speakOn();
    await clock.drive(kept.of(kind).connect(attemptContext(clock).context));
    expect(clock.now()).toBeGreaterThanOrEqual(30_000);
    expect(clock.now()).toBeLessThanOrEqual(30_500);
  });

  it('tells the agent of marks that an attempt left behind, and of those it sets between attempts', async () => {
    const clock = new VirtualClock();
    const { agent, contexts } = bareAgent();
    const kept = new KeptSession(clock);
    const first = attemptContext(clock);
    const session = await kept.of(agent).connect(first.context);
    const heard: string[] = [];
    contexts[0].whenHeard(() => heard.push('heard'));
    contexts[0].whenHeard(() => heard.push('left behind'));
    contexts[0].whenHeard(() => heard.push('taken back'))();
    first.marks[0]();
    await session.close();
    contexts[0].whenHeard(() => heard.push('between'));
    expect(heard).toEqual(['heard']);
    await pass(clock, 1);
    expect(heard).toEqual(['heard', 'left behind', 'between']);
  });

  it('is dialled anew after it failed, and on another line', async () => {
    const clock = new VirtualClock();
    const { agent, contexts, log } = bareAgent();
    const kept = new KeptSession(clock);
    const first = attemptContext(clock);
    const session = await kept.of(agent).connect(first.context);
    contexts[0].fail('lost');
    await session.close();
    expect(first.got).toEqual(['fail lost']);
    await (await kept.of(agent).connect(attemptContext(clock).context)).close();
    await (await kept.of(agent).connect(attemptContext(clock, narrowband).context)).close();
    expect(log).toEqual(['connect 1', 'close 1', 'connect 2', 'close 2', 'connect 3']);
    expect(contexts[2].format).toEqual(narrowband);
  });

  it('is tried again after it could not be dialled', async () => {
    const clock = new VirtualClock();
    const { agent, log } = bareAgent();
    const kept = new KeptSession(clock);
    const refusing = withConnect(agent, () => Promise.reject(new Error('refused')));
    await expect(kept.of(refusing).connect(attemptContext(clock).context)).rejects.toThrow('refused');
    await kept.of(agent).connect(attemptContext(clock).context);
    expect(log).toEqual(['connect 1']);
  });
});

describe('open sessions', () => {
  const context = () => attemptContext(new VirtualClock()).context;

  it('are all closed at once, those that are being opened as soon as they are', async () => {
    const { agent, log } = bareAgent();
    const open = new OpenSessions();
    let up = () => {};
    const slow: Agent = withConnect(agent, (given) => new Promise<void>((resolve) => (up = resolve)).then(() => agent.connect(given)));
    await open.watch(agent).connect(context());
    const closed = await open.watch(agent).connect(context());
    await closed.close();
    const opening = open.watch(slow).connect(context());
    const over = open.closeAll();
    up();
    await Promise.all([opening, over]);
    expect(log).toEqual(['connect 1', 'connect 2', 'close 2', 'close 1', 'connect 3', 'close 3']);
    await open.closeAll();
    expect(log).toHaveLength(6);
  });

  it('are closed although one of them cannot be', async () => {
    const { agent, log } = bareAgent();
    const open = new OpenSessions();
    const stubborn = withConnect(agent, async () => ({ speak: async () => {}, send: () => {}, close: () => Promise.reject(new Error('no')) }));
    await open.watch(stubborn).connect(context());
    await open.watch(agent).connect(context());
    await expect(open.watch(withConnect(agent, () => Promise.reject(new Error('refused')))).connect(context())).rejects.toThrow('refused');
    await open.closeAll();
    expect(log).toEqual(['connect 1', 'close 1']);
  });
});

describe('shared audio', () => {
  it('is copied once, and holds the same', () => {
    const pcm = { rateHz: 8000, samples: Int16Array.of(1, -2, 3) };
    const shared = sharedPcm(pcm);
    expect([...shared.samples]).toEqual([1, -2, 3]);
    expect(shared.samples.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(sharedPcm(pcm).samples).toBe(shared.samples);
    expect(sharedPcm(shared)).toEqual(shared);
    expect(sharedPcm(shared).samples).toBe(shared.samples);
  });
});

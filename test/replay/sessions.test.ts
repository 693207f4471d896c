import { describe, expect, it } from 'vitest';
import { failRunning } from '../../src/replay/attempt.js';
import type { AgentSession, AgentTurn, SessionContext } from '../../src/types.js';
import { attemptWith, mediaWith, rateHz, run, steadyResponse } from '../fixtures/attempts.js';
import { scriptedAgent } from '../fixtures/scripted-agent.js';

/** The scripted agent with a hand on what passes between it and the harness. */
function withHand(hand: (context: SessionContext) => void, script = {}) {
  const agent = scriptedAgent(script);
  const turns: AgentTurn[] = [];
  return {
    ...agent,
    turns: 'prompted' as const,
    asked: turns,
    connect: async (context: SessionContext) => {
      const session = await agent.connect(context);
      return {
        speak: (turn: AgentTurn) => {
          turns.push(turn);
          hand(context);
          return session.speak({ ...turn, response: turn.response ?? steadyResponse });
        },
        send: session.send.bind(session),
        close: () => session.close(),
      };
    },
  };
}

const silence = { rateHz, samples: new Int16Array(0) };

describe('what a client of an agent can do', () => {
  it('ends the attempt with its reason, the first one', async () => {
    const agent = withHand(({ clock, fail }) => {
      clock.at(700, () => fail('the agent closed the connection (1006)'));
      clock.at(701, () => fail('and something else'));
    });
    expect((await run(agent)).result).toMatchObject({ outcome: 'errored', error: 'the agent closed the connection (1006)' });
  });

  it('learns when what it handed over has been heard', async () => {
    const heard: [number, number][] = [];
    const agent = withHand(({ clock, whenHeard, playedTo }) => void clock.at(601, () => void whenHeard(() => heard.push([clock.now(), playedTo()]))));
    await run(agent);
    // Asked at 200 ms, it has sent packets of 20 ms up to 600; playing began at 220.
    expect(heard).toEqual([[220 + 420, 420 * 16]]);
  });

  it('hears nothing of a mark once the attempt is over', async () => {
    let called = 0;
    const agent = withHand(({ clock, whenHeard, fail }) => {
      clock.at(600, () => void whenHeard(() => called++));
      clock.at(601, () => fail('over'));
    });
    await run(agent);
    expect(called).toBe(0);
  });

  it('is ended where it floods', async () => {
    const agent = withHand(({ clock, audio }) => {
      for (let k = 0; k < 20; k++) clock.at(300 + k, () => audio(new Int16Array(60_000 * 16)));
    });
    const { result, recording } = await run(agent, attemptWith(), mediaWith(silence));
    expect(result.outcome).toBe('errored');
    expect(result.error).toMatch(/floods: more than 10 minutes/);
    expect(recording.packets.length).toBeLessThan(40);
  });
});

describe('a session that goes wrong beside its call', () => {
  it('ends with what its code threw on its own, and so does every other one', async () => {
    const agent = withHand(({ clock }) => void clock.at(500, () => void failRunning(new Error('async boom'))));
    expect((await run(agent)).result).toMatchObject({ outcome: 'errored', error: 'async boom' });
    expect(failRunning(new Error('nobody there'))).toBe(false);
  });

  it('is hung up where it comes about after nobody waits for it any more', async () => {
    let closed = 0;
    let comeAbout = () => {};
    const late = { ...scriptedAgent({}), connect: () => new Promise<AgentSession>((resolve) => (comeAbout = () => resolve({ speak: async () => {}, send: () => {}, close: async () => void closed++ }))) };
    const { result } = await run(late, attemptWith(), mediaWith(), { replay: { attemptTimeoutMs: 20 } });
    expect(result.error).toMatch(/^connecting: no answer/);
    comeAbout();
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(1);
  });

  it.each(['flush', 'event'] as const)('is ended where it floods with %ss', async (what) => {
    const agent = withHand((context) => {
      for (let k = 0; k < 30_000; k++) context.clock.at(300, () => (what === 'flush' ? context.flush() : context.event('vad-start')));
    });
    expect((await run(agent, attemptWith(), mediaWith(silence))).result.error).toMatch(/floods: \d+ messages/);
  });
});

describe('an agent that speaks while it is being connected to', () => {
  it('is heard from the moment the line is up', async () => {
    const eager = {
      ...scriptedAgent({}),
      connect: async ({ audio, event }: SessionContext) => {
        event('response-start');
        audio(steadyResponse.samples.slice(0, 3000 * 16));
        return { speak: async () => {}, send: () => {}, close: async () => {} };
      },
    };
    const { recording } = await run(eager, attemptWith({ offsetMs: 600 }), mediaWith(silence));
    expect(recording.events).toEqual([{ kind: 'response-start', atMs: 0 }]);
    expect(recording.packets.map(({ arrivedMs }) => arrivedMs)).toEqual([0]);
    // Speech begins 100 ms into the response.
    expect(recording.injected?.agentOnsetMs).toBeCloseTo(100, 0);
  });
});

describe('an agent that must be asked', () => {
  it('is asked on the line, from the sample on at which its turn comes, and in words', async () => {
    const question = { rateHz, samples: Int16Array.from({ length: 8000 }, (_, i) => 1000 + (i % 7)) };
    const agent = withHand(() => {});
    const { recording } = await run(agent, attemptWith(), mediaWith(silence, null, { prompt: { audio: question, text: 'Tell me about Paris.' } }));
    const line = Int16Array.from(agent.frames.flatMap(({ samples }) => [...samples]));
    expect(recording.askedMs).toBe(200);
    expect(line.slice(200 * 16, 200 * 16 + 8000)).toEqual(question.samples);
    expect(line.slice(0, 200 * 16).every((sample) => sample === 0)).toBe(true);
    expect(line.slice(200 * 16 + 8000).every((sample) => sample === 0)).toBe(true);
    expect(agent.asked).toEqual([{ response: null, prompt: 'Tell me about Paris.' }]);
  });

  it('has until after the question to speak', async () => {
    const question = { rateHz, samples: new Int16Array(3000 * 16).fill(100) };
    const prompt = { audio: question, text: null };
    const late = (ms: number) => ({ ...scriptedAgent({}), connect: async (context: SessionContext) => ({ speak: async () => void context.clock.at(ms, () => context.audio(steadyResponse.samples)), send: () => {}, close: async () => {} }) });
    const options = { replay: { speechTimeoutMs: 1000 } };
    expect((await run(late(4100), attemptWith(), mediaWith(silence, null, { prompt }), options)).recording.injected).not.toBeNull();
    expect((await run(late(4500), attemptWith(), mediaWith(silence, null, { prompt }), options)).result.invalidReason).toBe('no-speech');
  });

  it('has not answered with what it says before it has been asked', async () => {
    // Heard from 0.2 to 2.2 s; what is said in the question ends at 2 s, its recording at 3.2.
    const question = { rateHz, samples: Int16Array.from({ length: 3000 * 16 }, (_, i) => (i < 1800 * 16 ? 3000 * Math.sin(i) : 0)) };
    const says = (context: SessionContext, ms: number, fromMs: number, toMs: number) => context.clock.at(ms, () => context.audio(steadyResponse.samples.slice(fromMs * 16, toMs * 16)));
    const greets = {
      ...scriptedAgent({}),
      connect: async (context: SessionContext) => {
        says(context, 300, 100, 1100);
        return { speak: async () => void says(context, 2500, 100, 9000), send: () => {}, close: async () => {} };
      },
    };
    const { recording, result } = await run(greets, attemptWith({ offsetMs: 600 }), mediaWith(silence, undefined, { prompt: { audio: question, text: null } }), { measure: { undisturbedPauseMs: 300 } });
    expect(recording.injected?.agentOnsetMs).toBeCloseTo(2500, -1);
    expect(result.actualOffsetMs).toBeCloseTo(600, 0);
    expect(result.outcome).toBe('talked-through');
  });

  it('has no reference: the energy detector judges', async () => {
    const { result } = await run(withHand(() => {}, { stopAfterMs: 100, flush: true }), attemptWith(), mediaWith(silence), { measure: { undisturbedPauseMs: 300 } });
    expect(result).toMatchObject({ outcome: 'yielded', detector: 'energy' });
  });
});

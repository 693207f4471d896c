import { describe, expect, it } from 'vitest';
import { defaultReplayOptions, replayAttempt } from '../../src/replay/attempt.js';
import { VirtualClock } from '../../src/time/index.js';
import type { Agent, Attempt, AttemptMedia, MediaFormat, Ms, SessionContext } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { humanSpeech, joined } from '../vad/clips.js';
import { callAgent, linesOf, positions, shippedSamples, startCall, telephone, textOf, times, wideband } from './call.js';

/** What each kind of agent must do, whatever else it does. */
export function describeAgent(name: string, make: () => Promise<Agent>): void {
  describe.each([
    ['16 kHz', wideband],
    ['8 kHz mu-law', telephone],
  ])(`${name} at %s`, (_, format) => {
    const { rateHz } = format;
    const response = speechLike(rateHz, 5000, [[50, 4900]]);
    const silence = (ms: Ms) => new Int16Array((ms * rateHz) / 1000);
    /** Two seconds of silence, then somebody speaks. */
    const interrupting = async () => joined(silence(2005), await humanSpeech(rateHz, 0, 1500));

    it('says the whole response when nobody speaks, in order, and only when it is asked to', async () => {
      const log = await callAgent({ agent: await make(), response, uplink: silence(0), lengthMs: 7000, format });
      expect(textOf(joined(...log.packets.map(({ samples }) => samples)))).toBe(textOf(response.samples));
      expect(positions(log, response)[0]).toBe(0);
      expect(log.packets[0].atMs).toBeGreaterThanOrEqual(200);
      expect(times(log, 'response-start')).toEqual([log.packets[0].atMs]);
      expect(times(log, 'response-end')).toEqual([log.packets[log.packets.length - 1].atMs]);
      expect(log.flushesMs).toEqual([]);
    });

    it('sends views of the response, never copies of it, until it is interrupted', async () => {
      const log = await callAgent({ agent: await make(), response, uplink: await interrupting(), lengthMs: 2000, format });
      expect(log.packets.length).toBeGreaterThan(10);
      expect(positions(log, response)).not.toContain(null);
    });

    it('says nothing before it is asked to, whatever it hears', async () => {
      const log = await callAgent({ agent: await make(), response, uplink: await humanSpeech(rateHz), lengthMs: 3000, speakAtMs: 3000, format });
      expect([log.packets, log.flushesMs, times(log, 'response-start')]).toEqual([[], [], []]);
    });

    it('does nothing after the call, closed in speech, before it, or twice', async () => {
      for (const closeAtMs of [100, 205, 1111, 2300, 3700]) {
        const log = await callAgent({ agent: await make(), response, uplink: await interrupting(), lengthMs: 9000, closeAtMs, closeTwice: true, format });
        const lastMs = Math.max(0, ...log.packets.map(({ atMs }) => atMs), ...log.events.map(({ atMs }) => atMs), ...log.flushesMs);
        expect(lastMs).toBeLessThanOrEqual(closeAtMs);
      }
    });

    it('does the same again with the same seed, in a new session and beside another', async () => {
      const agent = await make();
      const plan = { agent, response, uplink: await interrupting(), lengthMs: 7000, format, seed: 5 };
      const first = linesOf(await callAgent(plan));
      expect(linesOf(await callAgent(plan))).toEqual(first);
      const clock = new VirtualClock();
      const other = { ...plan, uplink: joined(silence(700), await humanSpeech(rateHz, 1, 1200)), seed: 6 };
      const [a] = await clock.drive(Promise.all([startCall(plan, clock), startCall(other, clock)]));
      expect(linesOf(a)).toEqual(first);
    });

    it('refuses a response of another rate, and to speak without one', async () => {
      const plan = { agent: await make(), uplink: silence(0), lengthMs: 500, format };
      await expect(callAgent({ ...plan, response: { rateHz: 44100, samples: response.samples } })).rejects.toThrow('44100');
      await expect(callAgent({ ...plan, response: null })).rejects.toThrow('no words');
    });

    it('ends at once where the response is empty', async () => {
      const log = await callAgent({ agent: await make(), response: { rateHz, samples: new Int16Array(0) }, uplink: silence(0), lengthMs: 1000, format });
      expect(shippedSamples(log)).toBe(0);
      expect(times(log, 'response-end')).toHaveLength(1);
    });

    // The agent must never know what it is measured against: all it does follows from the frames, the response and its seed.
    it('does the same when the frames of an attempt come without the attempt', async () => {
      const agent = await make();
      const speech = await humanSpeech(rateHz, 1, 1500);
      const media: AttemptMedia = {
        format,
        response,
        user: { pcm: { rateHz, samples: speech }, onsetSample: 0, endSample: speech.length },
        prompt: null,
        bed: null,
        echo: null,
        jitter: null,
      };
      const witness = new Witness(agent);
      await replayAttempt(interruption, media, witness, new VirtualClock(), defaultReplayOptions);
      expect(witness.frames.length).toBeGreaterThan(100);
      expect(witness.frames.some(({ frame }) => frame.some((sample) => sample !== 0))).toBe(true);
      expect(await replayFrames(agent, witness, format)).toEqual(witness.log);
    });
  });

  it(`${name} says what it is`, async () => {
    const agent = await make();
    expect(agent.inProcess).toBe(true);
    expect(['burst', 'realtime']).toContain(agent.paced);
    expect(Object.keys(agent.options).length).toBeGreaterThan(3);
    for (const value of Object.values(agent.options)) expect(['string', 'number', 'boolean']).toContain(typeof value);
    expect(agent.name.length).toBeGreaterThan(0);
  });
}

const interruption: Attempt = {
  index: 0,
  id: 't0000',
  agentClip: 'any',
  userClip: 'any',
  userClipKind: 'human',
  intent: 'interruption',
  persona: 'two-words-in',
  condition: 'clean',
  offsetBand: 'middle',
  offsetMs: 1234,
  gainDb: 0,
  bed: null,
  seed: 77,
};

/** Notes all that passes between the harness and an agent: what the agent is given, and what it does. */
class Witness implements Agent {
  readonly name;
  readonly paced;
  readonly inProcess;
  readonly options;
  readonly line;
  readonly turns;
  readonly frames: { frame: Int16Array; mediaTimeMs: Ms; sentMs: Ms }[] = [];
  readonly asked: { turn: Parameters<Awaited<ReturnType<Agent['connect']>>['speak']>[0]; atMs: Ms }[] = [];
  readonly log: string[] = [];
  seed = 0;
  closedMs: Ms = 0;

  constructor(readonly agent: Agent) {
    ({ name: this.name, paced: this.paced, inProcess: this.inProcess, options: this.options, line: this.line, turns: this.turns } = agent);
  }

  async connect(context: SessionContext) {
    this.seed = context.seed;
    const session = await this.agent.connect(noting(context, this.log));
    return {
      speak: (turn: (typeof this.asked)[number]['turn']) => {
        this.asked.push({ turn, atMs: context.clock.now() });
        return session.speak(turn);
      },
      send: (frame: Int16Array, mediaTimeMs: Ms) => {
        this.frames.push({ frame: frame.slice(), mediaTimeMs, sentMs: context.clock.now() });
        session.send(frame, mediaTimeMs);
      },
      close: () => {
        this.closedMs = context.clock.now();
        return session.close();
      },
    };
  }
}

function noting(context: SessionContext, log: string[]): SessionContext {
  const note = (what: string) => log.push(`${context.clock.now()} ${what}`);
  return {
    ...context,
    audio: (samples) => {
      note(`audio ${textOf(samples)}`);
      context.audio(samples);
    },
    flush: () => {
      note('flush');
      context.flush();
    },
    event: (kind) => {
      note(kind);
      context.event(kind);
    },
  };
}

/** The same turns and frames at the same times, in a session around which there is nothing. */
async function replayFrames(agent: Agent, witness: Witness, format: MediaFormat): Promise<string[]> {
  const clock = new VirtualClock();
  const log: string[] = [];
  const bare: SessionContext = { clock, format, seed: witness.seed, audio: () => {}, flush: () => {}, event: () => {}, fail: () => {}, whenHeard: () => () => {}, playedTo: () => 0, traceparent: null };
  const run = async () => {
    const session = await agent.connect(noting(bare, log));
    // One frame after the other, as a microphone gives them: what falls on the same instant then keeps its order.
    const sendFrom = (index: number) => {
      const next = witness.frames[index];
      if (!next) return;
      clock.at(next.sentMs, () => {
        session.send(next.frame, next.mediaTimeMs);
        sendFrom(index + 1);
      });
    };
    sendFrom(0);
    for (const { turn, atMs } of witness.asked) clock.at(atMs, () => session.speak(turn));
    await new Promise<void>((resolve) => clock.at(witness.closedMs, resolve));
    await session.close();
  };
  await clock.drive(run());
  return log;
}

import { dbfsToAmplitude } from '../audio/activity.js';
import { messageOf } from '../errors.js';
import { ScopedClock } from '../time/index.js';
import type { Agent, AgentSession, Cancel, Clock, MediaFormat, Ms, SessionContext } from '../types.js';
import { withConnect } from './open-sessions.js';

/** So loud that a caller would wait for the end: -50 dBFS. And silence that an utterance does not go on after, and what is waited for at most, ms. */
const audible = dbfsToAmplitude(-50);
const overAfterMs = 1000;
const longestWaitMs = 30_000;

/** The call that attempts share. */
interface Call {
  readonly session: AgentSession;
  /** Its time line: the attempts' own begin anew each. */
  readonly clock: ScopedClock;
  readonly format: string;
}

/**
 * A session that is kept from one attempt to the next, as by a caller who interrupts more than once: the agent sees one long call. Between
 * attempts the line is silent, and what the agent says is heard by nobody; one that is to be given its next words is let finish the ones before. A call that failed, or is on another line, is followed by a
 * new one. One attempt at a time.
 */
export class KeptSession {
  readonly #clock: Clock;
  #call: Call | null = null;
  /** The attempt under way; null between attempts. */
  #context: SessionContext | null = null;
  /** Samples that the agent has handed over in this call, and those of them before this attempt. */
  #handed = 0;
  #handedBefore = 0;
  #lastAudibleMs: Ms = -Infinity;
  /** What is to be called once all handed over before it has been heard. */
  #marks = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The agent, with this session in place of a new one for each attempt. */
  of(agent: Agent): Agent {
    return withConnect(agent, async (context) => {
      if (this.#call?.format !== formatKey(context.format)) await this.close();
      if (agent.turns !== 'unprompted') await this.#untilQuiet();
      this.#context = context;
      this.#handedBefore = this.#handed;
      try {
        this.#call ??= await this.#dial(agent, context);
      } catch (thrown) {
        this.#context = null;
        throw thrown;
      }
      return this.#turnOf(this.#call, context);
    });
  }

  async close(): Promise<void> {
    const call = this.#call;
    this.#call = null;
    this.#marks.clear();
    await call?.session.close();
    call?.clock.close();
  }

  /** The rest of the last attempt's words, or a reply, would be heard before what is asked for now. */
  async #untilQuiet(): Promise<void> {
    const latestMs = this.#clock.now() + longestWaitMs;
    for (let quietMs = this.#lastAudibleMs + overAfterMs; this.#call && this.#clock.now() < Math.min(quietMs, latestMs); quietMs = this.#lastAudibleMs + overAfterMs) {
      await new Promise<void>((resolve) => this.#clock.at(Math.min(quietMs, latestMs), resolve));
    }
  }

  async #dial(agent: Agent, { format, seed, traceparent }: SessionContext): Promise<Call> {
    this.#handed = this.#handedBefore = 0;
    this.#lastAudibleMs = -Infinity;
    const clock = new ScopedClock(this.#clock, (thrown) => this.#fail(messageOf(thrown)));
    const session = await agent.connect({
      clock,
      format,
      seed,
      audio: (samples) => {
        this.#handed += samples.length;
        if (samples.some((sample) => Math.abs(sample) >= audible)) this.#lastAudibleMs = this.#clock.now();
        this.#context?.audio(samples);
      },
      flush: () => this.#context?.flush(),
      event: (kind) => this.#context?.event(kind),
      fail: (reason) => this.#fail(reason),
      whenHeard: (run) => this.#whenHeard(clock, run),
      playedTo: () => (this.#context ? this.#handedBefore + this.#context.playedTo() : this.#handed),
      traceparent,
    });
    return { session, clock, format: formatKey(format) };
  }

  #turnOf({ session, clock }: Call, context: SessionContext): AgentSession {
    /** From the attempt's time line to the call's. */
    let shiftMs: Ms | null = null;
    return {
      speak: (turn) => session.speak(turn),
      send: (frame, mediaTimeMs) => {
        shiftMs ??= Math.round(clock.now() - context.format.frameMs - mediaTimeMs);
        session.send(frame, mediaTimeMs + shiftMs);
      },
      close: async () => {
        this.#context = null;
        // What had not been heard never will be: to the agent it is dropped.
        for (const run of this.#marks) clock.at(clock.now(), () => void run());
        this.#marks.clear();
      },
    };
  }

  #whenHeard(clock: ScopedClock, run: () => void): Cancel {
    if (!this.#context) return clock.at(clock.now(), () => void run());
    this.#marks.add(run);
    const cancel = this.#context.whenHeard(() => {
      this.#marks.delete(run);
      run();
    });
    return () => {
      this.#marks.delete(run);
      cancel();
    };
  }

  #fail(reason: string): void {
    this.#context?.fail(reason);
    this.close().catch(() => {});
  }
}

function formatKey({ rateHz, frameMs, codec }: MediaFormat): string {
  return `${rateHz}/${frameMs}/${codec}`;
}

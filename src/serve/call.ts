import { makeAgent } from '../agents/index.js';
import { ScopedClock } from '../time/index.js';
import type { DrivenClock } from '../time/index.js';
import type { Agent, AgentOptions, AgentSession, MediaFormat, OptionValue, Pcm, SessionContext } from '../types.js';
import { CallLateness } from './lateness.js';
import type { EndedCall } from './lateness.js';

/** What is served to whoever calls. */
export interface Served {
  /** An agent of this process, e.g. `reference:after`. */
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  readonly clock: DrivenClock;
  /** What the agent says where its caller gives it nothing to say, at the rate that is asked for. */
  ownResponse(rateHz: number): Promise<Pcm>;
  /** Is told of each call that is over. */
  callEnded?(call: EndedCall): void;
}

const usualRatesHz = [8000, 16000];

/** The way from a served agent to its caller. */
export type ServedLine = Pick<SessionContext, 'audio' | 'flush' | 'event'>;

/**
 * One call to a served agent, behind whatever wire it came in by. What the caller says of the agent's options counts over what it is
 * served with; names that the agent does not have are passed over, since callers have parameters of their own.
 */
export class ServedCall {
  readonly #served: Served;
  readonly #format: MediaFormat;
  readonly #scope: ScopedClock;
  readonly #session: AgentSession;
  readonly #seed: number;
  readonly #lateness: CallLateness;
  #heard = 0;

  private constructor(served: Served, format: MediaFormat, scope: ScopedClock, session: AgentSession, seed: number, lateness: CallLateness) {
    this.#served = served;
    this.#format = format;
    this.#scope = scope;
    this.#session = session;
    this.#seed = seed;
    this.#lateness = lateness;
  }

  /**
   * @param given options by name as the caller gives them
   * @param fail ends the call: the agent broke
   * @throws BargeinError for an option of the agent with a value that is not allowed
   */
  static async open(served: Served, format: MediaFormat, given: Readonly<Record<string, OptionValue>>, line: ServedLine, fail: (reason: string) => void): Promise<ServedCall> {
    const agent = await agentFor(served, given);
    const scope = new ScopedClock(served.clock, (thrown) => fail(thrown instanceof Error ? thrown.message : String(thrown)));
    const seed = typeof given.seed === 'number' || typeof given.seed === 'string' ? Number(given.seed) >>> 0 : 0;
    const lateness = new CallLateness();
    const context: SessionContext = { clock: lateness.watch(scope), format, seed, audio: (samples) => line.audio(samples), flush: () => line.flush(), event: (kind) => line.event(kind), fail, whenHeard: () => () => {}, playedTo: () => 0, traceparent: null };
    return new ServedCall(served, format, scope, await agent.connect(context), seed, lateness);
  }

  /** Loads what the agent needs, such as the model of its VAD: no caller has to wait for it. @throws BargeinError as `open` */
  static async warmUp(served: Served): Promise<void> {
    const deaf: ServedLine = { audio: () => {}, flush: () => {}, event: () => {} };
    for (const rateHz of usualRatesHz) {
      const call = await ServedCall.open(served, { rateHz, frameMs: 20, codec: 'pcm16' }, {}, deaf, () => {});
      await call.discard();
    }
  }

  /** @param response null: its own words */
  async speak(response: Pcm | null): Promise<void> {
    await this.#session.speak({ response: response ?? (await this.#served.ownResponse(this.#format.rateHz)), prompt: null });
  }

  /** The caller's next samples, any number of them, at the rate of the line. */
  hear(samples: Int16Array): void {
    const mediaMs = (this.#heard * 1000) / this.#format.rateHz;
    this.#lateness.heard(this.#scope.now(), mediaMs, () => this.#session.send(samples, mediaMs));
    this.#heard += samples.length;
  }

  /** Ends a call that never was one: nobody is told of it. */
  async discard(): Promise<void> {
    this.#scope.close();
    await this.#session.close();
  }

  async close(): Promise<void> {
    await this.discard();
    this.#served.callEnded?.({ seed: this.#seed, lateMs: this.#lateness.lateMs, stalledMs: this.#lateness.stalledMs });
  }
}

async function agentFor({ agent, agentOptions }: Served, given: Readonly<Record<string, OptionValue>>): Promise<Agent> {
  const { options } = await makeAgent(agent, agentOptions);
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(options, name));
  return makeAgent(agent, { ...agentOptions, ...Object.fromEntries(known) });
}

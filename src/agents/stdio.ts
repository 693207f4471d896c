import { messageOf } from '../errors.js';
import { afterAllReady } from '../time/index.js';
import type { Agent, AgentOptions, AgentSession, AgentTurn, MediaFormat, Ms, SessionContext } from '../types.js';
import { SampleJoiner } from '../wires/sample-joiner.js';
import { toS16le } from '../wires/samples.js';
import { AheadMeter } from './ahead.js';
import { AgentChild } from './child.js';
import { callEnvironment, Command, commandOptions } from './command.js';
import type { NumberOption, OptionValues } from './option-table.js';
import { ResponseFile } from './response-file.js';
import { responseOf } from './response.js';
import { pcmLine, turnsOption } from './wire.js';
import type { WireKind } from './wire.js';

function milliseconds(value: Ms, max: Ms, doc: string): NumberOption {
  return { type: 'number', default: value, min: 0, max, unit: 'ms', doc };
}

export const stdioOptions = {
  rateHz: { type: 'number', default: 16_000, min: 8000, max: 48_000, unit: 'Hz', doc: 'samples per second on its stdin and stdout' },
  turns: turnsOption('unprompted'),
  startMs: milliseconds(0, 110_000, 'the call begins this long after the command has been started, or with its first sample if that is sooner'),
  'burst.limitMs': milliseconds(1000, 600_000, 'audio further ahead of real time than this is refused: an agent on a pipe cannot take it back'),
  ...commandOptions,
} as const;
type StdioOptions = OptionValues<typeof stdioOptions>;

/**
 * An agent that is a command: the caller's voice on its stdin, its own on its stdout, both raw signed 16-bit little-endian mono. There
 * is no message on a pipe: it must send in real time, and fall silent by sending nothing.
 */
export const stdio: WireKind = {
  options: stdioOptions,
  make: (name, target, options) => new StdioAgent(name, new Command(target, options), options as StdioOptions & AgentOptions),
};

class StdioAgent implements Agent {
  readonly inProcess = false;
  readonly paced = 'unknown';
  readonly line: MediaFormat;
  readonly turns;

  constructor(
    readonly name: string,
    readonly command: Command,
    readonly options: StdioOptions & AgentOptions,
  ) {
    this.line = pcmLine(name, options.rateHz);
    this.turns = options.turns;
  }

  async connect(context: SessionContext): Promise<AgentSession> {
    const response = this.turns === 'response' ? await ResponseFile.make() : null;
    const session = new StdioSession(this, context, response);
    try {
      await session.open();
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
    return session;
  }
}

class StdioSession implements AgentSession {
  readonly #agent: StdioAgent;
  readonly #context: SessionContext;
  readonly #response: ResponseFile | null;
  readonly #joiner = new SampleJoiner();
  readonly #ahead: AheadMeter;
  #child: AgentChild | null = null;
  /** Takes what comes; another one while the call has not begun. */
  #take: (bytes: Uint8Array) => void = (bytes) => this.#play(bytes);
  #fail: (reason: string) => void;
  #over = false;

  constructor(agent: StdioAgent, context: SessionContext, response: ResponseFile | null) {
    this.#agent = agent;
    this.#context = context;
    this.#response = response;
    this.#ahead = new AheadMeter(context.clock, agent.line.rateHz);
    this.#fail = (reason) => context.fail(reason);
  }

  async open(): Promise<void> {
    const { command, turns, options } = this.#agent;
    const order = command.order(callEnvironment(this.#context, turns, this.#response?.path ?? null));
    this.#child = new AgentChild(order, {
      output: (bytes) => this.#take(bytes),
      gone: (reason) => this.#end(this.#joiner.odd ? `${reason}; its output ends within a sample` : reason),
    });
    await this.#child.started;
    if (options.startMs > 0) await this.#firstSample(options.startMs);
  }

  async speak(turn: AgentTurn): Promise<void> {
    if (this.#response !== null) {
      const samples = responseOf(this.#agent.name, turn, this.#context);
      return this.#response.write({ rateHz: this.#agent.line.rateHz, samples });
    }
    if (turn.prompt !== null) throw new Error('an agent on a pipe cannot be asked in words: use --prompt-audio');
  }

  send(frame: Int16Array): void {
    if (!this.#over) this.#child?.write(toS16le(frame));
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.#child?.close();
    await this.#response?.remove().catch(() => {});
  }

  /** The first output, or the end of the time that it is given. What has come is passed on once the call has begun. */
  async #firstSample(limitMs: Ms): Promise<void> {
    const { clock } = this.#context;
    const early: Uint8Array[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.at(clock.now() + limitMs, resolve);
        this.#take = (bytes) => {
          if (early.push(bytes) > 1) return;
          this.#child?.holdOutput(true);
          cancel();
          resolve();
        };
        this.#fail = (reason) => {
          cancel();
          reject(new Error(reason));
        };
      });
    } finally {
      this.#fail = (reason) => this.#context.fail(reason);
    }
    afterAllReady(() => {
      this.#take = (bytes) => this.#play(bytes);
      for (const bytes of early) this.#take(bytes);
      this.#child?.holdOutput(false);
    });
  }

  #play(bytes: Uint8Array): void {
    if (this.#over) return;
    const samples = this.#joiner.push(bytes);
    if (samples.length === 0) return;
    const aheadMs = this.#ahead.push(samples.length);
    const limitMs = this.#agent.options['burst.limitMs'];
    if (aheadMs > limitMs) {
      return this.#end(`the agent is ${Math.round(aheadMs)} ms ahead of real time (burst.limitMs ${limitMs}): on a pipe it cannot take back what it has sent, so it must send in real time`);
    }
    try {
      this.#context.audio(samples);
    } catch (thrown) {
      this.#end(messageOf(thrown));
    }
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#fail(reason);
  }
}

import type { Agent, AgentOptions, AgentSession, AgentTurn, MediaFormat, SessionContext } from '../types.js';
import { consoleRateHz } from '../wires/livekit-console.js';
import { callEnvironment, Command, commandOptions } from './command.js';
import { ConsoleCall } from './console-call.js';
import { ConsoleDoor } from './console-door.js';
import type { OptionValues } from './option-table.js';
import { ResponseFile } from './response-file.js';
import { responseOf } from './response.js';
import { turnsOption } from './wire.js';
import type { WireKind } from './wire.js';

export const livekitConsoleOptions = {
  turns: turnsOption('unprompted'),
  'connect.timeoutMs': { type: 'number', default: 60_000, min: 100, max: 110_000, unit: 'ms', doc: 'how long the command may take to dial in and to have its session ready' },
  ...commandOptions,
} as const;
type LivekitConsoleOptions = OptionValues<typeof livekitConsoleOptions>;

/**
 * A LiveKit agent in console mode (`node agent.js console`, `python agent.py console`), with the harness in the place of LiveKit's own
 * console: it listens on a local port, starts the agent's file with `--connect-addr HOST:PORT` and is dialled by it.
 */
export const livekitConsole: WireKind = {
  options: livekitConsoleOptions,
  make: (name, target, options) => new LivekitConsoleAgent(name, new Command(target, options), options as LivekitConsoleOptions & AgentOptions),
};

/** Stands in a command for the address to dial. */
const addressMark = '{addr}';

function withAddress(words: readonly string[], address: string): string[] {
  if (words.some((word) => word.includes(addressMark))) return words.map((word) => word.replaceAll(addressMark, address));
  return [...words, '--connect-addr', address];
}

class LivekitConsoleAgent implements Agent {
  readonly inProcess = false;
  readonly paced = 'unknown';
  readonly line: MediaFormat = { rateHz: consoleRateHz, frameMs: 20, codec: 'pcm16' };
  readonly turns;
  readonly #command: Command;

  constructor(
    readonly name: string,
    command: Command,
    readonly options: LivekitConsoleOptions & AgentOptions,
  ) {
    this.#command = command;
    this.turns = options.turns;
  }

  async connect(context: SessionContext): Promise<AgentSession> {
    const response = this.turns === 'response' ? await ResponseFile.make() : null;
    const told = callEnvironment(context, this.turns, response?.path ?? null);
    try {
      const door = await ConsoleDoor.open();
      const order = this.#command.order(told, (words) => withAddress(words, door.address));
      const call = await ConsoleCall.answer(door, order, context, this.options['connect.timeoutMs']);
      return new LivekitConsoleSession(this.name, call, response, context);
    } catch (thrown) {
      await response?.remove();
      throw thrown;
    }
  }
}

class LivekitConsoleSession implements AgentSession {
  readonly #name: string;
  readonly #call: ConsoleCall;
  readonly #response: ResponseFile | null;
  readonly #context: SessionContext;

  constructor(name: string, call: ConsoleCall, response: ResponseFile | null, context: SessionContext) {
    this.#name = name;
    this.#call = call;
    this.#response = response;
    this.#context = context;
  }

  async speak(turn: AgentTurn): Promise<void> {
    if (this.#response !== null) return this.#response.write({ rateHz: consoleRateHz, samples: responseOf(this.#name, turn, this.#context) });
    if (turn.prompt !== null) this.#call.ask(turn.prompt);
  }

  send(frame: Int16Array): void {
    this.#call.send({ kind: 'audio-input', samples: frame });
  }

  async close(): Promise<void> {
    await this.#call.close();
    await this.#response?.remove().catch(() => {});
  }
}

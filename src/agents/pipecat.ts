import type { Agent, AgentOptions, AgentSession, MediaFormat, OptionValue, SessionContext, TurnSource } from '../types.js';
import { openOptions } from './option-table.js';
import type { OptionTable, OptionValues } from './option-table.js';
import { PipecatSession } from './pipecat-session.js';
import { socketAddress, withQuery } from './socket-address.js';
import { connectTimeoutOption } from './socket-options.js';
import { pcmLine, turnsOption } from './wire.js';
import type { WireKind } from './wire.js';

const pipecatOptions = {
  rateHz: { type: 'number', default: 16000, min: 8000, max: 48000, unit: 'Hz', doc: "both ways; the bot's audio_in_sample_rate and audio_out_sample_rate must be this" },
  'rtvi.version': { type: 'text', default: '1.0.0', form: 'three numbers with dots', pattern: /^\d+\.\d+\.\d+$/, doc: 'version of RTVI that client-ready names' },
  'rtvi.wait': { type: 'boolean', default: false, doc: 'the line is up only when the bot has answered with bot-ready; a bot without RTVI never does' },
  'connect.timeoutMs': connectTimeoutOption,
  turns: turnsOption('unprompted'),
  'query.*': { type: 'text', default: '', form: 'any text', pattern: null, doc: 'goes into the address as a query parameter of that name' },
} as const satisfies OptionTable;

type Options = OptionValues<typeof pipecatOptions>;

/** A Pipecat bot behind its WebSocket transport with the ProtobufFrameSerializer: the harness is its client. */
export const pipecat: WireKind = {
  options: pipecatOptions,
  make: (name, target, given) => new PipecatAgent(name, socketAddress('pipecat', target, 'ws://127.0.0.1:8765/ws'), given as AgentOptions & Options),
};

class PipecatAgent implements Agent {
  readonly inProcess = false;
  readonly paced = 'unknown' as const;
  readonly line: MediaFormat;
  readonly turns: TurnSource;
  readonly #address: URL;

  constructor(
    readonly name: string,
    address: URL,
    readonly options: AgentOptions & Options,
  ) {
    this.#address = address;
    this.line = pcmLine(name, options.rateHz);
    this.turns = options.turns;
  }

  connect(context: SessionContext): Promise<AgentSession> {
    const { turns, 'rtvi.version': version, 'rtvi.wait': waits, 'connect.timeoutMs': connectTimeoutMs } = this.options;
    return PipecatSession.open(context, { address: this.#addressFor(context.seed), turns, version, waits, connectTimeoutMs });
  }

  /** A served agent that waits for its response is told so, and a served agent of any other rate than its default one that too. */
  #addressFor(seed: number): string {
    const { turns, rateHz } = this.options;
    const served: Record<string, OptionValue> = turns === 'response' ? { turns, seed, rateHz } : {};
    return withQuery(this.#address, { ...served, ...openOptions(this.options, 'query') });
  }
}

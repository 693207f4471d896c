import { BargeinError } from '../errors.js';
import type { Agent, AgentOptions, AgentSession, MediaFormat, OptionValue, SessionContext, TurnSource } from '../types.js';
import { lineOf, realtimeFormats } from '../wires/openai-realtime.js';
import type { RealtimeFormat, TurnDetection } from '../wires/openai-realtime.js';
import { openOptions } from './option-table.js';
import type { BooleanOption, ChoiceOption, NumberOption, OptionValues, TextOption } from './option-table.js';
import { OpenaiRealtimeSession } from './openai-realtime-session.js';
import type { RealtimeCall } from './openai-realtime-session.js';
import { keyFrom } from './secrets.js';
import { isLoopback, socketAddress, withQuery } from './socket-address.js';
import { connectTimeoutOption } from './socket-options.js';
import { turnsOption } from './wire.js';
import type { WireKind } from './wire.js';

function choice<T extends string>(value: T, choices: readonly T[], doc: string): ChoiceOption<T> {
  return { type: 'choice', default: value, choices, doc };
}

function toggle(value: boolean, doc: string): BooleanOption {
  return { type: 'boolean', default: value, doc };
}

function milliseconds(value: number, doc: string): NumberOption {
  return { type: 'number', default: value, min: 0, max: 10_000, unit: 'ms', doc };
}

function text(value: string, form: string, pattern: RegExp | null, doc: string): TextOption {
  return { type: 'text', default: value, form, pattern, doc };
}

/** Turn detection has the defaults that the service documents; it is always said in full, so that a report says what was in force. */
const options = {
  api: choice('ga', ['ga', 'beta'], 'names of the general release, or those of the beta before it (header OpenAI-Beta: realtime=v1)'),
  format: choice<RealtimeFormat>('pcm16', realtimeFormats, 'audio both ways: 16-bit samples at 24 kHz, or G.711 mu-law or A-law at 8 kHz'),
  model: text('gpt-realtime', 'a model of the service, or nothing', /^[\w.:/-]*$/, 'goes into the address as `model`; where the address has one, that counts'),
  voice: text('', 'a voice of the service, or nothing', /^[\w.:/-]*$/, "empty: the service's own"),
  instructions: text('', 'one line', null, "instructions of the session; empty: the service's own"),
  'turn_detection.type': choice('server_vad', ['server_vad', 'semantic_vad', 'none'], 'what finds the start and the end of the user\'s turn; none: nothing does, and nothing interrupts'),
  'turn_detection.threshold': { type: 'number', default: 0.5, min: 0, max: 1, unit: null, doc: 'server_vad: speech from this probability on' },
  'turn_detection.prefix_padding_ms': milliseconds(300, 'server_vad: audio that is kept from before the start of speech'),
  'turn_detection.silence_duration_ms': milliseconds(500, 'server_vad: silence for this long is the end of speech'),
  'turn_detection.eagerness': choice('auto', ['auto', 'low', 'medium', 'high'], 'semantic_vad: how soon a turn is taken to be over'),
  'turn_detection.interrupt_response': toggle(true, "the start of the user's speech cancels the response, and this client drops what it has not played"),
  'turn_detection.create_response': toggle(true, 'the end of the user\'s turn is answered'),
  'response.create': toggle(true, 'turns=prompted without a text: ask for a response all the same; false where the prompt is audio'),
  'auth.env': text('OPENAI_API_KEY', 'the name of an environment variable, or nothing', /^(?:[A-Za-z_]\w*)?$/, 'holds the key; empty: no key is sent'),
  'auth.header': choice('authorization', ['authorization', 'api-key'], 'header for the key: Authorization: Bearer KEY, or api-key: KEY'),
  'connect.timeoutMs': connectTimeoutOption,
  turns: turnsOption('prompted'),
  'query.*': text('', 'any text', null, 'goes into the address as a query parameter of that name'),
} as const;

type Options = OptionValues<typeof options>;

const example = 'wss://api.openai.com/v1/realtime';

/** A voice agent that speaks the OpenAI Realtime protocol over WebSocket: the service itself, and what is made after it. */
export const openaiRealtime: WireKind = {
  options,
  make: (name, target, given) => new OpenaiRealtimeAgent(name, target, given as AgentOptions & Options),
};

class OpenaiRealtimeAgent implements Agent {
  readonly inProcess = false;
  readonly paced = 'unknown' as const;
  readonly line: MediaFormat;
  readonly turns: TurnSource;
  readonly #address: URL;
  readonly #key: string | null;

  constructor(
    readonly name: string,
    target: string,
    readonly options: AgentOptions & Options,
  ) {
    this.#address = socketAddress('openai-realtime', target, example);
    this.#key = keyOf(this.#address, options['auth.env']);
    this.line = lineOf(options.format);
    this.turns = options.turns;
  }

  connect(context: SessionContext): Promise<AgentSession> {
    const { options: { format, voice, instructions, api, turns, ...rest } } = this;
    const turnDetection = turnDetectionOf(this.options);
    const key = this.#key;
    const call: RealtimeCall = {
      address: this.#addressFor(context.seed),
      headers: { ...(key === null ? {} : headerOf(rest['auth.header'], key)), ...(api === 'beta' ? { 'OpenAI-Beta': 'realtime=v1' } : {}) },
      api,
      session: { format, voice, instructions, turnDetection },
      turns,
      interrupts: turnDetection?.interrupt_response ?? false,
      asks: rest['response.create'],
      connectTimeoutMs: rest['connect.timeoutMs'],
    };
    return OpenaiRealtimeSession.open(context, call);
  }

  #addressFor(seed: number): string {
    const { model, turns } = this.options;
    const named: Record<string, OptionValue> = model !== '' && !this.#address.searchParams.has('model') ? { model } : {};
    const served: Record<string, OptionValue> = turns === 'response' ? { turns, seed } : {};
    return withQuery(this.#address, { ...named, ...served, ...openOptions(this.options, 'query') });
  }
}

function headerOf(header: Options['auth.header'], key: string): Record<string, string> {
  switch (header) {
    case 'authorization':
      return { Authorization: `Bearer ${key}` };
    case 'api-key':
      return { 'api-key': key };
  }
}

function turnDetectionOf(given: Options): TurnDetection {
  const then = { create_response: given['turn_detection.create_response'], interrupt_response: given['turn_detection.interrupt_response'] };
  const type = given['turn_detection.type'];
  switch (type) {
    case 'server_vad':
      return {
        type,
        threshold: given['turn_detection.threshold'],
        prefix_padding_ms: given['turn_detection.prefix_padding_ms'],
        silence_duration_ms: given['turn_detection.silence_duration_ms'],
        ...then,
      };
    case 'semantic_vad':
      return { type, eagerness: given['turn_detection.eagerness'], ...then };
    case 'none':
      return null;
  }
}

/** @throws BargeinError where a key is needed and there is none, and where it would cross a network in the clear */
function keyOf(address: URL, variable: string): string | null {
  if (variable === '') return null;
  const key = keyFrom(variable, process.env, 'openai-realtime', address);
  if (key === null && !isLoopback(address.hostname)) throw new BargeinError(`agent 'openai-realtime': the environment variable ${variable} is not set`, `put the key of ${address.host} into ${variable}, or name another with --agent-option auth.env=NAME`);
  return key;
}

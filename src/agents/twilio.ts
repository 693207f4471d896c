import { randomFrom, seedOf } from '../time/index.js';
import type { Agent, AgentOptions, AgentSession, AgentTurn, Cancel, MediaFormat, SessionContext, TurnSource } from '../types.js';
import { CallMessages, parseBotMessage, twilioRateHz } from '../wires/twilio.js';
import type { StreamIds } from '../wires/twilio.js';
import { Downlink } from './downlink.js';
import { openOptions } from './option-table.js';
import type { OptionTable, OptionValues } from './option-table.js';
import { openSocket } from './socket.js';
import type { AgentSocket } from './socket.js';
import { socketAddress } from './socket-address.js';
import { connectTimeoutOption } from './socket-options.js';
import { turnsOption } from './wire.js';
import type { WireKind } from './wire.js';

const twilioOptions = {
  turns: turnsOption('unprompted', ['unprompted', 'prompted', 'response']),
  'param.*': { type: 'text', default: '', form: 'any text', pattern: null, doc: "a parameter of the call: reaches the bot in the start message's customParameters, as a <Parameter> of TwiML does" },
  dtmf: { type: 'text', default: '', form: 'digits 0-9, *, #, or nothing', pattern: /^[0-9*#]*$/, doc: 'keys the caller presses right after the start' },
  'connect.timeoutMs': connectTimeoutOption,
} as const satisfies OptionTable;

const mostMarks = 10_000;

/**
 * A bot for Twilio Media Streams: the harness plays Twilio, dials the bot's WebSocket, and keeps to what Twilio does
 * (https://www.twilio.com/docs/voice/media-streams/websocket-messages): mu-law at 8000 Hz both ways; a mark is sent back when what
 * came before it has been heard; a clear drops what has not been heard, and sends all marks back that were waiting.
 */
export const twilio: WireKind = {
  options: twilioOptions,
  make: (name, target, values) => new TwilioAgent(name, socketAddress('twilio', target, 'ws://127.0.0.1:8765/twilio').href, values),
};

class TwilioAgent implements Agent {
  readonly paced = 'unknown' as const;
  readonly inProcess = false;
  readonly line: MediaFormat = { rateHz: twilioRateHz, frameMs: 20, codec: 'mulaw' };
  readonly turns: TurnSource;
  readonly #address: string;
  readonly #values: OptionValues<typeof twilioOptions>;

  constructor(
    readonly name: string,
    address: string,
    readonly options: AgentOptions,
  ) {
    this.#address = address;
    this.#values = options as OptionValues<typeof twilioOptions>;
    this.turns = this.#values.turns;
  }

  async connect(context: SessionContext): Promise<AgentSession> {
    const session = new TwilioSession(context);
    const socket = await openSocket(this.#address, context, session, { headers: {}, subprotocols: [], connectTimeoutMs: this.#values['connect.timeoutMs'] });
    session.begin(socket, this.#parameters(context), this.#values.dtmf);
    return session;
  }

  /** A served agent that waits for its response is told so. */
  #parameters({ seed, traceparent }: SessionContext): Record<string, string> {
    const given = Object.entries(openOptions(this.options, 'param')).map(([name, value]) => [name, String(value)]);
    return { ...(traceparent === null ? {} : { traceparent }), ...(this.turns === 'response' ? { turns: 'response', seed: String(seed) } : {}), ...Object.fromEntries(given) };
  }
}

class TwilioSession implements AgentSession {
  readonly #context: SessionContext;
  readonly #downlink: Downlink;
  readonly #ids: StreamIds;
  readonly #messages: CallMessages;
  /** What has not been heard yet, in the order it came. */
  readonly #marks: { readonly name: string; cancel: Cancel }[] = [];
  #socket: AgentSocket | null = null;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#downlink = new Downlink(context);
    this.#ids = idsFrom(context.seed);
    this.#messages = new CallMessages(this.#ids);
  }

  begin(socket: AgentSocket, parameters: Readonly<Record<string, string>>, digits: string): void {
    this.#socket = socket;
    socket.send(this.#messages.connected());
    socket.send(this.#messages.start(parameters));
    for (const digit of digits) socket.send(this.#messages.dtmf(digit));
  }

  async speak({ response }: AgentTurn): Promise<void> {
    if (response) this.#socket?.send(this.#messages.speak(response.samples));
  }

  send(frame: Int16Array): void {
    this.#socket?.send(this.#messages.media(frame));
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#marks.splice(0)) cancel();
    this.#socket?.send(this.#messages.stop());
    await this.#socket?.close();
  }

  text(text: string): void {
    const message = parseBotMessage(text);
    if (message === null) return;
    if (message.streamSid !== this.#ids.streamSid) throw new Error(`the bot sent a ${message.event} for stream ${JSON.stringify(message.streamSid.slice(0, 40))}, this one is "${this.#ids.streamSid}"`);
    switch (message.event) {
      case 'media':
        return this.#downlink.audio(message.samples);
      case 'mark':
        return this.#mark(message.name);
      case 'clear':
        return this.#clear();
    }
  }

  binary(): void {
    throw new Error('the bot sent a binary message; Media Streams knows only text');
  }

  #mark(name: string): void {
    if (this.#marks.length >= mostMarks) throw new Error(`the bot has more than ${mostMarks} marks waiting`);
    const mark = { name, cancel: () => {} };
    this.#marks.push(mark);
    mark.cancel = this.#context.whenHeard(() => {
      const at = this.#marks.indexOf(mark);
      if (at < 0) return;
      this.#marks.splice(at, 1);
      this.#socket?.send(this.#messages.mark(name));
    });
  }

  /** The marks are taken back before the flush, which would have them heard one by one. */
  #clear(): void {
    const dropped = this.#marks.splice(0);
    for (const { cancel } of dropped) cancel();
    this.#context.flush();
    this.#context.event('flush');
    for (const { name } of dropped) this.#socket?.send(this.#messages.mark(name));
  }
}

/** The same call has the same ids. */
function idsFrom(seed: number): StreamIds {
  const random = randomFrom(seedOf(seed, 'twilio'));
  const hex = () => Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return { streamSid: `MZ${hex()}`, callSid: `CA${hex()}`, accountSid: `AC${hex()}` };
}

import { StreamResampler } from '../audio/stream-resampler.js';
import { BargeinError, messageOf } from '../errors.js';
import { unlessStuck } from '../time/index.js';
import type { Agent, AgentOptions, AgentSession, AgentTurn, MediaFormat, OptionValue, SessionContext, TurnSource } from '../types.js';
import { filled, withFields } from '../wires/json-rules.js';
import { pcmAudio, PcmReader, speakMessage } from '../wires/pcm.js';
import type { PcmHappening } from '../wires/pcm.js';
import type { PcmDialect } from '../wires/pcm-dialects.js';
import { addressSource, hiding, withHidden } from './call-address.js';
import type { AddressSource } from './call-address.js';
import { Downlink } from './downlink.js';
import { openOptions } from './option-table.js';
import { authHeaders, dialectOf, pcmOptions } from './pcm-options.js';
import type { PcmOptions } from './pcm-options.js';
import { hostOnly, withoutSecrets } from './secrets.js';
import { openSocket } from './socket.js';
import type { AgentSocket } from './socket.js';
import { withQuery } from './socket-address.js';
import { pcmLine, refuseBrokenFrames } from './wire.js';
import type { WireKind } from './wire.js';

const example = 'ws://127.0.0.1:8765/';

/** An agent that takes and sends raw 16-bit samples over a WebSocket, and says the rest in JSON: your own, or one of the presets. */
export const pcm: WireKind = {
  options: pcmOptions,
  make: (name, target, options) => new PcmAgent(name, addressSource('pcm', { name, target, line: (options as PcmOptions)['address.command'], example }), options),
};

class PcmAgent implements Agent {
  readonly paced = 'unknown' as const;
  readonly inProcess = false;
  readonly line: MediaFormat;
  readonly turns: TurnSource;
  readonly words: boolean;
  readonly #source: AddressSource;
  readonly #values: PcmOptions;
  readonly #dialect: PcmDialect;

  constructor(
    readonly name: string,
    source: AddressSource,
    readonly options: AgentOptions,
  ) {
    this.#source = source;
    this.#values = options as PcmOptions;
    this.#dialect = dialectOf(name, this.#values, options);
    this.turns = this.#values.turns;
    this.words = this.#dialect.promptSend !== null;
    // A missing key is found out now, not attempt by attempt.
    this.#headers(source instanceof URL ? source : null);
    refuseBrokenFrames(name, 'input.rateHz', this.#values['input.rateHz']);
    this.line = pcmLine(name, this.#values['output.rateHz'], 'output.rateHz');
    if (this.turns === 'response' && this.#values['input.rateHz'] !== this.line.rateHz) throw new BargeinError(`agent '${name}': an agent served by bargein has one rate`, 'give input.rateHz and output.rateHz the same value');
  }

  /** @param address null where it is not known yet */
  #headers(address: URL | null): Record<string, string> {
    return authHeaders(this.name, this.#dialect, process.env, address);
  }

  /** Whether nothing but the host of an address may be shown. */
  get #addressIsKey(): boolean {
    return this.#dialect.addressIsKey || !(this.#source instanceof URL);
  }

  async connect(context: SessionContext): Promise<AgentSession> {
    const { 'input.rateHz': inputHz, 'output.rateHz': outputHz, 'connect.timeoutMs': connectTimeoutMs } = this.#values;
    const address = this.#source instanceof URL ? this.#source : await this.#source.next(connectTimeoutMs);
    const headers = this.#headers(address);
    const hide = this.#addressIsKey ? hiding(address) : (text: string) => text;
    const hidden = withHidden(context, hide);
    const resampler = inputHz === outputHz ? null : await StreamResampler.open(outputHz, inputHz);
    const session = new PcmSession(hidden, this.#dialect, new PcmReader(this.#dialect, inputHz, outputHz), resampler);
    try {
      const shown = this.#addressIsKey ? hostOnly : withoutSecrets;
      session.dial(await openSocket(withQuery(address, this.#query(context.seed)), hidden, session, { headers, subprotocols: [], connectTimeoutMs, shown }));
      await unlessStuck(session.begin(this.#firstMessage(inputHz, outputHz)), connectTimeoutMs, 'waiting until the agent takes audio');
      return session;
    } catch (thrown) {
      await session.close();
      throw this.#addressIsKey ? new Error(hide(messageOf(thrown))) : thrown;
    }
  }

  /** A served agent that waits for its response is told so. */
  #query(seed: number): Record<string, OptionValue> {
    const served: Record<string, OptionValue> = this.turns === 'response' ? { turns: 'response', seed, rateHz: this.line.rateHz } : {};
    return { ...served, ...openOptions(this.options, 'query') };
  }

  #firstMessage(inputHz: number, outputHz: number): string | null {
    const fields = Object.fromEntries(Object.entries(openOptions(this.options, 'message')).map(([path, value]) => [path, String(value)]));
    const { first } = this.#dialect;
    return first === null && Object.keys(fields).length === 0 ? null : JSON.stringify(withFields(first?.(inputHz, outputHz) ?? {}, fields));
  }
}

/** Something that comes once, or never where the connection is lost first. */
class Awaited {
  #settle: { resolve(): void; reject(thrown: Error): void } | null = null;
  readonly promise = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));

  constructor() {
    // Whether anybody waits is not known here.
    this.promise.catch(() => {});
  }

  came(): void {
    this.#settle?.resolve();
  }

  lost(reason: string): void {
    this.#settle?.reject(new Error(reason));
  }
}

class PcmSession implements AgentSession {
  readonly #context: SessionContext;
  readonly #dialect: PcmDialect;
  readonly #reader: PcmReader;
  readonly #resampler: StreamResampler | null;
  readonly #downlink: Downlink;
  readonly #welcome = new Awaited();
  readonly #ready = new Awaited();
  #socket: AgentSocket | null = null;

  constructor(context: SessionContext, dialect: PcmDialect, reader: PcmReader, resampler: StreamResampler | null) {
    this.#context = context;
    this.#dialect = dialect;
    this.#reader = reader;
    this.#resampler = resampler;
    this.#downlink = new Downlink(context);
  }

  dial(socket: AgentSocket): void {
    this.#socket = socket;
  }

  /** Resolves once audio may be sent. */
  async begin(firstMessage: string | null): Promise<void> {
    if (this.#dialect.welcome.length > 0) await this.#welcome.promise;
    if (firstMessage !== null) this.#socket?.send(firstMessage);
    if (this.#dialect.ready.length > 0) await this.#ready.promise;
  }

  async speak({ response, prompt }: AgentTurn): Promise<void> {
    if (response) this.#socket?.send(speakMessage(response.samples));
    if (prompt === null) return;
    const { promptSend } = this.#dialect;
    if (promptSend === null) throw new BargeinError('this agent cannot be asked in words', 'set --agent-option prompt.send to its message, or ask with --prompt-audio');
    this.#socket?.send(filled(promptSend, '$PROMPT', prompt));
  }

  send(frame: Int16Array): void {
    const samples = this.#resampler ? this.#resampler.push(frame) : frame;
    if (samples.length > 0) this.#socket?.send(pcmAudio(this.#dialect, samples));
  }

  async close(): Promise<void> {
    if (this.#dialect.goodbye !== null) this.#socket?.send(this.#dialect.goodbye);
    await this.#socket?.close();
    this.#resampler?.close();
  }

  text(message: string): void {
    for (const happening of this.#reader.text(message)) this.#take(happening);
  }

  binary(message: Uint8Array): void {
    for (const happening of this.#reader.binary(message)) this.#take(happening);
  }

  lost(reason: string): void {
    this.#welcome.lost(reason);
    this.#ready.lost(reason);
  }

  #take(happening: PcmHappening): void {
    switch (happening.what) {
      case 'audio':
        return this.#downlink.audio(happening.samples);
      case 'clear':
        this.#context.flush();
        return this.#context.event('flush');
      case 'event':
        return this.#context.event(happening.kind);
      case 'welcome':
        return this.#welcome.came();
      case 'ready':
        return this.#ready.came();
      case 'answer':
        return this.#socket?.send(happening.message);
    }
  }
}

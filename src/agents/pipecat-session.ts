import type { AgentSession, AgentTurn, Ms, SessionContext, TurnSource } from '../types.js';
import { field } from '../wires/json.js';
import { decodePipecat, pipecatFrames } from '../wires/pipecat.js';
import type { RtviMessage } from '../wires/pipecat.js';
import { Downlink } from './downlink.js';
import { Greeting } from './greeting.js';
import { openSocket } from './socket.js';
import type { AgentSocket } from './socket.js';

export interface PipecatCall {
  readonly address: string;
  readonly turns: TurnSource;
  /** Of RTVI. */
  readonly version: string;
  /** The line is up only with the bot's answer. */
  readonly waits: boolean;
  readonly connectTimeoutMs: Ms;
}

/**
 * A client of a Pipecat bot. An interruption drops what has not been heard; what the bot says of itself in RTVI becomes events.
 *
 * `bot-stopped-speaking` comes at a response's natural end and at an interruption alike. It is taken for a natural end only where no
 * interruption has come since the bot began, and the bot does not say that the user is speaking.
 */
export class PipecatSession implements AgentSession {
  readonly #context: SessionContext;
  readonly #call: PipecatCall;
  readonly #downlink: Downlink;
  #socket: AgentSocket | null = null;
  #messages = 0;
  #interrupted = false;
  #userSpeaks = false;
  readonly #greeting: Greeting;

  private constructor(context: SessionContext, call: PipecatCall) {
    this.#context = context;
    this.#call = call;
    this.#downlink = new Downlink(context);
    this.#greeting = new Greeting(context.clock, call.connectTimeoutMs, () => 'the bot has sent no bot-ready');
  }

  /** @throws Error with a reason that can be shown, where there is no connection or the bot does not get ready */
  static async open(context: SessionContext, call: PipecatCall): Promise<PipecatSession> {
    const session = new PipecatSession(context, call);
    try {
      const handlers = { text: () => session.#refuseText(), binary: (message: Uint8Array) => session.#take(message), lost: (reason: string) => session.#greeting.refuse(reason) };
      const socket = await openSocket(call.address, context, handlers, { headers: {}, subprotocols: [], connectTimeoutMs: call.connectTimeoutMs });
      session.#socket = socket;
      session.#tell('client-ready', { version: call.version, about: { library: 'bargein' } });
      if (call.waits) await session.#greeting.over;
      return session;
    } catch (thrown) {
      await session.close();
      throw thrown;
    } finally {
      session.#greeting.end();
    }
  }

  async speak({ response, prompt }: AgentTurn): Promise<void> {
    switch (this.#call.turns) {
      case 'unprompted':
        return;
      case 'prompted':
        if (prompt !== null) this.#tell('send-text', { content: prompt, options: { run_immediately: true, audio_response: true } });
        return;
      case 'response':
        if (response) this.#socket?.send(pipecatFrames.speak(response.samples));
    }
  }

  send(frame: Int16Array): void {
    this.#socket?.send(pipecatFrames.audio('InputAudioRawFrame', frame, this.#context.format.rateHz));
  }

  async close(): Promise<void> {
    await this.#socket?.close();
  }

  #tell(type: string, data: object): void {
    this.#socket?.send(pipecatFrames.rtvi(type, String(++this.#messages), data));
  }

  #refuseText(): void {
    throw new Error('the bot sent a text message: frames are binary, see ProtobufFrameSerializer');
  }

  #take(bytes: Uint8Array): void {
    const message = decodePipecat(bytes, this.#context.format.rateHz);
    switch (message.kind) {
      case 'audio':
        this.#downlink.audio(message.samples);
        return;
      case 'interruption':
        this.#interrupted = true;
        this.#context.flush();
        this.#context.event('flush');
        return;
      case 'rtvi':
        this.#hear(message.message);
        return;
      case 'bargein.speak':
      case 'other':
    }
  }

  #hear({ type, data }: RtviMessage): void {
    switch (type) {
      case 'bot-ready':
        this.#greeting.accept();
        return;
      case 'bot-started-speaking':
        this.#interrupted = false;
        this.#context.event('response-start');
        return;
      case 'bot-stopped-speaking':
        if (!this.#interrupted && !this.#userSpeaks) this.#context.event('response-end');
        return;
      case 'user-started-speaking':
        this.#userSpeaks = true;
        this.#context.event('vad-start');
        return;
      case 'user-stopped-speaking':
        this.#userSpeaks = false;
        this.#context.event('vad-end');
        return;
      case 'error':
        if (field(data, 'fatal') === true) throw new Error(`the bot reports a fatal error: ${String(field(data, 'error') ?? field(data, 'message') ?? 'no reason given').slice(0, 500)}`);
        return;
      default:
    }
  }
}

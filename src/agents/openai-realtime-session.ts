import { clientEvents } from '../wires/openai-realtime-client.js';
import { parseServerEvent } from '../wires/openai-realtime-server.js';
import type { ServerEvent } from '../wires/openai-realtime-server.js';
import type { RealtimeApi, RealtimeSession } from '../wires/openai-realtime.js';
import { lineOf } from '../wires/openai-realtime.js';
import type { AgentSession, AgentTurn, Ms, SessionContext, TurnSource } from '../types.js';
import { Downlink } from './downlink.js';
import { Greeting } from './greeting.js';
import { scrubbed } from './secrets.js';
import { openSocket } from './socket.js';
import type { AgentSocket } from './socket.js';
import { SpokenItems } from './spoken-items.js';

export interface RealtimeCall {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly api: RealtimeApi;
  readonly session: RealtimeSession;
  readonly turns: TurnSource;
  /** Whether a start of the user's speech ends the response: then it is what a client must stop at. */
  readonly interrupts: boolean;
  /** Whether `speak` asks for a response where no words for it are given. */
  readonly asks: boolean;
  /** How long it may take from dialling to `session.updated`. */
  readonly connectTimeoutMs: Ms;
}

/** Marks an error that answers a truncation: what the user heard is told for the service's own use, and may come too late. */
const truncationId = 'bargein-truncate';
/** Responses that are remembered as cut off. */
const mostCut = 100;

/**
 * A client of the OpenAI Realtime protocol, doing what a client over WebSocket has to: at the start of the user's speech it drops what
 * it has not played and tells the service how much was heard.
 * https://developers.openai.com/api/docs/guides/realtime-conversations
 *
 * Audio of a response that was cut off so, and still comes, is not played.
 */
export class OpenaiRealtimeSession implements AgentSession {
  readonly #context: SessionContext;
  readonly #call: RealtimeCall;
  readonly #downlink: Downlink;
  readonly #items = new SpokenItems();
  readonly #cut = new Set<string>();
  /** The response that is going on; null for none. */
  #response: string | null = null;
  #truncations = 0;
  #socket: AgentSocket | null = null;
  /** `session.created` has come. */
  #created = false;
  #asked = false;
  readonly #greeting: Greeting;

  private constructor(context: SessionContext, call: RealtimeCall) {
    this.#context = context;
    this.#call = call;
    this.#downlink = new Downlink(context);
    this.#greeting = new Greeting(context.clock, call.connectTimeoutMs, () => `the service has sent no session.${this.#created ? 'updated' : 'created'}`);
  }

  /** @throws Error with a reason that can be shown, where there is no connection or the service does not take the session */
  static async open(context: SessionContext, call: RealtimeCall): Promise<OpenaiRealtimeSession> {
    const session = new OpenaiRealtimeSession(context, call);
    try {
      const handlers = { text: (message: string) => session.#take(message), binary: () => session.#refuseBinary(), lost: (reason: string) => session.#greeting.refuse(reason) };
      session.#socket = await openSocket(call.address, context, handlers, { headers: call.headers, subprotocols: [], connectTimeoutMs: call.connectTimeoutMs });
      session.#ask();
      await session.#greeting.over;
      return session;
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }

  async speak({ response, prompt }: AgentTurn): Promise<void> {
    const { turns, asks, session } = this.#call;
    switch (turns) {
      case 'unprompted':
        return;
      case 'prompted':
        if (asks || prompt !== null) this.#socket?.send(clientEvents.create(prompt));
        return;
      case 'response':
        if (response) this.#socket?.send(clientEvents.speak(session.format, response.samples));
        this.#socket?.send(clientEvents.create(null));
    }
  }

  send(frame: Int16Array): void {
    this.#socket?.send(clientEvents.append(this.#call.session.format, frame));
  }

  async close(): Promise<void> {
    this.#greeting.end();
    await this.#socket?.close();
  }

  #take(message: string): void {
    const event = parseServerEvent(message, this.#call.session.format);
    if (event !== null) this.#react(event);
  }

  #refuseBinary(): void {
    throw new Error('a binary message: this protocol has only texts');
  }

  #react(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
        this.#created = true;
        this.#ask();
        return;
      case 'session.updated':
        this.#agree(event.formats.input, event.formats.output);
        return;
      case 'error':
        this.#complain(event.message, event.eventId);
        return;
      case 'speech-started':
        this.#context.event('vad-start');
        if (this.#call.interrupts) this.#dropUnplayed();
        return;
      case 'speech-stopped':
        this.#context.event('vad-end');
        return;
      case 'response.created':
        this.#response = event.responseId;
        this.#context.event('response-start');
        return;
      case 'audio':
        this.#play(event.responseId, event.itemId, event.contentIndex, event.samples);
        return;
      case 'response.done':
        this.#end(event);
    }
  }

  /** Configures the session, once it is there and the line is. */
  #ask(): void {
    if (!this.#created || this.#socket === null || this.#asked) return;
    this.#asked = true;
    this.#socket.send(clientEvents.update(this.#call.api, this.#call.session));
  }

  #agree(...said: (string | null)[]): void {
    const { format } = this.#call.session;
    const other = said.find((name) => name !== null && name !== format);
    if (other) throw new Error(`the service has a session with audio as ${other}, asked for ${format}`);
    this.#greeting.accept();
  }

  #complain(message: string, eventId: string | null): void {
    if (eventId?.startsWith(truncationId)) return;
    const reason = `the service reports an error: ${scrubbed(message)}`;
    if (this.#greeting.isWaiting) this.#greeting.refuse(reason);
    else this.#context.fail(reason);
  }

  #play(responseId: string, itemId: string, contentIndex: number, samples: Int16Array): void {
    if (this.#cut.has(responseId)) return;
    this.#downlink.audio(samples);
    this.#items.add(responseId, itemId, contentIndex, samples.length);
  }

  #end({ responseId, status, detail }: Extract<ServerEvent, { type: 'response.done' }>): void {
    const wasCut = this.#cut.has(responseId);
    if (this.#response === responseId) this.#response = null;
    switch (status) {
      case 'cancelled':
        this.#context.event('cancel');
        if (!wasCut) this.#dropUnplayed(responseId);
        return;
      case 'completed':
      case 'incomplete':
        if (!wasCut) this.#context.event('response-end');
        return;
      case 'failed':
        this.#context.fail(`the service reports that a response failed${detail === null ? '' : `: ${scrubbed(detail)}`}`);
    }
  }

  /** @param cancelled the response that was cancelled; else that which is going on */
  #dropUnplayed(cancelled = this.#response): void {
    // What has been heard is known only before the rest is dropped.
    const cut = this.#items.cut(this.#context.playedTo(), cancelled);
    if (cancelled !== null) this.#cut.add(cancelled);
    for (const id of this.#cut) if (this.#cut.size > mostCut) this.#cut.delete(id);
    this.#context.flush();
    this.#context.event('flush');
    const { rateHz } = lineOf(this.#call.session.format);
    for (const { itemId, contentIndex, heardSamples } of cut) {
      const endMs = Math.floor((heardSamples * 1000) / rateHz);
      this.#socket?.send(clientEvents.truncate(`${truncationId}-${++this.#truncations}`, itemId, contentIndex, endMs));
    }
  }
}

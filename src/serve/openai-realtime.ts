import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import { messageOf } from '../errors.js';
import type { OptionValue, Pcm } from '../types.js';
import { parseClientEvent } from '../wires/openai-realtime-client.js';
import type { ClientEvent } from '../wires/openai-realtime-client.js';
import { ServerEvents } from '../wires/openai-realtime-server.js';
import { lineOf, sessionBody } from '../wires/openai-realtime.js';
import type { RealtimeApi, RealtimeFormat } from '../wires/openai-realtime.js';
import { ServedCall } from './call.js';
import type { Served } from './call.js';
import { attach } from './connection.js';
import type { Connection } from './connection.js';
import { RealtimeVoice } from './openai-realtime-voice.js';
import { queryOf } from './query.js';

/**
 * Serves an agent to a client of the OpenAI Realtime protocol, in the names that the client asks for. Configured once, by the first
 * `session.update`; speaks when asked by `response.create`. Options of the agent come in the query of the address; `turn_detection`
 * sets `vad.threshold` and `vad.minSilenceMs`, which the query counts over.
 */
export function serveOpenaiRealtime(socket: WebSocket, request: IncomingMessage, served: Served): void {
  new RealtimeLine(socket, request, served);
}

/** Twenty seconds of audio in frames of 20 ms. */
const mostHeld = 1000;

class RealtimeLine {
  readonly #connection: Connection;
  readonly #served: Served;
  readonly #api: RealtimeApi;
  readonly #query: Readonly<Record<string, string>>;
  readonly #events: ServerEvents;
  #format: RealtimeFormat = 'pcm16';
  /** null until the session is configured. */
  #call: ServedCall | null = null;
  #voice: RealtimeVoice | null = null;
  #configuring = false;
  /** What came while the session was being configured: clients need not wait for `session.updated`. */
  #held: ClientEvent[] = [];
  #closed = false;
  /** What the client gave it to say at the next response. */
  #response: Pcm | null = null;

  constructor(socket: WebSocket, request: IncomingMessage, served: Served) {
    this.#connection = attach(socket, request, { text: (message) => this.#react(parseClientEvent(message, this.#format)), binary: refuseBinary, closed: () => this.#close() });
    this.#served = served;
    this.#api = request.headers['openai-beta'] === 'realtime=v1' ? 'beta' : 'ga';
    this.#query = queryOf(request);
    this.#events = new ServerEvents(this.#api);
    this.#connection.send(this.#events.session('session.created', sessionBody(this.#api, { format: this.#format, voice: '', instructions: '', turnDetection: null })));
  }

  #close(): void {
    this.#closed = true;
    this.#call?.close().catch(() => {});
    this.#call = null;
  }

  #react(event: ClientEvent): void {
    if (event.type === 'session.update') {
      void this.#configure(event);
      return;
    }
    if (this.#configuring && this.#call === null) return this.#hold(event);
    const call = this.#call;
    const voice = this.#voice;
    if (call === null || voice === null) {
      this.#refuse('the session has not been configured: session.update comes first', 'session_not_configured', event.eventId);
      return;
    }
    switch (event.type) {
      case 'input_audio_buffer.append':
        voice.hear(event.samples.length);
        call.hear(event.samples);
        return;
      case 'bargein.speak':
        this.#response = { rateHz: lineOf(this.#format).rateHz, samples: event.samples };
        return;
      case 'response.create':
        if (voice.speaking) this.#refuse('a response is going on', 'conversation_already_has_active_response', event.eventId);
        else call.speak(this.#response).catch((thrown: unknown) => this.#connection.fail(messageOf(thrown)));
        this.#response = null;
        return;
      case 'conversation.item.truncate':
        this.#truncate(voice, event);
        return;
      case 'other':
        this.#refuse(`a served agent has no use for ${event.name}`, 'unknown_event', event.eventId);
    }
  }

  #hold(event: ClientEvent): void {
    if (this.#held.length >= mostHeld) return this.#connection.fail(`more than ${mostHeld} events before the session was configured`);
    this.#held.push(event);
  }

  #truncate(voice: RealtimeVoice, { itemId, contentIndex, audioEndMs, eventId }: Extract<ClientEvent, { type: 'conversation.item.truncate' }>): void {
    const lengthMs = voice.lengthMsOf(itemId);
    if (lengthMs === null) this.#refuse(`there is no item '${itemId}'`, 'item_truncate_invalid_item_id', eventId);
    else if (audioEndMs > lengthMs) this.#refuse(`audio_end_ms=${audioEndMs}: the item has only ${Math.floor(lengthMs)} ms`, 'invalid_value', eventId);
    else this.#connection.send(this.#events.truncated(itemId, contentIndex, audioEndMs));
  }

  async #configure({ formats, threshold, silenceMs, turnDetection, eventId }: Extract<ClientEvent, { type: 'session.update' }>): Promise<void> {
    const format = formats.input ?? formats.output ?? this.#format;
    if (this.#configuring) return this.#refuse('the session has been configured: it is configured once', 'session_already_configured', eventId);
    if ((formats.output ?? format) !== format) return this.#refuse('input and output must have one format', 'invalid_value', eventId);
    this.#configuring = true;
    this.#format = format;
    const voice = new RealtimeVoice(this.#events, format, (message) => this.#connection.send(message));
    const vad: Record<string, OptionValue> = { ...(threshold === null ? {} : { 'vad.threshold': threshold }), ...(silenceMs === null ? {} : { 'vad.minSilenceMs': silenceMs }) };
    try {
      const call = await ServedCall.open(this.#served, lineOf(format), { ...vad, ...this.#query }, voice, (reason) => this.#connection.fail(reason));
      if (this.#closed) return await call.close();
      this.#voice = voice;
      this.#call = call;
      this.#connection.send(this.#events.session('session.updated', sessionBody(this.#api, { format, voice: '', instructions: '', turnDetection })));
      for (const event of this.#held.splice(0)) this.#react(event);
    } catch (thrown) {
      this.#configuring = false;
      this.#held = [];
      this.#refuse(messageOf(thrown), 'invalid_value', eventId);
    }
  }

  #refuse(message: string, code: string, eventId: string | null): void {
    this.#connection.send(this.#events.error(message, code, eventId));
  }
}

function refuseBinary(): void {
  throw new Error('a binary message: this protocol has only texts');
}

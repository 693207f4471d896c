import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
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
 * Serves an agent to a client of the OpenAI Realtime protocol, in the names that the client asks for. Configured by `session.update`, as
 * often as the client likes until there is audio; speaks when asked by `response.create`. Options of the agent come in the query of the
 * address; `turn_detection` sets `vad.threshold` and `vad.minSilenceMs`, which the query counts over.
 */
export function serveOpenaiRealtime(socket: WebSocket, request: IncomingMessage, served: Served): void {
  new RealtimeLine(socket, request, served);
}

/** Twenty seconds of audio in frames of 20 ms. */
const mostHeld = 1000;

type Update = Extract<ClientEvent, { type: 'session.update' }>;

/** What the updates have said so far. */
interface Settings {
  readonly format: RealtimeFormat;
  readonly vad: Readonly<Record<string, OptionValue>>;
  readonly turnDetection: Update['turnDetection'];
}

class RealtimeLine {
  readonly #connection: Connection;
  readonly #served: Served;
  readonly #api: RealtimeApi;
  readonly #query: Readonly<Record<string, string>>;
  readonly #events: ServerEvents;
  #settings: Settings = { format: 'pcm16', vad: {}, turnDetection: null };
  /** null until the session is configured. */
  #call: ServedCall | null = null;
  #voice: RealtimeVoice | null = null;
  #configuring = false;
  /** What came while the session was being configured: clients need not wait for `session.updated`. Not read yet, since it may change how audio is read. */
  #held: string[] = [];
  /** Something was heard, or said: what was configured stays. */
  #inUse = false;
  #closed = false;
  /** What the client gave it to say at the next response. */
  #response: Pcm | null = null;

  constructor(socket: WebSocket, request: IncomingMessage, served: Served) {
    this.#connection = attach(socket, request, { text: (message) => this.#take(message), binary: refuseBinary, closed: () => this.#close() });
    this.#served = served;
    this.#api = request.headers['openai-beta'] === 'realtime=v1' ? 'beta' : 'ga';
    this.#query = queryOf(request);
    this.#events = new ServerEvents(this.#api);
    this.#connection.send(this.#events.session('session.created', sessionBody(this.#api, { format: this.#settings.format, voice: '', instructions: '', turnDetection: null })));
  }

  #close(): void {
    this.#closed = true;
    this.#call?.close().catch(() => {});
    this.#call = null;
  }

  #take(message: string): void {
    if (this.#configuring) this.#hold(message);
    else this.#react(parseClientEvent(message, this.#settings.format));
  }

  #react(event: ClientEvent): void {
    if (event.type === 'session.update') return this.#update(event);
    const call = this.#call;
    const voice = this.#voice;
    if (call === null || voice === null) {
      this.#refuse('the session has not been configured: session.update comes first', 'session_not_configured', event.eventId);
      return;
    }
    switch (event.type) {
      case 'input_audio_buffer.append':
        this.#inUse = true;
        voice.hear(event.samples.length);
        call.hear(event.samples);
        return;
      case 'bargein.speak':
        this.#inUse = true;
        this.#response = { rateHz: lineOf(this.#settings.format).rateHz, samples: event.samples };
        return;
      case 'response.create':
        this.#inUse = true;
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

  #hold(message: string): void {
    if (this.#held.length >= mostHeld) return this.#connection.fail(`more than ${mostHeld} events before the session was configured`);
    this.#held.push(message);
  }

  #truncate(voice: RealtimeVoice, { itemId, contentIndex, audioEndMs, eventId }: Extract<ClientEvent, { type: 'conversation.item.truncate' }>): void {
    const lengthMs = voice.lengthMsOf(itemId);
    if (lengthMs === null) this.#refuse(`there is no item '${itemId}'`, 'item_truncate_invalid_item_id', eventId);
    else if (audioEndMs > lengthMs) this.#refuse(`audio_end_ms=${audioEndMs}: the item has only ${Math.floor(lengthMs)} ms`, 'invalid_value', eventId);
    else this.#connection.send(this.#events.truncated(itemId, contentIndex, audioEndMs));
  }

  #update({ formats, threshold, silenceMs, turnDetection, eventId }: Update): void {
    const format = formats.input ?? formats.output ?? this.#settings.format;
    if ((formats.output ?? format) !== format) return this.#refuse('input and output must have one format', 'invalid_value', eventId);
    const vad = { ...this.#settings.vad, ...(threshold === null ? {} : { 'vad.threshold': threshold }), ...(silenceMs === null ? {} : { 'vad.minSilenceMs': silenceMs }) };
    const wanted: Settings = { format, vad, turnDetection: turnDetection ?? this.#settings.turnDetection };
    const sameCall = format === this.#settings.format && isDeepStrictEqual(vad, this.#settings.vad);
    if (this.#call !== null && sameCall) return this.#settle(wanted);
    if (this.#inUse) return this.#refuse('the format and what the agent hears by cannot change once there was audio', 'session_in_use', eventId);
    this.#configuring = true;
    void this.#configure(wanted, eventId).then(() => this.#catchUp());
  }

  #settle(settings: Settings): void {
    this.#settings = settings;
    const { format, turnDetection } = settings;
    this.#connection.send(this.#events.session('session.updated', sessionBody(this.#api, { format, voice: '', instructions: '', turnDetection })));
  }

  /** A call that nobody has used yet gives way to one with the new settings. */
  async #configure(wanted: Settings, eventId: string | null): Promise<void> {
    const voice = new RealtimeVoice(this.#events, wanted.format, (message) => this.#connection.send(message));
    try {
      const call = await ServedCall.open(this.#served, lineOf(wanted.format), { ...wanted.vad, ...this.#query }, voice, (reason) => this.#connection.fail(reason));
      await this.#call?.discard();
      this.#call = null;
      if (this.#closed) return await call.discard();
      this.#voice = voice;
      this.#call = call;
      this.#settle(wanted);
    } catch (thrown) {
      this.#refuse(messageOf(thrown), 'invalid_value', eventId);
    }
  }

  #catchUp(): void {
    this.#configuring = false;
    try {
      for (const message of this.#held.splice(0)) this.#take(message);
    } catch (thrown) {
      this.#connection.refuse(messageOf(thrown));
    }
  }

  #refuse(message: string, code: string, eventId: string | null): void {
    this.#connection.send(this.#events.error(message, code, eventId));
  }
}

function refuseBinary(): void {
  throw new Error('a binary message: this protocol has only texts');
}

import { z } from 'zod';
import { decodeAudio, encodeAudio, formatsOf } from './openai-realtime.js';
import type { RealtimeApi, RealtimeFormat, SaidFormats } from './openai-realtime.js';
import { fitting, jsonObject } from './json.js';

/** Server events: https://developers.openai.com/api/reference/resources/realtime/server-events */
export type ServerEvent =
  | { readonly type: 'session.created' | 'speech-started' | 'speech-stopped' }
  | { readonly type: 'session.updated'; readonly formats: SaidFormats }
  /** `eventId`: of the client's message that it answers; null: of none. */
  | { readonly type: 'error'; readonly message: string; readonly eventId: string | null }
  | { readonly type: 'response.created'; readonly responseId: string }
  | { readonly type: 'audio'; readonly responseId: string; readonly itemId: string; readonly contentIndex: number; readonly samples: Int16Array }
  | { readonly type: 'response.done'; readonly responseId: string; readonly status: ResponseStatus; readonly detail: string | null };

export type ResponseStatus = 'completed' | 'cancelled' | 'incomplete' | 'failed';

const text = z.string().max(100_000);
const id = z.string().max(1000);
const what = 'a message of the service';
const head = z.object({ type: id });
const errorSchema = z.object({ error: z.object({ message: text, event_id: id.nullish() }) });
const createdSchema = z.object({ response: z.object({ id }) });
const deltaSchema = z.object({ response_id: id, item_id: id, content_index: z.int().min(0), delta: z.string() });
const details = z.object({ reason: text.nullish(), error: z.object({ message: text.nullish(), code: text.nullish() }).nullish() });
const doneSchema = z.object({ response: z.object({ id, status: z.enum(['completed', 'cancelled', 'incomplete', 'failed']), status_details: details.nullish() }) });

/**
 * @param format what audio is in
 * @returns null for an event of no use here
 * @throws Refusal
 */
export function parseServerEvent(message: string, format: RealtimeFormat): ServerEvent | null {
  const value = jsonObject(message, what);
  const { type } = fitting(head, value, what);
  switch (type) {
    case 'session.created':
      return { type };
    case 'session.updated':
      return { type, formats: formatsOf(value.session) };
    case 'error': {
      const { error } = fitting(errorSchema, value, type);
      return { type, message: error.message, eventId: error.event_id ?? null };
    }
    case 'input_audio_buffer.speech_started':
      return { type: 'speech-started' };
    case 'input_audio_buffer.speech_stopped':
      return { type: 'speech-stopped' };
    case 'response.created':
      return { type, responseId: fitting(createdSchema, value, type).response.id };
    case 'response.output_audio.delta':
    case 'response.audio.delta': {
      const body = fitting(deltaSchema, value, type);
      return { type: 'audio', responseId: body.response_id, itemId: body.item_id, contentIndex: body.content_index, samples: decodeAudio(format, body.delta) };
    }
    case 'response.done': {
      const { response } = fitting(doneSchema, value, type);
      const said = response.status_details;
      return { type, responseId: response.id, status: response.status, detail: said?.error?.message ?? said?.error?.code ?? said?.reason ?? null };
    }
    default:
      return null;
  }
}

/** Where a piece of audio belongs. */
export interface ItemIds {
  readonly responseId: string;
  readonly itemId: string;
}

/** The service's side of a session: its events, numbered, in the names of `api`. */
export class ServerEvents {
  readonly #api: RealtimeApi;
  #events = 0;

  constructor(api: RealtimeApi) {
    this.#api = api;
  }

  session(type: 'session.created' | 'session.updated', session: object): string {
    return this.#event(type, { session: { id: 'sess_1', object: 'realtime.session', ...session } });
  }

  /** @param eventId of the message that it answers */
  error(message: string, code: string, eventId: string | null): string {
    return this.#event('error', { error: { type: 'invalid_request_error', code, message, param: null, event_id: eventId } });
  }

  speechStarted(atMs: number): string {
    return this.#event('input_audio_buffer.speech_started', { audio_start_ms: Math.round(atMs), item_id: 'item_user' });
  }

  speechStopped(atMs: number): string {
    return this.#event('input_audio_buffer.speech_stopped', { audio_end_ms: Math.round(atMs), item_id: 'item_user' });
  }

  /** All that comes before the first audio of a response. */
  responseStarts({ responseId, itemId }: ItemIds): string[] {
    const item = { id: itemId, object: 'realtime.item', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    return [
      this.#event('response.created', { response: { id: responseId, object: 'realtime.response', status: 'in_progress', status_details: null, output: [] } }),
      this.#event('response.output_item.added', { response_id: responseId, output_index: 0, item }),
      this.#event(this.#api === 'ga' ? 'conversation.item.added' : 'conversation.item.created', { previous_item_id: null, item }),
      this.#event('response.content_part.added', { ...place({ responseId, itemId }), part: { type: 'audio', transcript: '' } }),
    ];
  }

  audio(ids: ItemIds, format: RealtimeFormat, samples: Int16Array): string {
    return this.#event(this.#audio('delta'), { ...place(ids), delta: encodeAudio(format, samples) });
  }

  /** All that comes after the last audio of a response. */
  responseEnds(ids: ItemIds, status: 'completed' | 'cancelled'): string[] {
    const { responseId, itemId } = ids;
    const item = { id: itemId, object: 'realtime.item', type: 'message', role: 'assistant', status: status === 'completed' ? 'completed' : 'incomplete', content: [] };
    const reason = status === 'completed' ? null : { type: status, reason: 'turn_detected' };
    return [
      this.#event(this.#audio('done'), place(ids)),
      this.#event('response.content_part.done', { ...place(ids), part: { type: 'audio', transcript: '' } }),
      this.#event('response.output_item.done', { response_id: responseId, output_index: 0, item }),
      ...(this.#api === 'ga' ? [this.#event('conversation.item.done', { previous_item_id: null, item })] : []),
      this.#event('response.done', { response: { id: responseId, object: 'realtime.response', status, status_details: reason, output: [item] } }),
    ];
  }

  truncated(itemId: string, contentIndex: number, audioEndMs: number): string {
    return this.#event('conversation.item.truncated', { item_id: itemId, content_index: contentIndex, audio_end_ms: audioEndMs });
  }

  #audio(end: 'delta' | 'done'): string {
    return this.#api === 'ga' ? `response.output_audio.${end}` : `response.audio.${end}`;
  }

  #event(type: string, body: object): string {
    return JSON.stringify({ type, event_id: `event_${++this.#events}`, ...body });
  }
}

function place({ responseId, itemId }: ItemIds): object {
  return { response_id: responseId, item_id: itemId, output_index: 0, content_index: 0 };
}

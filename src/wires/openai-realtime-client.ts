import { z } from 'zod';
import { decodeAudio, encodeAudio, formatsOf, sessionBody, turnDetectionOf } from './openai-realtime.js';
import type { RealtimeApi, RealtimeFormat, RealtimeSession, SaidFormats } from './openai-realtime.js';
import { fitting, jsonObject } from './json.js';

/**
 * Client events: https://developers.openai.com/api/reference/resources/realtime/client-events. `bargein.speak` is this project's own, for
 * served agents: what to say at the next `response.create`.
 */
export type ClientEvent = { readonly eventId: string | null } & (
  | { readonly type: 'session.update'; readonly formats: SaidFormats; readonly threshold: number | null; readonly silenceMs: number | null; readonly turnDetection: Readonly<Record<string, unknown>> | null }
  | { readonly type: 'input_audio_buffer.append' | 'bargein.speak'; readonly samples: Int16Array }
  | { readonly type: 'response.create' }
  | { readonly type: 'conversation.item.truncate'; readonly itemId: string; readonly contentIndex: number; readonly audioEndMs: number }
  | { readonly type: 'other'; readonly name: string }
);

const id = z.string().max(1000);
const what = 'a message of the client';
const head = z.object({ type: id, event_id: id.nullish() });
const updateSchema = z.object({ session: z.record(z.string(), z.unknown()) });
const turnSchema = z.looseObject({ threshold: z.number().nullish(), silence_duration_ms: z.number().nullish() }).nullish();
const audioSchema = z.object({ audio: z.string() });
const truncateSchema = z.object({ item_id: id, content_index: z.int().min(0), audio_end_ms: z.number().min(0) });

/**
 * @param format what audio is in
 * @throws Refusal
 */
export function parseClientEvent(message: string, format: RealtimeFormat): ClientEvent {
  const value = jsonObject(message, what);
  const { type, event_id } = fitting(head, value, what);
  const eventId = event_id ?? null;
  switch (type) {
    case 'session.update': {
      const { session } = fitting(updateSchema, value, type);
      const turn = fitting(turnSchema, turnDetectionOf(session), `${type}: turn_detection`) ?? null;
      return { type, eventId, formats: formatsOf(session), threshold: turn?.threshold ?? null, silenceMs: turn?.silence_duration_ms ?? null, turnDetection: turn };
    }
    case 'input_audio_buffer.append':
    case 'bargein.speak':
      return { type, eventId, samples: decodeAudio(format, fitting(audioSchema, value, type).audio) };
    case 'response.create':
      return { type, eventId };
    case 'conversation.item.truncate': {
      const body = fitting(truncateSchema, value, type);
      return { type, eventId, itemId: body.item_id, contentIndex: body.content_index, audioEndMs: body.audio_end_ms };
    }
    default:
      return { type: 'other', eventId, name: type };
  }
}

export const clientEvents = {
  update: (api: RealtimeApi, session: RealtimeSession) => JSON.stringify({ type: 'session.update', session: sessionBody(api, session) }),
  append: (format: RealtimeFormat, samples: Int16Array) => JSON.stringify({ type: 'input_audio_buffer.append', audio: encodeAudio(format, samples) }),
  /** @param instructions null: those of the session */
  create: (instructions: string | null) => JSON.stringify({ type: 'response.create', ...(instructions === null ? {} : { response: { instructions } }) }),
  /** `event_id` tells an error that answers it from others. */
  truncate: (eventId: string, itemId: string, contentIndex: number, audioEndMs: number) =>
    JSON.stringify({ type: 'conversation.item.truncate', event_id: eventId, item_id: itemId, content_index: contentIndex, audio_end_ms: audioEndMs }),
  speak: (format: RealtimeFormat, samples: Int16Array) => JSON.stringify({ type: 'bargein.speak', audio: encodeAudio(format, samples) }),
};

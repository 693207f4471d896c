import { z } from 'zod';
import { decodeMulaw, encodeMulaw } from '../audio/g711.js';
import { fitting, jsonObject } from './json.js';
import { fromBase64 } from './samples.js';

/**
 * Messages of Twilio Media Streams, bidirectional (`<Connect><Stream>`): https://www.twilio.com/docs/voice/media-streams/websocket-messages.
 * Audio is mu-law, 8000 Hz, mono, base64. Numbers travel as strings.
 */
export const twilioRateHz = 8000;

const mostLetters = 1000;
const text = z.string().max(mostLetters);
// Made once: making a schema costs fifty times what its use does, and these are used for every packet.
const head = z.object({ event: text });
const media = z.object({ payload: z.string() });
const mark = z.object({ name: text });

/** What a bot sends. Other events are ignored: the protocol may grow. */
export type BotMessage =
  | { readonly event: 'media'; readonly streamSid: string; readonly samples: Int16Array }
  | { readonly event: 'mark'; readonly streamSid: string; readonly name: string }
  | { readonly event: 'clear'; readonly streamSid: string };

const botSchemas = {
  media: z.object({ streamSid: text, media }),
  mark: z.object({ streamSid: text, mark }),
  clear: z.object({ streamSid: text }),
};

/** @returns null for an event that is not known here @throws Refusal */
export function parseBotMessage(message: string): BotMessage | null {
  const what = 'a message of the bot';
  const value = jsonObject(message, what);
  const { event } = fitting(head, value, what);
  switch (event) {
    case 'media': {
      const { streamSid, media: body } = fitting(botSchemas.media, value, 'media');
      return { event, streamSid, samples: decodePayload(body.payload) };
    }
    case 'mark': {
      const { streamSid, mark: body } = fitting(botSchemas.mark, value, 'mark');
      return { event, streamSid, name: body.name };
    }
    case 'clear':
      return { event, streamSid: fitting(botSchemas.clear, value, 'clear').streamSid };
    default:
      return null;
  }
}

/** What Twilio sends, as far as a bot needs it; `bargein.speak` is this project's own, for served agents. */
export type CallMessage =
  | { readonly event: 'start'; readonly streamSid: string; readonly parameters: Readonly<Record<string, string>> }
  | { readonly event: 'media' | 'bargein.speak'; readonly samples: Int16Array }
  | { readonly event: 'stop' };

const callSchemas = { media: z.object({ media }), speak: z.object({ audio: z.string() }) };
const startSchema = z.object({
  streamSid: text,
  start: z.object({
    customParameters: z.record(text, text).default({}),
    mediaFormat: z.object({ encoding: z.literal('audio/x-mulaw'), sampleRate: z.literal(twilioRateHz), channels: z.literal(1) }),
  }),
});

/** @returns null for an event that a served agent has no use for @throws Refusal */
export function parseCallMessage(message: string): CallMessage | null {
  const what = 'a message of the call';
  const value = jsonObject(message, what);
  const { event } = fitting(head, value, what);
  switch (event) {
    case 'start': {
      const { streamSid, start } = fitting(startSchema, value, 'start');
      return { event, streamSid, parameters: start.customParameters };
    }
    case 'media':
      return { event, samples: decodePayload(fitting(callSchemas.media, value, 'media').media.payload) };
    case 'bargein.speak':
      return { event, samples: decodePayload(fitting(callSchemas.speak, value, event).audio) };
    case 'stop':
      return { event };
    default:
      return null;
  }
}

function decodePayload(payload: string): Int16Array {
  return decodeMulaw(fromBase64(payload));
}

/** mu-law in base64. Exact for samples that a mu-law line has carried. */
export function encodePayload(samples: Int16Array): string {
  return Buffer.from(encodeMulaw(samples)).toString('base64');
}

/** Who a stream belongs to. */
export interface StreamIds {
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
}

/** Responses as they are sent: each is asked for in many calls, and takes a millisecond to encode. */
const spoken = new WeakMap<Int16Array, string>();

/** Twilio's side of one stream: its messages in order, numbered as Twilio numbers them. */
export class CallMessages {
  readonly #ids: StreamIds;
  #sequence = 0;
  #chunk = 0;
  #samples = 0;

  constructor(ids: StreamIds) {
    this.#ids = ids;
  }

  connected(): string {
    return JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' });
  }

  start(customParameters: Readonly<Record<string, string>>): string {
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: twilioRateHz, channels: 1 };
    return this.#numbered('start', { start: { ...this.#ids, tracks: ['inbound'], customParameters, mediaFormat } });
  }

  /** The caller's next samples; the timestamp counts ms from the start of the stream. */
  media(samples: Int16Array): string {
    const timestamp = String(Math.round((this.#samples * 1000) / twilioRateHz));
    this.#samples += samples.length;
    return this.#numbered('media', { media: { track: 'inbound', chunk: String(++this.#chunk), timestamp, payload: encodePayload(samples) } });
  }

  mark(name: string): string {
    return this.#numbered('mark', { mark: { name } });
  }

  dtmf(digit: string): string {
    return this.#numbered('dtmf', { dtmf: { track: 'inbound_track', digit } });
  }

  stop(): string {
    const { accountSid, callSid } = this.#ids;
    return this.#numbered('stop', { stop: { accountSid, callSid } });
  }

  /** Not Twilio's: tells a served agent what to say. */
  speak(samples: Int16Array): string {
    const audio = spoken.get(samples) ?? encodePayload(samples);
    spoken.set(samples, audio);
    return JSON.stringify({ event: 'bargein.speak', streamSid: this.#ids.streamSid, audio });
  }

  #numbered(event: string, body: object): string {
    return JSON.stringify({ event, sequenceNumber: String(++this.#sequence), streamSid: this.#ids.streamSid, ...body });
  }
}

/** A bot's messages of one stream. */
export const botMessages = {
  media: (streamSid: string, samples: Int16Array) => JSON.stringify({ event: 'media', streamSid, media: { payload: encodePayload(samples) } }),
  mark: (streamSid: string, name: string) => JSON.stringify({ event: 'mark', streamSid, mark: { name } }),
  clear: (streamSid: string) => JSON.stringify({ event: 'clear', streamSid }),
};

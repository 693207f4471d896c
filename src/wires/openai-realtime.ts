import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../audio/g711.js';
import type { MediaFormat } from '../types.js';
import { field } from './json.js';
import { Refusal } from './refusal.js';
import { fromBase64, fromS16le, toS16le } from './samples.js';

/**
 * What both sides of the OpenAI Realtime protocol over WebSocket share: audio formats and the shape of a session, in the names of the
 * general release (`ga`) and of the beta before it (header `OpenAI-Beta: realtime=v1`).
 * https://developers.openai.com/api/reference/resources/realtime/client-events
 */
export type RealtimeApi = 'ga' | 'beta';

export const realtimeFormats = ['pcm16', 'mulaw', 'alaw'] as const;
export type RealtimeFormat = (typeof realtimeFormats)[number];

interface FormatFacts {
  readonly rateHz: number;
  readonly ga: { readonly type: string; readonly rate?: number };
  readonly beta: string;
  encode(samples: Int16Array): Uint8Array;
  decode(bytes: Uint8Array): Int16Array;
}

/** PCM only at 24 kHz, G.711 only at 8 kHz: the protocol has no other. */
const facts: Readonly<Record<RealtimeFormat, FormatFacts>> = {
  pcm16: { rateHz: 24000, ga: { type: 'audio/pcm', rate: 24000 }, beta: 'pcm16', encode: toS16le, decode: fromS16le },
  mulaw: { rateHz: 8000, ga: { type: 'audio/pcmu' }, beta: 'g711_ulaw', encode: encodeMulaw, decode: decodeMulaw },
  alaw: { rateHz: 8000, ga: { type: 'audio/pcma' }, beta: 'g711_alaw', encode: encodeAlaw, decode: decodeAlaw },
};

/** The line of a format. The harness itself knows no A-law: it hands over 16-bit samples, and the wire codes them. */
export function lineOf(format: RealtimeFormat): MediaFormat {
  return { rateHz: facts[format].rateHz, frameMs: 20, codec: format === 'mulaw' ? 'mulaw' : 'pcm16' };
}

export function encodeAudio(format: RealtimeFormat, samples: Int16Array): string {
  return Buffer.from(facts[format].encode(samples)).toString('base64');
}

/** @throws Refusal for what is not base64, and for half a sample */
export function decodeAudio(format: RealtimeFormat, text: string): Int16Array {
  return facts[format].decode(fromBase64(text));
}

/** When the service takes the user to have begun or ended a turn; null: it is not to. */
export type TurnDetection =
  | {
      readonly type: 'server_vad';
      readonly threshold: number;
      readonly prefix_padding_ms: number;
      readonly silence_duration_ms: number;
      readonly create_response: boolean;
      readonly interrupt_response: boolean;
    }
  | { readonly type: 'semantic_vad'; readonly eagerness: string; readonly create_response: boolean; readonly interrupt_response: boolean }
  | null;

export interface RealtimeSession {
  readonly format: RealtimeFormat;
  /** Empty: the service's own. */
  readonly voice: string;
  readonly instructions: string;
  /** As it goes over the wire. */
  readonly turnDetection: TurnDetection | Readonly<Record<string, unknown>>;
}

/** A session as `session.update` and `session.updated` carry it. */
export function sessionBody(api: RealtimeApi, { format, voice, instructions, turnDetection }: RealtimeSession): Readonly<Record<string, unknown>> {
  const voiced = voice === '' ? {} : { voice };
  const instructed = instructions === '' ? {} : { instructions };
  if (api === 'beta') {
    const { beta } = facts[format];
    return { modalities: ['audio', 'text'], input_audio_format: beta, output_audio_format: beta, turn_detection: turnDetection, ...voiced, ...instructed };
  }
  const { ga } = facts[format];
  const audio = { input: { format: ga, turn_detection: turnDetection }, output: { format: ga, ...voiced } };
  return { type: 'realtime', output_modalities: ['audio'], audio, ...instructed };
}

export interface SaidFormats {
  /** null where the session does not say. */
  readonly input: RealtimeFormat | null;
  readonly output: RealtimeFormat | null;
}

/**
 * The formats that a session is said to have, in either style.
 * @throws Refusal for one that this protocol does not have, such as PCM at another rate
 */
export function formatsOf(session: unknown): SaidFormats {
  const audio = field(session, 'audio');
  const said = (direction: 'input' | 'output') => formatOf(field(field(audio, direction), 'format') ?? field(session, `${direction}_audio_format`));
  return { input: said('input'), output: said('output') };
}

function formatOf(said: unknown): RealtimeFormat | null {
  if (said === undefined || said === null) return null;
  const type = field(said, 'type') ?? said;
  const rate = field(said, 'rate');
  const found = realtimeFormats.find((name) => facts[name].beta === type || facts[name].ga.type === type);
  if (found !== undefined && (rate === undefined || rate === facts[found].rateHz)) return found;
  throw new Refusal(`a session with audio of ${shown(type)}${rate === undefined ? '' : ` at ${shown(rate)} Hz`}, which this protocol does not have`);
}

/** What a session says of turn detection, in either style; undefined where it says nothing. */
export function turnDetectionOf(session: unknown): unknown {
  return field(field(field(session, 'audio'), 'input'), 'turn_detection') ?? field(session, 'turn_detection');
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

import { z } from 'zod';
import { fitting, jsonObject } from './json.js';
import { pipecatFrame } from './pipecat-frames.js';
import { Refusal } from './refusal.js';
import { fromBase64, fromS16le, toS16le } from './samples.js';

/**
 * What Pipecat's WebSocket transport carries: audio, interruptions, and messages of RTVI, the protocol between a Pipecat bot and its
 * client (https://docs.pipecat.ai/api-reference/standards/rtvi-standard). `bargein.speak` is this project's own, for served agents.
 */
export type PipecatMessage =
  | { readonly kind: 'audio'; readonly samples: Int16Array }
  | { readonly kind: 'interruption' }
  | { readonly kind: 'rtvi'; readonly message: RtviMessage }
  | { readonly kind: 'bargein.speak'; readonly samples: Int16Array }
  /** Text, transcriptions, messages of others: of no use here. */
  | { readonly kind: 'other' };

export interface RtviMessage {
  readonly type: string;
  /** null where it has none. */
  readonly id: string | null;
  readonly data: unknown;
}

const rtviLabel = 'rtvi-ai';
const speakLabel = 'bargein';
const text = z.string().max(1000);
const labelled = z.object({ label: text.nullish(), type: text.nullish() });
const rtvi = z.object({ type: text, id: z.union([text, z.number()]).nullish(), data: z.unknown().optional() });
const speak = z.object({ type: z.literal('bargein.speak'), audio: z.string() });
const what = 'a message frame';

/**
 * @param rateHz the rate of the line
 * @throws Refusal for what is no frame, and for audio that the line does not carry
 */
export function decodePipecat(bytes: Uint8Array, rateHz: number): PipecatMessage {
  const { frame } = decodeFrame(bytes);
  switch (frame.case) {
    case 'audio': {
      const { audio, sampleRate, numChannels } = frame.value;
      if (sampleRate !== rateHz) throw new Refusal(`audio of ${sampleRate} Hz on a line of ${rateHz} Hz: give the bot this rate, or the line that of the bot`);
      if (numChannels !== 1) throw new Refusal(`audio of ${numChannels} channels: the line is mono`);
      return { kind: 'audio', samples: fromS16le(audio) };
    }
    case 'interruption':
      return { kind: 'interruption' };
    case 'message':
      return readMessage(frame.value.data);
    case 'text':
    case 'transcription':
    case undefined:
      return { kind: 'other' };
  }
}

function decodeFrame(bytes: Uint8Array): ReturnType<typeof pipecatFrame.fromBinary> {
  try {
    return pipecatFrame.fromBinary(bytes, { readUnknownFields: false });
  } catch {
    throw new Refusal(`a binary message of ${bytes.length} bytes that is no pipecat.Frame`);
  }
}

function readMessage(data: string): PipecatMessage {
  const value = jsonObject(data, what);
  const { label } = fitting(labelled, value, what);
  if (label === speakLabel) return { kind: 'bargein.speak', samples: fromS16le(fromBase64(fitting(speak, value, what).audio)) };
  if (label !== rtviLabel) return { kind: 'other' };
  const { type, id, data: body } = fitting(rtvi, value, what);
  return { kind: 'rtvi', message: { type, id: id === null || id === undefined ? null : String(id), data: body } };
}

/** Frames by what they carry. */
export const pipecatFrames = {
  audio: (name: string, samples: Int16Array, rateHz: number) =>
    new pipecatFrame({ frame: { case: 'audio', value: { name, audio: toS16le(samples), sampleRate: rateHz, numChannels: 1 } } }).toBinary(),
  interruption: () => new pipecatFrame({ frame: { case: 'interruption', value: { name: 'InterruptionFrame' } } }).toBinary(),
  rtvi: (type: string, id: string, data: object | null) => messageFrame({ id, label: rtviLabel, type, ...(data === null ? {} : { data }) }),
  speak: (samples: Int16Array) => messageFrame({ label: speakLabel, type: 'bargein.speak', audio: toS16le(samples).toString('base64') }),
};

function messageFrame(message: object): Uint8Array {
  return new pipecatFrame({ frame: { case: 'message', value: { data: JSON.stringify(message) } } }).toBinary();
}

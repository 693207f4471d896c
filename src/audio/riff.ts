import { BargeinError } from '../errors.js';

/** How a sample is written. */
export type Coding = 'integer' | 'float' | 'A-law' | 'mu-law';

/** The audio of a WAV file, found and checked but not decoded. */
export interface RiffAudio {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly bitDepth: number;
  readonly coding: Coding;
  /** Interleaved samples as they lie in the file. */
  readonly data: Uint8Array;
}

/** Codings and depths that are read, by format tag. G.711 is what telephone switches record. */
const readTags = new Map<number, { readonly coding: Coding; readonly depths: readonly number[] }>([
  [0x0001, { coding: 'integer', depths: [8, 16, 24, 32] }],
  [0x0003, { coding: 'float', depths: [32, 64] }],
  [0x0006, { coding: 'A-law', depths: [8] }],
  [0x0007, { coding: 'mu-law', depths: [8] }],
]);
const extensibleTag = 0xfffe;
/** Bytes 2-15 of the sub-format of WAVE_FORMAT_EXTENSIBLE, for the formats that have a plain tag. */
const plainSubformat = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
const refusedTags = new Map([
  [0x0002, 'Microsoft ADPCM'],
  [0x0011, 'IMA ADPCM'],
  [0x0055, 'MP3'],
]);

/**
 * Walks the chunks of a WAV file (Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991)
 * to its format and its samples.
 *
 * @param name what to call the file in errors
 * @throws BargeinError for anything but whole audio that is not compressed, or by G.711 alone
 */
export function findRiffAudio(bytes: Uint8Array, name: string): RiffAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = tagAt(bytes, 0);
  if (magic === 'RF64' || magic === 'BW64') throw new BargeinError(`${name} is an ${magic} file, which is not read`, converting(name));
  if (magic === 'RIFX') throw new BargeinError(`${name} is a big-endian RIFX file, which is not read`, converting(name));
  if (magic !== 'RIFF' || tagAt(bytes, 8) !== 'WAVE') throw new BargeinError(`${name} is not a WAV file`, converting(name));

  let format: Omit<RiffAudio, 'data'> | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [id, size, body] = [tagAt(bytes, at), view.getUint32(at + 4, true), at + 8];
    const held = Math.min(size, bytes.length - body);
    if (id === 'fmt ') format = readFormat(new DataView(view.buffer, view.byteOffset + body, held), name);
    if (id === 'data') {
      if (!format) throw new BargeinError(`${name} has its samples before their format`, converting(name));
      if (held < size) throw new BargeinError(`${name} is truncated: it holds ${held} of ${size} bytes of audio`, 'record, export or copy the file again');
      return { ...format, data: wholeSamples(bytes.subarray(body, body + size), format, name) };
    }
    // Chunks of odd size are followed by a byte of padding.
    at = body + size + (size % 2);
  }
  throw new BargeinError(`${name} has no ${format ? 'data' : 'format and no data'} chunk`, 'record, export or copy the file again');
}

function readFormat(chunk: DataView, name: string): Omit<RiffAudio, 'data'> {
  if (chunk.byteLength < 16) throw new BargeinError(`${name} has a format chunk of ${chunk.byteLength} bytes; 16 are needed`, converting(name));
  const [channelCount, rateHz, blockBytes, bitDepth] = [
    chunk.getUint16(2, true),
    chunk.getUint32(4, true),
    chunk.getUint16(12, true),
    chunk.getUint16(14, true),
  ];
  const tag = plainTag(chunk);
  const known = readTags.get(tag);
  if (known === undefined) {
    const what = refusedTags.get(tag) ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
    throw new BargeinError(`${name} holds ${what}; only PCM, floating point, A-law and mu-law are read`, converting(name));
  }
  const { coding, depths } = known;
  if (!depths.includes(bitDepth)) throw new BargeinError(`${name} has ${bitDepth}-bit samples; ${depths.join(', ')} are read`, converting(name));
  if (rateHz === 0) throw new BargeinError(`${name} states a sample rate of 0 Hz`, 'export the file again with its true rate');
  if (channelCount === 0) throw new BargeinError(`${name} states that it has no channels`, converting(name));
  if (blockBytes !== (channelCount * bitDepth) / 8) {
    throw new BargeinError(`${name} contradicts itself: ${channelCount} channels of ${bitDepth} bits in ${blockBytes} bytes`, converting(name));
  }
  return { rateHz, channelCount, bitDepth, coding };
}

/** The format tag; for WAVE_FORMAT_EXTENSIBLE the one its sub-format stands for, where there is one. */
function plainTag(chunk: DataView): number {
  const tag = chunk.getUint16(0, true);
  if (tag !== extensibleTag || chunk.byteLength < 40) return tag;
  return plainSubformat.every((byte, i) => chunk.getUint8(26 + i) === byte) ? chunk.getUint16(24, true) : tag;
}

function wholeSamples(data: Uint8Array, { channelCount, bitDepth }: Omit<RiffAudio, 'data'>, name: string): Uint8Array {
  if (data.length === 0) throw new BargeinError(`${name} holds no audio`, 'record or export the file again');
  if (data.length % ((channelCount * bitDepth) / 8) !== 0) {
    throw new BargeinError(`${name} is truncated: it ends in the middle of a sample`, 'record, export or copy the file again');
  }
  return data;
}

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function converting(name: string): string {
  return `convert it to 16-bit PCM: \`ffmpeg -i ${name} -c:a pcm_s16le out.wav\``;
}

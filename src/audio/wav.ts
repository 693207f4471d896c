import { readFile } from 'node:fs/promises';
import wavDecoder from 'wav-decoder';
import wavEncoder from 'wav-encoder';
import { BargeinError, messageOf } from '../errors.js';
import type { Pcm } from '../types.js';
import { fullScale } from './activity.js';
import { decodeAlaw, decodeMulaw } from './g711.js';
import { findRiffAudio } from './riff.js';
import type { RiffAudio } from './riff.js';

/** A WAV file as 16-bit samples. */
export interface Wav {
  readonly rateHz: number;
  /** One array a channel, all of one length. */
  readonly channels: Int16Array[];
  /** Bits of a sample in the file. */
  readonly bitDepth: number;
  /** Samples that floating point had beyond full scale, limited here. */
  readonly clippedSamples: number;
}

/** @throws BargeinError for a file that cannot be read or is no sound WAV */
export async function readWav(path: string): Promise<Wav> {
  return decodeWav(await readBytes(path), path);
}

/** @throws BargeinError as `readWav`, and for more than one channel */
export async function readMonoWav(path: string): Promise<Pcm> {
  return monoOf(await readWav(path), path);
}

/** The only channel. @throws BargeinError where there are several, naming the remedy */
export function monoOf({ channels, rateHz }: Wav, name: string): Pcm {
  if (channels.length !== 1) {
    throw new BargeinError(`${name} has ${channels.length} channels; one is needed`, `keep the caller's: \`ffmpeg -i ${name} -af "pan=mono|c0=c0" out.wav\``);
  }
  return { rateHz, samples: channels[0] };
}

/**
 * Decodes a whole WAV file: PCM of 8, 16, 24, 32 bits, floating point, or G.711 (A-law, mu-law), also in an EXTENSIBLE header.
 * 16-bit samples come out unchanged; others are rounded to 16 bits.
 *
 * @param name what to call the file in errors
 * @throws BargeinError for truncated, empty, otherwise compressed or contradictory files, and for samples that are not numbers
 */
export function decodeWav(bytes: Uint8Array, name: string): Wav {
  const found = findRiffAudio(bytes, name);
  const audio = linear(found);
  // 8-bit samples lie around 128, where the symmetric reading would add half a step.
  const { channelData } = wavDecoder.decode.sync(plainWav(audio), { symmetric: audio.bitDepth > 8 });
  let clippedSamples = 0;
  const channels = channelData.map((floats) => {
    const out = new Int16Array(floats.length);
    for (let i = 0; i < floats.length; i++) {
      if (!Number.isFinite(floats[i])) {
        throw new BargeinError(`${name}: sample ${i} (at ${(i / audio.rateHz).toFixed(3)} s) is not a number`, 'export the file again');
      }
      if (Math.abs(floats[i]) > 1) clippedSamples++;
      out[i] = Math.max(-fullScale, Math.min(fullScale - 1, Math.round(floats[i] * fullScale)));
    }
    return out;
  });
  return { rateHz: audio.rateHz, channels, bitDepth: found.bitDepth, clippedSamples };
}

/**
 * A 16-bit PCM WAV file. Samples read back by `decodeWav` are the same to the bit.
 *
 * @throws RangeError where there is no channel, or their lengths differ
 */
export function encodeWav(channels: readonly Int16Array[], rateHz: number): Uint8Array {
  const lengths = channels.map(({ length }) => length);
  if (lengths.length === 0) throw new RangeError('a WAV file needs a channel');
  if (lengths.some((length) => length !== lengths[0])) throw new RangeError(`channels of unequal length: ${lengths.join(', ')} samples`);
  const channelData = channels.map((samples) => {
    const floats = new Float32Array(samples.length);
    for (let i = 0; i < samples.length; i++) floats[i] = samples[i] / fullScale;
    return floats;
  });
  return new Uint8Array(wavEncoder.encode.sync({ sampleRate: rateHz, channelData }, { bitDepth: 16, float: false, symmetric: true }));
}

/** G.711 expanded to the 16-bit samples it stands for; other audio as it is. */
function linear(audio: RiffAudio): RiffAudio {
  if (audio.coding !== 'A-law' && audio.coding !== 'mu-law') return audio;
  const samples = audio.coding === 'A-law' ? decodeAlaw(audio.data) : decodeMulaw(audio.data);
  return { ...audio, coding: 'integer', bitDepth: 16, data: littleEndian(samples) };
}

function littleEndian(samples: Int16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) => view.setInt16(2 * i, sample, true));
  return new Uint8Array(view.buffer);
}

/** The samples behind the plain 44-byte header that every decoder reads. */
function plainWav({ rateHz, channelCount, bitDepth, coding, data }: RiffAudio): ArrayBuffer {
  const bytes = new Uint8Array(44 + data.length);
  const view = new DataView(bytes.buffer);
  const blockBytes = (channelCount * bitDepth) / 8;
  const text = new TextEncoder();
  text.encodeInto('RIFF', bytes);
  view.setUint32(4, 36 + data.length, true);
  text.encodeInto('WAVEfmt ', bytes.subarray(8));
  view.setUint32(16, 16, true);
  view.setUint16(20, coding === 'float' ? 3 : 1, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * blockBytes, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, bitDepth, true);
  text.encodeInto('data', bytes.subarray(36));
  view.setUint32(40, data.length, true);
  bytes.set(data, 44);
  if (bitDepth === 24) avoidLowest24(bytes.subarray(44));
  return bytes.buffer;
}

/** wav-decoder reads -2^23, the lowest 24-bit sample, as +2^23: take the next one. */
function avoidLowest24(data: Uint8Array): void {
  for (let i = 0; i + 2 < data.length; i += 3) {
    if (data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 0x80) data[i] = 1;
  }
}

/** All bytes of a file. @throws BargeinError where it cannot be read */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw new BargeinError(`${path} does not exist`, 'check the path');
    if (code === 'EISDIR') throw new BargeinError(`${path} is a folder`, 'name a WAV file');
    throw new BargeinError(`${path} cannot be read: ${messageOf(thrown)}`, 'check its permissions');
  }
}

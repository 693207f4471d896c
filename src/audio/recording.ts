import { BargeinError, messageOf } from '../errors.js';
import { loadAudioEngine } from './engine.js';
import { toInt16 } from './render.js';
import { decodeWav, readBytes } from './wav.js';
import type { Wav } from './wav.js';

/**
 * Reads a recording at its own rate: WAV, FLAC, or Ogg Vorbis. MP3 is refused: its decoder here returns everything 23 ms
 * late, which would move the onset. So is Ogg Opus, which nothing here decodes.
 *
 * @throws BargeinError for other formats, and for files that do not decode
 */
export async function readRecording(path: string): Promise<Wav> {
  const bytes = await readBytes(path);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic === 'fLaC') return decodeCompressed(bytes, flacRateHz(bytes), path);
  if (magic === 'OggS') return decodeCompressed(bytes, oggRateHz(bytes, path), path);
  if (magic.startsWith('ID3') || (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0)) {
    throw new BargeinError(`${path} is an MP3 file, which would be decoded 23 ms late`, `convert it: \`ffmpeg -i ${path} out.wav\`, and check the onset`);
  }
  return decodeWav(bytes, path);
}

async function decodeCompressed(bytes: Uint8Array, rateHz: number, path: string): Promise<Wav> {
  const { OfflineAudioContext } = await loadAudioEngine();
  // A context of the file's own rate: the engine's resampling is linear.
  const context = new OfflineAudioContext(1, 1, rateHz);
  try {
    const buffer = await context.decodeAudioData(Uint8Array.from(bytes).buffer);
    if (buffer.length === 0) throw new Error('it holds no audio');
    const rendered = Array.from({ length: buffer.numberOfChannels }, (_, c) => toInt16(buffer.getChannelData(c), rateHz));
    const clippedSamples = rendered.reduce((sum, channel) => sum + channel.clippedSamples, 0);
    return { rateHz, channels: rendered.map(({ pcm }) => pcm.samples), bitDepth: 16, clippedSamples };
  } catch (thrown) {
    throw new BargeinError(`${path} cannot be decoded: ${messageOf(thrown)}`, `convert it: \`ffmpeg -i ${path} out.wav\``);
  }
}

/** From the STREAMINFO block, which comes first (RFC 9639, section 8.2): 20 bits at byte 18 of the file. */
function flacRateHz(bytes: Uint8Array): number {
  return (bytes[18] << 12) | (bytes[19] << 4) | (bytes[20] >> 4);
}

/** From the identification header of the first stream. */
function oggRateHz(bytes: Uint8Array, path: string): number {
  const start = bytes.subarray(0, 512);
  const text = String.fromCharCode(...start);
  if (text.includes('OpusHead')) throw new BargeinError(`${path} is an Ogg Opus file, which is not decoded here`, `convert it: \`ffmpeg -i ${path} -c:a pcm_s16le out.wav\``);
  const vorbis = text.indexOf('\u0001vorbis');
  if (vorbis >= 0) return new DataView(start.buffer, start.byteOffset).getUint32(vorbis + 12, true);
  throw new BargeinError(`${path} is an Ogg file without Vorbis`, `convert it: \`ffmpeg -i ${path} out.wav\``);
}

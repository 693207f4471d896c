import { encodeMulaw } from './g711.js';

/** WAVE_FORMAT_MULAW. */
const mulawFormat = 7;
const headerBytes = 58;

/** A WAV of mu-law bytes, which browsers play: half the size of 16-bit samples. Channels are of one length. */
export function encodeMulawWav(channels: readonly Int16Array[], rateHz: number): Uint8Array {
  const length = channels[0].length;
  const bytes = new Uint8Array(headerBytes + channels.length * length);
  const view = new DataView(bytes.buffer);
  const name = (text: string, at: number) => new TextEncoder().encodeInto(text, bytes.subarray(at));
  name('RIFF', 0);
  view.setUint32(4, bytes.length - 8, true);
  name('WAVEfmt ', 8);
  view.setUint32(16, 18, true);
  view.setUint16(20, mulawFormat, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * channels.length, true);
  view.setUint16(32, channels.length, true);
  view.setUint16(34, 8, true);
  name('fact', 38);
  view.setUint32(42, 4, true);
  view.setUint32(46, length, true);
  name('data', 50);
  view.setUint32(54, channels.length * length, true);
  for (const [i, channel] of channels.entries()) encodeMulaw(channel).forEach((byte, at) => (bytes[headerBytes + at * channels.length + i] = byte));
  return bytes;
}

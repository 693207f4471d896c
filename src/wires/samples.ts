import { Refusal } from './refusal.js';

/** Signed 16 bit, little-endian. */
export function toS16le(samples: Int16Array): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * 2);
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i], i * 2);
  return bytes;
}

/**
 * The samples of signed 16 bit, little-endian. Bytes may begin at any address; the result is a copy.
 * @throws Refusal for an odd number of bytes
 */
export function fromS16le(bytes: Uint8Array): Int16Array {
  if (bytes.length % 2 !== 0) throw new Refusal(`audio of ${bytes.length} bytes: 16-bit samples come in pairs of bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Int16Array(bytes.length / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true);
  return samples;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes of a base64 text (RFC 4648, section 4, with padding).
 * @throws Refusal for a text that is none: Node would pass over what it does not understand
 */
export function fromBase64(text: string): Buffer {
  if (text.length % 4 !== 0 || !base64.test(text)) throw new Refusal('audio that is not base64');
  return Buffer.from(text, 'base64');
}

import { Refusal } from './refusal.js';

const headBytes = 4;
const megabyte = 2 ** 20;
/** The longest message that is taken, bytes. */
export const longestMessage = 16 * megabyte;

/** A message behind its length: 4 bytes, the most significant first. */
export function framed(message: Uint8Array): Uint8Array {
  const out = new Uint8Array(headBytes + message.length);
  new DataView(out.buffer).setUint32(0, message.length);
  out.set(message, headBytes);
  return out;
}

/** Makes messages of a stream of framed ones that may be cut anywhere. */
export class FrameReader {
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  /** Bytes that must have come before there is anything to do. */
  #needed = headBytes;

  /** Whether the stream has been cut within a message. */
  get partial(): boolean {
    return this.#waitingBytes > 0;
  }

  /**
   * The messages that are whole now, in order.
   * @throws Refusal for one that is too long; nothing may be pushed after that
   */
  push(bytes: Uint8Array): Uint8Array[] {
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes < this.#needed) return [];
    const all = this.#waiting.length === 1 ? this.#waiting[0] : joined(this.#waiting, this.#waitingBytes);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const messages: Uint8Array[] = [];
    let at = 0;
    this.#needed = headBytes;
    while (all.length - at >= headBytes) {
      const length = view.getUint32(at);
      if (length > longestMessage) throw new Refusal(`a message of ${length} bytes: more than ${longestMessage / megabyte} MB are not taken`);
      this.#needed = headBytes + length;
      if (all.length - at < this.#needed) break;
      messages.push(all.subarray(at + headBytes, at + this.#needed));
      at += this.#needed;
      this.#needed = headBytes;
    }
    this.#waiting = at < all.length ? [all.subarray(at)] : [];
    this.#waitingBytes = all.length - at;
    return messages;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

import { Refusal } from '../wires/refusal.js';

/** What is at the start of a message: the bytes before it and its own; null while there are too few to say. */
type Head = { readonly bytes: number; readonly length: number } | null;

/** The OpenTelemetry collector's file exporter: 4 bytes of length before each message, the most significant first. */
export function frameHead(bytes: Uint8Array): Head {
  return bytes.length < 4 ? null : { bytes: 4, length: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) };
}

const longestVarint = 5;

/** The fields of one message, each cut as a message of that field alone. @throws Refusal for bytes that are no field of text, bytes or a message */
export function fieldHead(bytes: Uint8Array): Head {
  if (bytes.length === 0) return null;
  if ((bytes[0] & 0x87) !== 2) throw new Refusal(`a field of tag ${bytes[0]} where spans should be`);
  let length = 0;
  for (let at = 1; at <= longestVarint; at++) {
    if (at >= bytes.length) return null;
    length += (bytes[at] & 0x7f) * 2 ** (7 * (at - 1));
    if (bytes[at] < 0x80) return { bytes: 0, length: at + 1 + length };
  }
  throw new Refusal('a length of more than 5 bytes');
}

/** Cuts chunks of bytes into the messages of a file. */
export class MessageCutter {
  readonly #headOf: (bytes: Uint8Array) => Head;
  readonly #longest: number;
  readonly #onMessage: (message: Uint8Array, number: number) => void;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes that must have come before there is anything to do. */
  #needed = 1;
  #number = 1;

  /** @param longest bytes of a message; numbers are from 1 */
  constructor(headOf: (bytes: Uint8Array) => Head, longest: number, onMessage: (message: Uint8Array, number: number) => void) {
    this.#headOf = headOf;
    this.#longest = longest;
    this.#onMessage = onMessage;
  }

  /** Whether the bytes so far end within a message. */
  get partial(): boolean {
    return this.#bytes > 0;
  }

  /** The message that comes next, from 1. */
  get number(): number {
    return this.#number;
  }

  /** @throws Refusal for a message that is too long, or bytes that are none; nothing may be pushed after that */
  push(chunk: Uint8Array): void {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed) return;
    let rest: Uint8Array = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#bytes);
    for (let head = this.#headOf(rest); ; head = this.#headOf(rest)) {
      this.#needed = head === null ? rest.length + 1 : head.bytes + head.length;
      if (this.#needed > this.#longest) throw new Refusal(`a message of ${this.#needed} bytes: more than ${this.#longest} are not read`);
      if (head === null || rest.length < this.#needed) break;
      const message = rest.subarray(head.bytes, this.#needed);
      rest = rest.subarray(this.#needed);
      this.#onMessage(message, this.#number++);
    }
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
  }
}

/** A chunk of a RIFF file: its tag, then the size it states, then its bytes. */
export interface Chunk {
  readonly tag: string;
  readonly body: Uint8Array;
  /** Stated size where it is not the true one. */
  readonly size?: number;
}

export function riff(chunks: readonly Chunk[], magic = 'RIFF'): Uint8Array {
  const parts = chunks.flatMap(({ tag, body, size }) => [text(tag), uint32(size ?? body.length), body, new Uint8Array(body.length % 2)]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([text(magic), uint32(4 + length), text('WAVE'), ...parts]);
}

interface Format {
  readonly tag?: number;
  readonly channels?: number;
  readonly rateHz?: number;
  readonly bits?: number;
  readonly blockBytes?: number;
  readonly extra?: Uint8Array;
}

export function format(given: Format = {}): Chunk {
  const { tag = 1, channels = 1, rateHz = 16000, bits = 16, extra = new Uint8Array() } = given;
  const blockBytes = given.blockBytes ?? (channels * bits) / 8;
  const body = new Uint8Array(16 + extra.length);
  const view = new DataView(body.buffer);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rateHz, true);
  view.setUint32(8, rateHz * blockBytes, true);
  view.setUint16(12, blockBytes, true);
  view.setUint16(14, bits, true);
  body.set(extra, 16);
  return { tag: 'fmt ', body };
}

/** What follows the first 16 bytes of an EXTENSIBLE format: size, valid bits, channel mask, sub-format. */
export function extensible(subformat: number): Uint8Array {
  return Uint8Array.of(22, 0, 16, 0, 4, 0, 0, 0, subformat, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71);
}

export function data(body: Uint8Array, size?: number): Chunk {
  return { tag: 'data', body, size };
}

export function int16s(values: readonly number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(values).buffer);
}

export function text(letters: string): Uint8Array {
  return new TextEncoder().encode(letters);
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed, FrameReader, longestMessage } from '../../src/wires/length-frames.js';
import { Refusal } from '../../src/wires/refusal.js';
import { SampleJoiner } from '../../src/wires/sample-joiner.js';
import { toS16le } from '../../src/wires/samples.js';

/** Cuts bytes at places that are drawn. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((place, i) => bytes.slice(places[i], place));
}

const cuts = fc.array(fc.nat());

describe('messages behind their length', () => {
  it('puts four bytes before a message, the most significant first', () => {
    expect([...framed(Uint8Array.of(7, 8))]).toEqual([0, 0, 0, 2, 7, 8]);
    expect([...framed(new Uint8Array(258)).subarray(0, 4)]).toEqual([0, 0, 1, 2]);
  });

  it('finds the messages of a stream, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), cuts, (messages, places) => {
        const reader = new FrameReader();
        const stream = Buffer.concat(messages.map(framed));
        const found = cutAt(stream, places).flatMap((part) => reader.push(part));
        expect(found.map((message) => [...message])).toEqual(messages.map((message) => [...message]));
        expect(reader.partial).toBe(false);
      }),
    );
  });

  it('waits for the rest of a message, and knows that it does', () => {
    const reader = new FrameReader();
    expect(reader.push(framed(Uint8Array.of(1, 2, 3)).subarray(0, 6))).toEqual([]);
    expect(reader.partial).toBe(true);
    expect(reader.push(Uint8Array.of(3)).map((message) => [...message])).toEqual([[1, 2, 3]]);
  });

  it('takes a long message in small pieces', () => {
    const reader = new FrameReader();
    const stream = framed(new Uint8Array(4 * 2 ** 20).fill(9));
    let found = 0;
    for (let at = 0; at < stream.length; at += 1000) found += reader.push(stream.subarray(at, at + 1000)).length;
    expect(found).toBe(1);
  });

  it('refuses a length beyond the limit as soon as it has been read', () => {
    const head = (length: number) => Uint8Array.of((length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255);
    expect(new FrameReader().push(head(longestMessage))).toEqual([]);
    expect(() => new FrameReader().push(head(longestMessage + 1))).toThrow('more than 16 MB');
    expect(() => new FrameReader().push(head(0xffffffff))).toThrow(Refusal);
  });

  it('throws nothing but a refusal for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, places) => {
        const reader = new FrameReader();
        try {
          for (const part of cutAt(bytes, places)) reader.push(part);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe('samples of a stream of bytes', () => {
  it('joins samples that are cut, and knows whether one is', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -32768, max: 32767 })), cuts, fc.boolean(), (values, places, odd) => {
        const joiner = new SampleJoiner();
        const bytes = Buffer.concat([toS16le(Int16Array.from(values)), Buffer.alloc(odd ? 1 : 0)]);
        expect(cutAt(bytes, places).flatMap((part) => [...joiner.push(part)])).toEqual(values);
        expect(joiner.odd).toBe(odd);
      }),
    );
  });
});

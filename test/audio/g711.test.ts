import { describe, expect, it } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeMulaw, throughMulaw } from '../../src/audio/g711.js';

describe('mu-law', () => {
  // ITU-T G.711, table 2a/2b, in 16-bit units (bias 132).
  it.each([
    [0xff, 0],
    [0x7f, 0],
    [0xfe, 8],
    [0x7e, -8],
    [0xf0, 120],
    [0xef, 132],
    [0x80, 32124],
    [0x00, -32124],
  ])('code %i is %i', (code, value) => {
    expect([...decodeMulaw(Uint8Array.of(code))]).toEqual([value]);
  });

  it('encodes to bytes, also what is negative or beyond the last step', () => {
    expect([...encodeMulaw(Int16Array.of(0, 32767, -32768, -8, 120))]).toEqual([0xff, 0x80, 0x00, 0x7e, 0xf0]);
  });

  it('gives every code back; only negative zero becomes zero', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect([...encodeMulaw(decodeMulaw(codes))]).toEqual([...codes].map((code) => (code === 0x7f ? 0xff : code)));
  });

  it('changes nothing the second time, and never much more than half a step', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    const once = throughMulaw(all);
    expect(Buffer.from(throughMulaw(once).buffer).equals(Buffer.from(once.buffer))).toBe(true);
    // Steps double with each segment: 8 up to 124, then 16, ... 1024. Half a step, but for the sample where two segments meet,
    // which the recommendation gives to the upper one.
    let most = -Infinity;
    for (let value = -32124; value <= 32124; value++) {
      const segment = Math.max(0, Math.floor(Math.log2((Math.abs(value) + 132) / 132)));
      const atEdge = Math.abs(value) + 132 >= 132 * 2 ** (segment + 1) - 4 * 2 ** segment - 4 * 2 ** segment;
      most = Math.max(most, Math.abs(once[value + 32768] - value) - 4 * 2 ** segment * (atEdge ? 2 : 1));
    }
    expect(most).toBe(0);
  });
});

describe('A-law', () => {
  it('gives every code the value of the recommendation', () => {
    // ITU-T G.711, table 1: even bits inverted, the first bit set for positive values; steps of 16 (in 16-bit units) in the first two
    // segments, doubling from there on; a code stands for the middle of its step.
    const values = Int16Array.from({ length: 256 }, (_, code) => {
      const bits = code ^ 0x55;
      const [segment, step] = [(bits >> 4) & 7, bits & 15];
      const magnitude = segment === 0 ? 16 * step + 8 : (16 * step + 8 + 256) * 2 ** (segment - 1);
      return bits & 0x80 ? magnitude : -magnitude;
    });
    expect(decodeAlaw(Uint8Array.from({ length: 256 }, (_, code) => code))).toEqual(values);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeWav, encodeWav, readMonoWav, readWav } from '../../src/audio/wav.js';
import { BargeinError } from '../../src/errors.js';
import { data, extensible, format, int16s, riff, text } from './wav-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-wav-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a 16-bit round trip', () => {
  it('keeps every one of the 65,536 values', () => {
    const all = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
    const { channels, rateHz, bitDepth, clippedSamples } = decodeWav(encodeWav([all], 16000), 'all.wav');
    expect(Buffer.from(channels[0].buffer).equals(Buffer.from(all.buffer))).toBe(true);
    expect({ rateHz, bitDepth, clippedSamples }).toEqual({ rateHz: 16000, bitDepth: 16, clippedSamples: 0 });
  });

  it('keeps channels apart', () => {
    const [left, right] = [Int16Array.of(1, -2, 3), Int16Array.of(-32768, 0, 32767)];
    expect(decodeWav(encodeWav([left, right], 8000), 'two.wav').channels).toEqual([left, right]);
  });

  it('refuses channels of unequal length, and none', () => {
    expect(() => encodeWav([new Int16Array(3), new Int16Array(2)], 8000)).toThrow(/unequal length: 3, 2/);
    expect(() => encodeWav([], 8000)).toThrow(RangeError);
  });
});

describe('other sample formats', () => {
  const floats = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
  it.each([
    ['8 bits', format({ bits: 8 }), Uint8Array.of(128, 0, 255), [0, -32768, 32767]],
    ['24 bits', format({ bits: 24 }), Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 255, 255, 255, 255, 0x7f), [0, 1, -1, 32767]],
    ['24 bits, the lowest value', format({ bits: 24 }), Uint8Array.of(0, 0, 0x80), [-32768]],
    ['32 bits', format({ bits: 32 }), Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0x80), [1, -32768]],
    ['floats', format({ tag: 3, bits: 32 }), floats([0, 0.5, -1, 1]), [0, 16384, -32768, 32767]],
    ['EXTENSIBLE PCM', format({ tag: 0xfffe, extra: extensible(1) }), int16s([5, -6]), [5, -6]],
    ['EXTENSIBLE floats', format({ tag: 0xfffe, bits: 32, extra: extensible(3) }), floats([0.25]), [8192]],
    // ITU-T G.711, tables 1 and 2, in 16-bit units.
    ['A-law', format({ tag: 6, bits: 8, rateHz: 8000 }), Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a, 0x80), [8, -8, 32256, -32256, 5504]],
    ['mu-law', format({ tag: 7, bits: 8, rateHz: 8000 }), Uint8Array.of(0xff, 0x7f, 0xfe, 0x80, 0x00), [0, 0, 8, 32124, -32124]],
    ['A-law as ffmpeg writes it, with a size after the format', format({ tag: 6, bits: 8, extra: Uint8Array.of(0, 0) }), Uint8Array.of(0xd5), [8]],
    ['EXTENSIBLE A-law', format({ tag: 0xfffe, bits: 8, extra: extensible(6) }), Uint8Array.of(0xaa), [32256]],
    ['EXTENSIBLE mu-law', format({ tag: 0xfffe, bits: 8, extra: extensible(7) }), Uint8Array.of(0x00, 0xf0), [-32124, 120]],
  ])('%s', (_, chunk, body, expected) => {
    expect([...decodeWav(riff([chunk, data(body)]), 'x.wav').channels[0]]).toEqual(expected);
  });

  it('G.711: channels apart, an odd number of bytes, the depth of the file', () => {
    const two = decodeWav(riff([format({ tag: 7, bits: 8, channels: 2, rateHz: 8000 }), data(Uint8Array.of(0xff, 0x00, 0xfe, 0x80, 0x7e, 0xf0))]), 'two.wav');
    expect(two).toEqual({ rateHz: 8000, channels: [Int16Array.of(0, 8, -8), Int16Array.of(-32124, 32124, 120)], bitDepth: 8, clippedSamples: 0 });
    const odd = riff([{ tag: 'LIST', body: text('odd') }, format({ tag: 6, bits: 8 }), data(Uint8Array.of(0xd5, 0x2a, 0xaa)), { tag: 'LIST', body: text('after') }]);
    expect([...decodeWav(odd, 'odd.wav').channels[0]]).toEqual([8, -32256, 32256]);
  });

  it('counts floats beyond full scale and limits them', () => {
    const { channels, clippedSamples } = decodeWav(riff([format({ tag: 3, bits: 32 }), data(floats([1.5, -2, 0.5]))]), 'loud.wav');
    expect([[...channels[0]], clippedSamples]).toEqual([[32767, -32768, 16384], 2]);
  });
});

it('skips chunks it does not know, also those of odd size', () => {
  const list = { tag: 'LIST', body: text('INFO?') };
  expect([...decodeWav(riff([list, format(), list, data(int16s([7, 8]))]), 'x.wav').channels[0]]).toEqual([7, 8]);
});

describe('a faulty file', () => {
  const nan = new Uint8Array(Float32Array.of(0, 0, Number.NaN).buffer);
  it.each([
    ['empty', new Uint8Array(), 'is not a WAV file'],
    ['no RIFF', text('what is this? no sound, surely'), 'is not a WAV file'],
    ['RF64', riff([format(), data(int16s([1]))], 'RF64'), 'RF64'],
    ['big-endian', riff([format(), data(int16s([1]))], 'RIFX'), 'big-endian'],
    ['ADPCM', riff([format({ tag: 0x11, bits: 4, blockBytes: 1 }), data(Uint8Array.of(1))]), 'IMA ADPCM'],
    ['EXTENSIBLE ADPCM', riff([format({ tag: 0xfffe, bits: 4, blockBytes: 1, extra: extensible(2) }), data(Uint8Array.of(1))]), 'Microsoft ADPCM'],
    ['mu-law of 16 bits', riff([format({ tag: 7 }), data(int16s([1]))]), '16-bit samples; 8 are read'],
    ['half a frame of A-law', riff([format({ tag: 6, bits: 8, channels: 2 }), data(Uint8Array.of(1, 2, 3))]), 'ends in the middle of a sample'],
    ['an unknown format', riff([format({ tag: 0x1234 }), data(int16s([1]))]), 'format 0x1234'],
    ['EXTENSIBLE of another kind', riff([format({ tag: 0xfffe, extra: extensible(1).fill(9, 14) }), data(int16s([1]))]), 'format 0xfffe'],
    ['12 bits', riff([format({ bits: 12, blockBytes: 2 }), data(int16s([1]))]), '12-bit samples'],
    ['rate 0', riff([format({ rateHz: 0 }), data(int16s([1]))]), 'sample rate of 0 Hz'],
    ['no channels', riff([format({ channels: 0 }), data(int16s([1]))]), 'no channels'],
    ['a contradiction', riff([format({ blockBytes: 3 }), data(int16s([1]))]), 'contradicts itself'],
    ['a short format', riff([{ tag: 'fmt ', body: new Uint8Array(10) }, data(int16s([1]))]), 'format chunk of 10 bytes'],
    ['data before the format', riff([data(int16s([1])), format()]), 'samples before their format'],
    ['no data', riff([format()]), 'has no data chunk'],
    ['no chunks', riff([]), 'has no format and no data chunk'],
    ['no audio', riff([format(), data(new Uint8Array())]), 'holds no audio'],
    ['truncated', riff([format(), data(int16s([1, 2]), 400)]), 'truncated: it holds 4 of 400 bytes'],
    ['half a sample', riff([format(), data(Uint8Array.of(1, 2, 3))]), 'ends in the middle of a sample'],
    ['NaN', riff([format({ tag: 3, bits: 32 }), data(nan)]), 'sample 2 (at 0.000 s) is not a number'],
  ])('%s: one line that names it, and a remedy', (_, bytes, message) => {
    const thrown = caught(() => decodeWav(bytes, 'the/file.wav'));
    expect(thrown).toBeInstanceOf(BargeinError);
    expect((thrown as BargeinError).message).toContain('the/file.wav');
    expect((thrown as BargeinError).message).toContain(message);
    expect((thrown as BargeinError).message).not.toContain('\n');
    expect((thrown as BargeinError).hint).not.toBe('');
  });
});

describe('reading a file', () => {
  it('takes one channel only where one is needed', async () => {
    const path = join(folder, 'stereo.wav');
    writeFileSync(path, encodeWav([new Int16Array(2), new Int16Array(2)], 16000));
    expect((await readWav(path)).channels).toHaveLength(2);
    await expect(readMonoWav(path)).rejects.toThrow(`${path} has 2 channels; one is needed`);
  });

  it('says where there is none', async () => {
    await expect(readWav(join(folder, 'none.wav'))).rejects.toThrow(`${join(folder, 'none.wav')} does not exist`);
    await expect(readWav(folder)).rejects.toThrow(`${folder} is a folder`);
  });
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return null;
}

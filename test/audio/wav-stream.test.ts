import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WavStream } from '../../src/audio/wav-stream.js';
import { decodeWav } from '../../src/audio/wav.js';
import { data, extensible, format, int16s, riff, text } from './wav-bytes.js';

const dir = mkdtempSync(join(tmpdir(), 'bargein-stream-'));
afterAll(() => rmSync(dir, { recursive: true }));

let files = 0;
function write(bytes: Uint8Array): string {
  const path = join(dir, `${files++}.wav`);
  writeFileSync(path, bytes);
  return path;
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) % 251);
const notes = { tag: 'LIST', body: text('odd size!') };

describe('a WAV file read in parts', () => {
  it.each([
    ['16 bits', format({ channels: 2 }), data(int16s(Array.from({ length: 40 }, (_, i) => i * 100 - 2000)))],
    ['8 bits', format({ channels: 2, bits: 8 }), data(bytesOf(60))],
    ['24 bits', format({ channels: 2, bits: 24 }), data(bytesOf(120))],
    ['32 bits', format({ channels: 2, bits: 32 }), data(bytesOf(160))],
    ['EXTENSIBLE', format({ tag: 0xfffe, channels: 2, extra: extensible(1) }), data(bytesOf(80))],
    ['A-law', format({ tag: 6, channels: 2, bits: 8, rateHz: 8000 }), data(bytesOf(62))],
    ['mu-law', format({ tag: 7, channels: 2, bits: 8, rateHz: 8000, extra: Uint8Array.of(0, 0) }), data(bytesOf(62))],
    ['EXTENSIBLE mu-law', format({ tag: 0xfffe, channels: 2, bits: 8, extra: extensible(7) }), data(bytesOf(62))],
    ['floats', format({ tag: 3, channels: 2, bits: 32 }), data(new Uint8Array(Float32Array.from({ length: 40 }, (_, i) => i / 41).buffer))],
  ])('equals the whole, with %s', async (_, header, body) => {
    const bytes = riff([notes, header, notes, body]);
    const whole = decodeWav(bytes, 'whole.wav');
    const stream = await WavStream.open(write(bytes));
    expect([stream.rateHz, stream.channelCount, stream.length]).toEqual([whole.rateHz, 2, whole.channels[0].length]);
    for (const [from, to] of [[0, stream.length], [3, 9], [-5, 2], [15, 999], [50, 60]] as const) {
      expect(await stream.read(from, to)).toEqual(whole.channels.map((channel) => channel.slice(Math.max(0, from), Math.max(0, to))));
    }
    await stream.close();
  });

  it.each([
    ['no WAV', text('hello, this is no audio'), /is not a WAV file/],
    ['nothing', new Uint8Array(0), /is not a WAV file/],
    ['RF64', riff([format(), data(bytesOf(4))], 'RF64'), /RF64/],
    ['compressed', riff([format({ tag: 0x55 }), data(bytesOf(4))]), /MP3/],
    ['half a frame of mu-law', riff([format({ tag: 7, bits: 8, channels: 2 }), data(bytesOf(5))]), /ends in the middle of a sample/],
    ['truncated', riff([format(), data(bytesOf(4), 4000)]), /is truncated: it holds 4 of 4000 bytes/],
    ['half a sample', riff([format({ channels: 2 }), data(bytesOf(7))]), /ends in the middle of a sample/],
    ['no audio', riff([format(), data(new Uint8Array())]), /holds no audio/],
    ['no data', riff([format()]), /has no data chunk/],
    ['no format', riff([data(bytesOf(4))]), /before their format/],
  ])('refuses %s', async (_, bytes, reason) => {
    await expect(WavStream.open(write(bytes))).rejects.toThrow(reason);
  });

  it('keeps the channels of G.711 apart, wherever a part begins', async () => {
    // One channel at full scale, the other silent, so that a byte's slip shows; an odd number of frames.
    const bytes = riff([format({ tag: 7, channels: 2, bits: 8, rateHz: 8000 }), data(Uint8Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 0x80 : 0xff)))]);
    const stream = await WavStream.open(write(bytes));
    expect(stream.length).toBe(7);
    expect(await stream.read(3, 6)).toEqual([Int16Array.of(32124, 32124, 32124), Int16Array.of(0, 0, 0)]);
    expect(await stream.read(6, 9)).toEqual([Int16Array.of(32124), Int16Array.of(0)]);
    await stream.close();
  });

  it('says where a sample is not a number', async () => {
    const floats = Float32Array.from({ length: 32 }, (_, i) => (i === 20 ? NaN : 0));
    const stream = await WavStream.open(write(riff([format({ tag: 3, channels: 1, bits: 32 }), data(new Uint8Array(floats.buffer))])));
    await expect(stream.read(16, 32)).rejects.toThrow(/from 0\.001 s on: sample 4 .* is not a number/);
    await stream.close();
  });

  it('refuses what is no file', async () => {
    await expect(WavStream.open(join(dir, 'none.wav'))).rejects.toThrow(/does not exist/);
    await expect(WavStream.open(dir)).rejects.toThrow(/is not a file/);
  });
});

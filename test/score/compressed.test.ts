import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecording } from '../../src/audio/recording.js';
import { openCall } from '../../src/score/call.js';
import { compressedLengthMs } from '../../src/score/compressed-length.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'bargein-compressed-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('compressed recordings', () => {
  it.each(['noise-22050.flac', 'noise-22050.ogg'])('%s says how long it is', async (name) => {
    const { channels, rateHz } = await readRecording(fixture(name));
    // The decoder returns the whole last packet of Vorbis, beyond the length that the file states.
    expect(Math.abs(((await compressedLengthMs(fixture(name))) ?? 0) - (channels[0].length * 1000) / rateHz)).toBeLessThan(20);
  });

  it('of more than an hour are refused before they are decoded, with the command that converts them', async () => {
    const bytes = readFileSync(fixture('noise-22050.flac'));
    bytes.writeUInt32BE(22_050 * 3661, 22);
    const path = join(dir, 'long.flac');
    writeFileSync(path, bytes);
    await expect(openCall(path, 'left')).rejects.toMatchObject({ message: expect.stringMatching(/lasts 61 minutes/), hint: expect.stringMatching(/ffmpeg -i .*long\.flac -c:a pcm_s16le/) });
  });

  it('in Ogg Opus are refused with the reason and the command that converts them', async () => {
    const path = join(dir, 'call.opus');
    const page = Buffer.alloc(28 + 19);
    page.write('OggS');
    page[26] = 1;
    page[27] = 19;
    page.write('OpusHead', 28);
    writeFileSync(path, page);
    await expect(openCall(path, 'left')).rejects.toMatchObject({ message: `${path} is an Ogg Opus file, which is not decoded here`, hint: `convert it: \`ffmpeg -i ${path} -c:a pcm_s16le out.wav\`` });
  });

  it('of one channel are refused as mono', async () => {
    await expect(openCall(fixture('noise-22050.flac'), 'left')).rejects.toThrow(/is mono/);
  });
});

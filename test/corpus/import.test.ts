import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeWav, readMonoWav } from '../../src/audio/wav.js';
import { commitImport, prepareImport } from '../../src/corpus/import.js';
import type { ImportRequest } from '../../src/corpus/import.js';
import { loadCorpus, validateCorpus } from '../../src/corpus/load.js';
import { BargeinError } from '../../src/errors.js';
import { TemporaryFolders, noise } from './faulty.js';

const folders = new TemporaryFolders();
afterAll(() => folders.remove());

/** Half a second of silence, a second of noise at -40 dBFS, half a second of silence. */
function recording(dir: string, { rateHz = 44100, channels = 1, name = 'mine.wav', dbfs = -40 } = {}): string {
  const samples = new Int16Array(2 * rateHz);
  samples.set(noise(dbfs, rateHz), rateHz / 2);
  const file = join(dir, name);
  writeFileSync(file, encodeWav(Array.from({ length: channels }, () => samples), rateHz));
  return file;
}

function request(file: string, corpusDir: string, more: Partial<ImportRequest> = {}): ImportRequest {
  const said = { role: 'interruption', words: 'No, wait!', language: 'en', kind: 'human', personas: ['angry'] } as const;
  return { file, corpusDir, ...said, licence: 'ours', source: 'our office', onsetMs: null, ...more };
}

async function refusal(run: () => Promise<unknown>): Promise<string> {
  const thrown = await run().then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(BargeinError);
  expect((thrown as BargeinError).hint).not.toBe('');
  return (thrown as BargeinError).message;
}

describe('adding a recording', () => {
  it('shows first what would be written, and writes nothing', async () => {
    const dir = folders.make();
    const corpusDir = join(dir, 'corpus');
    const { entry, pcm, notes } = await prepareImport(request(recording(dir), corpusDir));
    expect(existsSync(corpusDir)).toBe(false);
    expect(entry).toMatchObject({ id: 'int-own-no-wait', file: 'clips/int-own-no-wait.wav', role: 'interruption', kind: 'human', words: 'No, wait!', personas: ['angry'], durationMs: 2000, rebuild: 'own', licence: 'ours', source: 'our office' });
    expect(Math.abs(entry.onsetMs - 500)).toBeLessThan(1);
    expect(Math.abs(entry.endMs - 1500)).toBeLessThan(1);
    expect(Math.abs(entry.activeLevelDbfs - -26)).toBeLessThan(0.05);
    expect([pcm.rateHz, pcm.samples.length]).toEqual([16000, 32000]);
    expect(notes.join('; ')).toMatch(/level changed by 1\d\.\d dB; resampled from 44100 Hz/);
  });

  it('then makes a corpus that is valid, and adds to it', async () => {
    const dir = folders.make();
    const corpusDir = join(dir, 'my corpus');
    await commitImport(await prepareImport(request(recording(dir), corpusDir)));
    const second = await commitImport(await prepareImport(request(recording(dir, { rateHz: 8000, name: 'second.wav' }), corpusDir)));
    expect(second.id).toBe('int-own-no-wait-2');
    const corpus = await loadCorpus(corpusDir);
    expect([corpus.name, corpus.list().map(({ id }) => id)]).toEqual(['my corpus', ['int-own-no-wait', 'int-own-no-wait-2']]);
    expect(await validateCorpus(corpusDir)).toEqual([]);
    expect(readdirSync(join(corpusDir, 'clips')).sort()).toEqual(['int-own-no-wait-2.wav', 'int-own-no-wait.wav']);
    expect(readdirSync(corpusDir).sort()).toEqual(['clips', 'manifest.json']);
    expect((await readMonoWav(join(corpusDir, second.file))).rateHz).toBe(16000);
  });

  it('takes a given onset, to the sample', async () => {
    const dir = folders.make();
    const { entry } = await prepareImport(request(recording(dir), dir, { onsetMs: 612.34 }));
    expect(entry.onsetMs).toBe(612.3125);
    expect(entry.onsetMethod).toMatch(/^given by hand/);
    expect(await refusal(() => prepareImport(request(recording(dir), dir, { onsetMs: 1900 })))).toMatch(/--onset-ms 1900 lies beyond the speech/);
  });

  it('names a clip of words in another script', async () => {
    const dir = folders.make();
    const { entry } = await prepareImport(request(recording(dir), dir, { words: 'रुको', role: 'backchannel' }));
    expect([entry.id, entry.words]).toEqual(['back-own-clip', 'रुको']);
  });

  it.each(['flac', 'ogg'])('reads %s at its own rate', async (extension) => {
    const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', `noise-22050.${extension}`);
    const { entry, notes } = await prepareImport(request(file, folders.make()));
    // 300 ms silence, 400 ms noise, 300 ms silence. Vorbis spreads a little before an attack; its last block may be kept whole.
    expect([entry.durationMs >= 1000, entry.durationMs < 1010]).toEqual([true, true]);
    expect(Math.abs(entry.onsetMs - 300)).toBeLessThan(extension === 'ogg' ? 10 : 1);
    expect(notes).toContain('resampled from 22050 Hz');
  });
});

describe('a recording that cannot be used', () => {
  it.each([
    ['stereo', (dir: string) => recording(dir, { channels: 2 }), /has 2 channels; one is needed/],
    ['missing', (dir: string) => join(dir, 'none.wav'), /none\.wav does not exist/],
    ['MP3', (dir: string) => written(dir, 'x.mp3', Uint8Array.of(0xff, 0xfb, 0x90, 0)), /MP3.*23 ms late/],
    ['an empty Ogg', (dir: string) => written(dir, 'x.ogg', new TextEncoder().encode('OggS')), /Ogg file without Vorbis/],
    ['text', (dir: string) => written(dir, 'x.wav', new TextEncoder().encode('no sound')), /is not a WAV file/],
    ['silence', (dir: string) => written(dir, 'x.wav', encodeWav([new Int16Array(8000)], 8000)), /nothing but silence/],
  ])('%s', async (_, make, message) => {
    const dir = folders.make();
    expect(await refusal(() => prepareImport(request(make(dir), join(dir, 'corpus'))))).toMatch(message);
    expect(existsSync(join(dir, 'corpus'))).toBe(false);
  });

  it('the same one again', async () => {
    const dir = folders.make();
    const prepared = await prepareImport(request(recording(dir), dir));
    await commitImport(prepared);
    expect(await refusal(() => commitImport(prepared))).toMatch(/in the corpus already, as 'int-own-no-wait'/);
    expect(await refusal(() => prepareImport(request(recording(dir), dir)))).toMatch(/in the corpus already/);
  });

  it('a wrong language tag', async () => {
    const dir = folders.make();
    expect(await refusal(() => prepareImport(request(recording(dir), dir, { language: 'English!' })))).toMatch(/'int-own-no-wait', language/);
  });

  it('warns where noise hides the onset, or peaks the level', async () => {
    const dir = folders.make();
    const samples = noise(-38, 32000, 5);
    noise(-26, 16000, 6).forEach((value, i) => (samples[8000 + i] += value));
    const noisy = written(dir, 'noisy.wav', encodeWav([samples], 16000));
    expect((await prepareImport(request(noisy, dir))).notes.join()).toMatch(/noise comes near to the speech/);
    const spiky = noise(-50, 32000, 5);
    spiky[9000] = 30000;
    expect((await prepareImport(request(written(dir, 'spiky.wav', encodeWav([spiky], 16000)), dir))).notes.join()).toMatch(/its peaks keep the level/);
  });
});

it('leaves the manifest as it was where the folder cannot be written', async () => {
  const dir = folders.make();
  const corpusDir = join(dir, 'corpus');
  await commitImport(await prepareImport(request(recording(dir), corpusDir)));
  const before = readFileSync(join(corpusDir, 'manifest.json'), 'utf8');
  const prepared = await prepareImport(request(recording(dir, { name: 'other.wav', rateHz: 8000 }), corpusDir));
  // A folder in the way of the clip's file: fails for every user, also for root.
  mkdirSync(join(corpusDir, prepared.entry.file, 'in-the-way'), { recursive: true });
  chmodSync(corpusDir, 0o555);
  expect(await refusal(() => commitImport(prepared))).toMatch(/int-own-no-wait-2\.wav cannot be written/);
  chmodSync(corpusDir, 0o755);
  expect(readFileSync(join(corpusDir, 'manifest.json'), 'utf8')).toBe(before);
  expect(readdirSync(join(corpusDir, 'clips')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

function written(dir: string, name: string, bytes: Uint8Array): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

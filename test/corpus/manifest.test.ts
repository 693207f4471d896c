import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultCorpusDir, loadCorpus, validateCorpus } from '../../src/corpus/load.js';
import { formatManifest, hashOf, parseManifest, readManifest } from '../../src/corpus/manifest.js';
import { BargeinError } from '../../src/errors.js';
import { TemporaryFolders, writeClip, writeManifest } from './faulty.js';

const folders = new TemporaryFolders();
afterAll(() => folders.remove());

async function refusal(run: () => Promise<unknown>): Promise<BargeinError> {
  const thrown = await run().then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(BargeinError);
  expect((thrown as BargeinError).message).not.toContain('\n');
  return thrown as BargeinError;
}

describe('a faulty manifest', () => {
  const dir = folders.make();
  const entry = writeClip(dir, 'int-wait');
  it.each([
    ['an unknown field', [{ ...entry, colour: 'red' }], {}, /clip 'int-wait'.*colour/],
    ['an unknown field outside of the clips', [entry], { colour: 'red' }, /colour/],
    ['another version', [entry], { schemaVersion: 2 }, /schemaVersion/],
    ['an id twice', [entry, { ...entry, file: 'clips/other.wav' }], {}, /id 'int-wait' is there twice/],
    ['a file twice', [entry, { ...entry, id: 'int-other' }], {}, /file 'clips\/int-wait.wav' is there twice/],
    ['a path out of the folder', [{ ...entry, file: 'clips/../../secret.wav' }], {}, /clip 'int-wait', file: must be a relative path/],
    ['an absolute path', [{ ...entry, file: '/etc/passwd' }], {}, /clip 'int-wait', file/],
    ['a drive', [{ ...entry, file: 'C:clip.wav' }], {}, /clip 'int-wait', file/],
    ['backslashes', [{ ...entry, file: '..\\clip.wav' }], {}, /clip 'int-wait', file/],
    ['an unknown persona', [{ ...entry, personas: ['shy'] }], {}, /clip 'int-wait', personas.0/],
    ['an unknown role', [{ ...entry, role: 'singer' }], {}, /clip 'int-wait', role/],
    ['no licence', [{ ...entry, licence: '' }], {}, /clip 'int-wait', licence/],
    ['a short hash', [{ ...entry, sha256: 'abc' }], {}, /clip 'int-wait', sha256/],
    ['an onset beyond the end', [{ ...entry, onsetMs: 650 }], {}, /clip 'int-wait', onsetMs: onsetMs must lie before endMs/],
    ['an end beyond the clip', [{ ...entry, endMs: 701 }], {}, /clip 'int-wait', onsetMs.*endMs within durationMs/],
    ['a clip without an id', [{ ...entry, id: undefined }], {}, /clip number 1, id/],
    ['a level that is no number', [{ ...entry, activeLevelDbfs: null }], {}, /clip 'int-wait', activeLevelDbfs/],
  ])('%s: one line with file, clip and remedy', async (_, clips, more, message) => {
    writeManifest(dir, clips, more);
    const error = await refusal(() => readManifest(dir));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(join(dir, 'manifest.json'));
    expect(error.hint).toContain(join(dir, 'manifest.json'));
  });

  it('says how many faults there are', async () => {
    writeManifest(dir, [{ ...entry, role: 'x', kind: 'y', words: '' }]);
    expect((await refusal(() => readManifest(dir))).message).toMatch(/\(and 2 more\)$/);
  });

  it('that is not there, or not JSON', async () => {
    const empty = folders.make();
    expect((await refusal(() => readManifest(empty))).message).toBe(`${join(empty, 'manifest.json')} does not exist`);
    writeFileSync(join(empty, 'manifest.json'), '{');
    expect((await refusal(() => readManifest(empty))).message).toContain('is not JSON');
  });
});

describe('a clip that is not what the manifest says', () => {
  it('a missing file: found when the corpus is opened', async () => {
    const dir = folders.make();
    writeManifest(dir, [writeClip(dir, 'int-wait')]);
    rmSync(join(dir, 'clips/int-wait.wav'));
    const error = await refusal(() => loadCorpus(dir));
    expect(error.message).toBe(`${join(dir, 'clips/int-wait.wav')} does not exist`);
    expect(error.hint).toContain('int-wait');
  });

  it.each([
    ['a hash that does not match', {}, { sha256: '0'.repeat(64) }, 'its sha256 differs'],
    ['a wrong rate', { rateHz: 8000 }, {}, 'has 8000 Hz; clips of a corpus have 16000 Hz'],
    ['stereo', { channels: 2 }, {}, 'has 2 channels; one is needed'],
    ['another duration', {}, { durationMs: 701 }, 'lasts 700 ms; the manifest says 701 ms'],
  ])('%s', async (_, options, change, message) => {
    const dir = folders.make();
    const entry = { ...writeClip(dir, 'int-wait', options), ...change };
    writeManifest(dir, [entry]);
    const corpus = await loadCorpus(dir);
    const error = await refusal(() => corpus.clip('int-wait'));
    expect(error.message).toContain(join(dir, 'clips/int-wait.wav'));
    expect(error.message).toContain(message);
    expect(error.hint).not.toBe('');
  });

  it('validation names all of them', async () => {
    const dir = folders.make();
    const [good, gone, loud, stereo] = ['good', 'gone', 'loud', 'stereo'].map((id, i) => writeClip(dir, id, { seed: i + 1, channels: id === 'stereo' ? 2 : 1 }));
    writeManifest(dir, [good, gone, { ...loud, activeLevelDbfs: -20 }, stereo]);
    rmSync(join(dir, gone.file));
    const problems = await validateCorpus(dir);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('gone.wav does not exist');
    expect(problems[1]).toContain('the manifest says -20 dBFS');
    expect(problems[2]).toContain('2 channels');
  });
});

describe('a corpus', () => {
  it('gives entries, and reads each clip once', async () => {
    const dir = folders.make();
    const [wait, hum] = [writeClip(dir, 'int-wait'), { ...writeClip(dir, 'back-hum', { seed: 2 }), role: 'backchannel' as const }];
    writeManifest(dir, [wait, hum]);
    const corpus = await loadCorpus(dir);
    expect(corpus.list().map(({ id }) => id)).toEqual(['int-wait', 'back-hum']);
    expect(corpus.list('backchannel')).toEqual([hum]);
    expect(corpus.entry('int-wait')).toEqual(wait);
    const clip = await corpus.clip('int-wait');
    expect({ ...clip, pcm: clip.pcm.samples.length }).toEqual({ id: 'int-wait', role: 'interruption', kind: 'synthetic', onsetMs: 100, endMs: 600, activeLevelDbfs: wait.activeLevelDbfs, pcm: 11200 });
    rmSync(join(dir, wait.file));
    expect(await corpus.clip('int-wait')).toBe(clip);
    const error = await refusal(() => corpus.clip('int-weit'));
    expect([error.message, error.hint]).toEqual([`${join(dir, 'manifest.json')} has no clip 'int-weit'`, "did you mean 'int-wait'?"]);
  });

  it('has a hash of what a run depends on, and of nothing else', async () => {
    const dir = folders.make();
    const entry = writeClip(dir, 'int-wait');
    const manifest = { schemaVersion: 1 as const, name: 'one', clips: [entry] };
    const hash = hashOf(manifest);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(parseManifest(formatManifest(manifest), 'x'))).toBe(hash);
    expect(hashOf({ ...manifest, name: 'two', clips: [{ ...entry, source: 'elsewhere', words: 'halt' }] })).toBe(hash);
    for (const change of [{ onsetMs: 101 }, { endMs: 599 }, { sha256: '1'.repeat(64) }, { personas: [] }, { role: 'noise' as const }, { kind: 'human' as const }]) {
      expect(hashOf({ ...manifest, clips: [{ ...entry, ...change }] })).not.toBe(hash);
    }
  });
});

describe('the default corpus', () => {
  it('is what its manifest says', async () => {
    expect(await validateCorpus(defaultCorpusDir)).toEqual([]);
  });

  it('has what a draw needs', async () => {
    const corpus = await loadCorpus(defaultCorpusDir);
    const speaking = corpus.list('agent').map(({ onsetMs, endMs }) => endMs - onsetMs);
    expect(speaking.length).toBeGreaterThanOrEqual(26);
    expect(speaking.filter((length) => length >= 8000).length).toBeGreaterThanOrEqual(16);
    const interruptions = corpus.list('interruption');
    for (const persona of ['fast-talker', 'two-words-in', 'two-words-then-silence', 'code-switcher', 'mind-changer', 'angry', 'soft', 'tv-line'] as const) {
      expect(interruptions.filter(({ personas }) => personas.includes(persona)).length, persona).toBeGreaterThanOrEqual(6);
    }
    expect(interruptions.filter(({ kind }) => kind === 'human').length).toBeGreaterThanOrEqual(16);
    const beds = corpus.list('noise').filter(({ personas }) => personas.includes('tv-line'));
    expect(beds.length).toBeGreaterThanOrEqual(2);
    for (const { durationMs, onsetMs, endMs } of beds) expect([durationMs >= 10000, onsetMs < 50, endMs > durationMs - 50]).toEqual([true, true, true]);
    // Some begin long after the start of their file.
    expect(interruptions.filter(({ onsetMs }) => onsetMs >= 500 && onsetMs <= 900).length).toBeGreaterThanOrEqual(3);
  });

  it('is levelled, and never clipped', async () => {
    const corpus = await loadCorpus(defaultCorpusDir);
    for (const { id, activeLevelDbfs, source } of corpus.list()) {
      const { samples } = (await corpus.clip(id)).pcm;
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(peak, id).toBeLessThan(32768 * 10 ** (-0.99 / 20));
      // Keystrokes are all peak: they stay below the level rather than being clipped.
      if (!source.includes('keyboard')) expect(Math.abs(activeLevelDbfs - -26), id).toBeLessThan(0.1);
      else expect(activeLevelDbfs, id).toBeLessThan(-26);
    }
  });

  it('names in NOTICE every licence, and the sources that want to be named', async () => {
    const notice = readFileSync(join(defaultCorpusDir, 'NOTICE'), 'utf8');
    const corpus = await loadCorpus(defaultCorpusDir);
    for (const { id, licence, file } of corpus.list()) {
      expect(notice, licence).toContain(licence);
      expect(notice, id).toContain(id);
      expect(file.startsWith('clips/gfdl/'), id).toBe(licence === 'GFDL-1.3');
      expect(file.startsWith('clips/gpl2/'), id).toBe(licence === 'GPL-2.0-only');
    }
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { activeSpeechLevelDbfs } from '../../src/audio/levels.js';
import { encodeWav } from '../../src/audio/wav.js';
import { sha256Of } from '../../src/corpus/clip-file.js';
import type { ClipEntry } from '../../src/corpus/manifest.js';
import { normalFrom, randomFrom } from '../../src/time/index.js';

/** Folders that disappear with `remove`. */
export class TemporaryFolders {
  #made: string[] = [];
  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'bargein-corpus-'));
    this.#made.push(folder);
    return folder;
  }
  remove(): void {
    for (const folder of this.#made) rmSync(folder, { recursive: true, force: true });
  }
}

/** Noise at a level in dBFS. */
export function noise(levelDbfs: number, length: number, seed = 1): Int16Array {
  const random = randomFrom(seed);
  const amplitude = 32768 * 10 ** (levelDbfs / 20);
  return Int16Array.from({ length }, () => Math.max(-32768, Math.min(32767, Math.round(amplitude * normalFrom(random)))));
}

/** Writes a clip of 100 ms silence, 500 ms noise, 100 ms silence, and returns a true entry for it. */
export function writeClip(dir: string, id: string, { rateHz = 16000, channels = 1, seed = 1 } = {}): ClipEntry {
  const samples = new Int16Array((700 * rateHz) / 1000);
  samples.set(noise(-26, (500 * rateHz) / 1000, seed), (100 * rateHz) / 1000);
  const bytes = encodeWav(Array.from({ length: channels }, () => samples), rateHz);
  const file = `clips/${id}.wav`;
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), bytes);
  return {
    id,
    file,
    sha256: sha256Of(bytes),
    role: 'interruption',
    kind: 'synthetic',
    words: 'wait',
    language: 'en',
    personas: ['angry'],
    onsetMs: 100,
    onsetMethod: 'known',
    endMs: 600,
    activeLevelDbfs: Math.round(activeSpeechLevelDbfs({ rateHz, samples }) * 100) / 100,
    durationMs: 700,
    source: 'a test',
    licence: 'MIT',
    rebuild: 'own',
  };
}

export function writeManifest(dir: string, clips: readonly unknown[], more: object = {}): void {
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ schemaVersion: 1, name: 'faulty', clips, ...more }));
}

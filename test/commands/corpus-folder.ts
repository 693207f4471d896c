import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activeSpeechLevelDbfs } from '../../src/audio/levels.js';
import { encodeWav } from '../../src/audio/wav.js';
import { formatManifest } from '../../src/corpus/manifest.js';
import type { ClipEntry } from '../../src/corpus/manifest.js';
import { randomFrom } from '../../src/time/index.js';

/** Noise of even loudness from `onsetMs` to `endMs`, silence around it, 16 kHz. */
export function burst(onsetMs: number, endMs: number, durationMs: number): Int16Array {
  const random = randomFrom(7);
  const samples = new Int16Array(durationMs * 16);
  for (let i = onsetMs * 16; i < endMs * 16; i++) samples[i] = Math.round((random() - 0.5) * 6000);
  return samples;
}

/** A small corpus in a folder of its own: an interruption and a backchannel, as the manifest says. */
export function makeCorpusFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'bargein-corpus-'));
  mkdirSync(join(dir, 'clips'));
  const clips = [
    { id: 'int-wait', role: 'interruption' as const, words: 'wait, that is not at all what I was asking you about just now', at: [100, 900, 1200] as const },
    { id: 'bc-right', role: 'backchannel' as const, words: 'right', at: [50, 350, 500] as const },
  ];
  const entries = clips.map(({ id, role, words, at: [onsetMs, endMs, durationMs] }): ClipEntry => {
    const samples = burst(onsetMs, endMs, durationMs);
    const bytes = encodeWav([samples], 16_000);
    writeFileSync(join(dir, 'clips', `${id}.wav`), bytes);
    return {
      id,
      file: `clips/${id}.wav`,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      role,
      kind: 'synthetic',
      words,
      language: 'en',
      personas: role === 'interruption' ? ['angry', 'soft'] : [],
      onsetMs,
      onsetMethod: 'as it was made',
      endMs,
      activeLevelDbfs: Math.round(activeSpeechLevelDbfs({ samples, rateHz: 16_000 }) * 100) / 100,
      durationMs,
      source: 'seeded noise',
      licence: 'CC0-1.0',
      rebuild: 'script',
    };
  });
  writeFileSync(join(dir, 'manifest.json'), formatManifest({ schemaVersion: 1, name: 'small', clips: entries }));
  return dir;
}

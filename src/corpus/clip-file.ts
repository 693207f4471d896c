import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { activeSpeechLevelDbfs } from '../audio/levels.js';
import { decodeWav, monoOf } from '../audio/wav.js';
import { BargeinError, messageOf } from '../errors.js';
import type { Clip, Pcm } from '../types.js';
import type { ClipEntry } from './manifest.js';
import { corpusRateHz } from './manifest.js';

/** How far a clip's level may be from what the manifest says, dB. */
const levelToleranceDb = 0.05;

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Samples of a file of length `durationMs`, in ms; exact at 16 kHz. */
export function durationMsOf({ samples, rateHz }: Pcm): number {
  return (samples.length * 1000) / rateHz;
}

/**
 * Reads a clip and holds it against its entry: hash, rate, channels, duration.
 *
 * @throws BargeinError naming the file and the remedy
 */
export async function readClip(dir: string, entry: ClipEntry): Promise<Clip> {
  const path = join(dir, entry.file);
  const bytes = await readBytes(path, entry.id);
  if (sha256Of(bytes) !== entry.sha256) {
    throw new BargeinError(`${path} is not the file that the manifest describes: its sha256 differs`, `restore it, or add it anew: \`bargein corpus add ${path}\``);
  }
  const pcm = monoOf(decodeWav(bytes, path), path);
  if (pcm.rateHz !== corpusRateHz) {
    throw new BargeinError(`${path} has ${pcm.rateHz} Hz; clips of a corpus have ${corpusRateHz} Hz`, `add it with \`bargein corpus add ${path}\`, which resamples`);
  }
  if (durationMsOf(pcm) !== entry.durationMs) {
    throw new BargeinError(`${path} lasts ${durationMsOf(pcm)} ms; the manifest says ${entry.durationMs} ms`, `correct durationMs of clip '${entry.id}' in the manifest`);
  }
  const { id, role, kind, onsetMs, endMs, activeLevelDbfs } = entry;
  return { id, role, kind, onsetMs, endMs, activeLevelDbfs, pcm };
}

/** What is wrong with the clip of an entry, the level included; null where nothing is. */
export async function problemOf(dir: string, entry: ClipEntry): Promise<string | null> {
  try {
    const { pcm } = await readClip(dir, entry);
    const levelDbfs = activeSpeechLevelDbfs(pcm);
    if (Math.abs(levelDbfs - entry.activeLevelDbfs) <= levelToleranceDb) return null;
    return `${join(dir, entry.file)} has an active level of ${levelDbfs.toFixed(2)} dBFS; the manifest says ${entry.activeLevelDbfs} dBFS`;
  } catch (thrown) {
    if (thrown instanceof BargeinError) return `${thrown.message} (${thrown.hint})`;
    throw thrown;
  }
}

async function readBytes(path: string, id: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing ? `${path} does not exist` : `${path} cannot be read: ${messageOf(thrown)}`;
    throw new BargeinError(what, `restore the file, or take clip '${id}' out of the manifest`);
  }
}

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BargeinError, nearest } from '../errors.js';
import type { Clip } from '../types.js';
import { problemOf, readClip } from './clip-file.js';
import type { ClipEntry, Manifest } from './manifest.js';
import { hashOf, manifestName, readManifest } from './manifest.js';

/** The corpus that comes with the package; the same from src/ and from dist/. */
export const defaultCorpusDir = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', 'corpus');

/** Clips and what is known of them. Audio is read on demand. */
export interface Corpus {
  readonly dir: string;
  readonly name: string;
  /** Of everything a run depends on (see `hashOf`). */
  readonly hash: string;
  readonly manifest: Manifest;
  /** @throws BargeinError for an unknown id */
  entry(id: string): ClipEntry;
  /** The clip with its samples, checked against the manifest when first read. @throws BargeinError */
  clip(id: string): Promise<Clip>;
  /** Entries in the manifest's order. */
  list(role?: Clip['role']): readonly ClipEntry[];
}

/**
 * Opens a corpus folder. The manifest is checked and every file looked for; their contents are checked when they are used.
 *
 * @throws BargeinError for a faulty manifest or a missing file
 */
export async function loadCorpus(dir: string): Promise<Corpus> {
  const manifest = await readManifest(dir);
  const entries = new Map(manifest.clips.map((entry) => [entry.id, entry]));
  for (const { id, file } of manifest.clips) {
    if (!existsSync(join(dir, file))) throw new BargeinError(`${join(dir, file)} does not exist`, `restore the file, or take clip '${id}' out of the manifest`);
  }
  const clips = new Map<string, Promise<Clip>>();
  const entry = (id: string): ClipEntry => {
    const known = entries.get(id);
    if (known) return known;
    const near = nearest(id, [...entries.keys()]);
    throw new BargeinError(`${join(dir, manifestName)} has no clip '${id}'`, near ? `did you mean '${near}'?` : 'list the clips with `bargein corpus list`');
  };
  return {
    dir,
    name: manifest.name,
    hash: hashOf(manifest),
    manifest,
    entry,
    async clip(id) {
      const known = clips.get(id) ?? readClip(dir, entry(id));
      clips.set(id, known);
      return known;
    },
    list: (role) => (role === undefined ? manifest.clips : manifest.clips.filter((clip) => clip.role === role)),
  };
}

/**
 * Reads every clip of a corpus and compares it with the manifest.
 *
 * @returns all problems, one line each; empty where there are none
 * @throws BargeinError where the manifest itself cannot be read
 */
export async function validateCorpus(dir: string): Promise<string[]> {
  const problems: string[] = [];
  for (const entry of (await readManifest(dir)).clips) {
    const problem = await problemOf(dir, entry);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

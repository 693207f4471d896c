import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BargeinError, messageOf } from '../errors.js';
import type { Persona } from '../types.js';
import { interrupters } from './personas.js';

/** The rate of every clip. */
export const corpusRateHz = 16000;

const personaNames = [...interrupters, 'listener', 'room', 'none'] as const satisfies readonly Persona[];

const ms = z.number().nonnegative();
const text = z.string().min(1);

const entrySchema = z
  .strictObject({
    /** Unique in the manifest. */
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
    /** Path below the corpus folder. */
    file: z.string().refine(staysInside, 'must be a relative path below the corpus folder, with forward slashes'),
    /** Of the whole file. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
    role: z.enum(['agent', 'interruption', 'backchannel', 'noise']),
    /** `human`: recorded (for noise: from life). `synthetic`: made by a program. */
    kind: z.enum(['human', 'synthetic']),
    /** What is said; what is heard, in brackets, where it is no speech. */
    words: text,
    /** BCP 47, e.g. `en`, `hi-en`; `zxx` for no language. */
    language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'must be a language tag such as en or zxx'),
    /** Who may say it; for noise, `tv-line` marks a bed of voices. */
    personas: z.array(z.enum(personaNames)),
    /** First active sample, ms from the file's start. */
    onsetMs: ms,
    /** How onset and end were found. */
    onsetMethod: text,
    /** Just after the last active sample, ms from the file's start. */
    endMs: ms,
    /** ITU-T P.56, dBFS. */
    activeLevelDbfs: z.number().max(0),
    durationMs: ms,
    source: text,
    licence: text,
    /** `script`: from code alone; `package`: from a package that holds the recording; `own`: only here. */
    rebuild: z.enum(['script', 'package', 'own']),
  })
  .refine(({ onsetMs, endMs, durationMs }) => onsetMs < endMs && endMs <= durationMs, {
    error: 'onsetMs must lie before endMs, and endMs within durationMs',
    path: ['onsetMs'],
  });

const manifestSchema = z.strictObject({ schemaVersion: z.literal(1), name: text, clips: z.array(entrySchema) });

export type ClipEntry = z.infer<typeof entrySchema>;
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestName = 'manifest.json';

/**
 * Reads `manifest.json` of a corpus folder. The clips themselves are checked when they are read, and by `validateCorpus`.
 *
 * @throws BargeinError naming the file and what is wrong in it
 */
export async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, manifestName);
  let bytes: string;
  try {
    bytes = await readFile(path, 'utf8');
  } catch (thrown) {
    const missing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BargeinError(missing ? `${path} does not exist` : `${path} cannot be read: ${messageOf(thrown)}`, 'name a corpus folder with --corpus');
  }
  return parseManifest(bytes, path);
}

/** @throws BargeinError naming `path`, the clip, the field and the remedy */
export function parseManifest(json: string, path: string): Manifest {
  const remedy = `correct ${path} (format: docs/corpus.md)`;
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch (thrown) {
    throw new BargeinError(`${path} is not JSON: ${messageOf(thrown)}`, remedy);
  }
  const parsed = manifestSchema.safeParse(data);
  if (!parsed.success) {
    const [first, ...rest] = parsed.error.issues.map((issue) => describe(issue, data));
    throw new BargeinError(`${path}: ${first}${rest.length > 0 ? ` (and ${rest.length} more)` : ''}`, remedy);
  }
  for (const field of ['id', 'file'] as const) {
    const values = parsed.data.clips.map((clip) => clip[field]);
    const twice = values.find((value, i) => values.indexOf(value) !== i);
    if (twice !== undefined) throw new BargeinError(`${path}: ${field} '${twice}' is there twice`, remedy);
  }
  return parsed.data;
}

/** The bytes of a manifest file. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** sha256 over all that a run depends on: order, audio, roles, personas, onsets and levels. Names, words and sources are free. */
export function hashOf(manifest: Manifest): string {
  const facts = manifest.clips.map(({ id, sha256, role, kind, personas, onsetMs, endMs, activeLevelDbfs, durationMs }) => [
    id,
    sha256,
    role,
    kind,
    personas,
    onsetMs,
    endMs,
    activeLevelDbfs,
    durationMs,
  ]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function staysInside(file: string): boolean {
  return /^[^/\\:][^\\:]*$/.test(file) && file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** One line for an issue: the clip by its id where it has one, then the field. */
function describe(issue: z.core.$ZodIssue, data: unknown): string {
  const [list, index, ...field] = issue.path.map(String);
  if (list !== 'clips' || index === undefined) return `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`;
  const id = (data as { clips: { id?: unknown }[] }).clips[Number(index)]?.id;
  const clip = typeof id === 'string' ? `clip '${id}'` : `clip number ${Number(index) + 1}`;
  return `${clip}${field.length > 0 ? `, ${field.join('.')}` : ''}: ${issue.message}`;
}

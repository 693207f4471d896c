import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { activeSpeechLevelDbfs, corpusLevelDbfs, levelTo } from '../audio/levels.js';
import { readRecording } from '../audio/recording.js';
import { resample } from '../audio/resample.js';
import { encodeWav, monoOf } from '../audio/wav.js';
import { BargeinError, messageOf } from '../errors.js';
import type { Clip, Ms, Pcm, Persona, UserClipKind } from '../types.js';
import { durationMsOf, sha256Of } from './clip-file.js';
import type { ClipEntry, Manifest } from './manifest.js';
import { corpusRateHz, formatManifest, manifestName, parseManifest, readManifest } from './manifest.js';
import { findSpeech } from './onset.js';

/** A recording of one's own, and what is said in it. */
export interface ImportRequest {
  /** WAV, FLAC or Ogg; any rate, one channel. */
  readonly file: string;
  /** Made where there is none yet. */
  readonly corpusDir: string;
  readonly role: Clip['role'];
  readonly words: string;
  readonly language: string;
  readonly licence: string;
  readonly source: string;
  readonly kind: UserClipKind;
  readonly personas: readonly Persona[];
  /** ms from the file's start; null: to be found. */
  readonly onsetMs: Ms | null;
}

/** A clip ready to be written, for someone to look at first. */
export interface PreparedImport {
  readonly corpusDir: string;
  readonly entry: ClipEntry;
  readonly pcm: Pcm;
  /** The bytes of the clip's file. */
  readonly wav: Uint8Array;
  /** What was done to the recording, and what to look at; one line each. */
  readonly notes: readonly string[];
}

/** A recording that is raised by more than this is worth a second look, dB. */
const muchGainDb = 30;

const idPrefix: Record<Clip['role'], string> = { agent: 'agent', interruption: 'int', backchannel: 'back', noise: 'noise' };

/**
 * Reads a recording, resamples it to 16 kHz, levels it to -26 dBFS active and finds its onset. Writes nothing.
 *
 * @throws BargeinError for a recording that cannot be used, an onset outside of its speech, or one that is in the corpus already
 */
export async function prepareImport(request: ImportRequest): Promise<PreparedImport> {
  const { file, corpusDir } = request;
  const recording = await readRecording(file);
  const { pcm: levelled, gainDb, limitedByPeak } = level(await resample(monoOf(recording, file), corpusRateHz), file);
  const activeLevelDbfs = activeSpeechLevelDbfs(levelled);
  const speech = findSpeech(levelled, activeLevelDbfs);
  if (!speech) throw silent(file);
  const wav = encodeWav([levelled.samples], levelled.rateHz);
  const manifest = await manifestOf(corpusDir);
  const id = freeId(`${idPrefix[request.role]}-own-${slugOf(request.words)}`, manifest);
  const { role, kind, words, language, personas, source, licence } = request;
  const entry: ClipEntry = {
    id,
    file: `clips/${id}.wav`,
    sha256: sha256Of(wav),
    role,
    kind,
    words,
    language,
    personas: [...personas],
    onsetMs: request.onsetMs === null ? speech.onsetMs : givenOnsetMs(request.onsetMs, speech.endMs, file),
    onsetMethod: request.onsetMs === null ? speech.method : `given by hand; the end by ${speech.method}`,
    endMs: speech.endMs,
    activeLevelDbfs: Math.round(activeLevelDbfs * 100) / 100,
    durationMs: durationMsOf(levelled),
    source,
    licence,
    rebuild: 'own',
  };
  refuseTwice(entry, manifest);
  const notes = [`level changed by ${gainDb.toFixed(1)} dB`];
  if (gainDb > muchGainDb) notes.push('it was recorded very quietly: what is raised with it may hide where the speech begins; listen, and set --onset-ms');
  if (recording.rateHz !== corpusRateHz) notes.push(`resampled from ${recording.rateHz} Hz`);
  if (limitedByPeak) notes.push(`its peaks keep the level at ${entry.activeLevelDbfs} dBFS; clips of a corpus have ${corpusLevelDbfs} dBFS`);
  if (recording.clippedSamples > 0) notes.push(`${recording.clippedSamples} samples are beyond full scale: the recording is distorted`);
  if (speech.uncertain && request.onsetMs === null && role !== 'noise') notes.push('noise comes near to the speech: set the onset with --onset-ms if it is wrong');
  // The schema holds for own clips as well; its message names the field.
  parseManifest(formatManifest({ ...manifest, clips: [...manifest.clips, entry] }), join(corpusDir, manifestName));
  return { corpusDir, entry, pcm: levelled, wav, notes };
}

/**
 * Writes a prepared clip, then the manifest with its entry; each appears whole or not at all.
 *
 * @throws BargeinError where the folder cannot be written, or the corpus has changed in the meantime
 */
export async function commitImport({ corpusDir, entry, wav }: PreparedImport): Promise<ClipEntry> {
  const manifest = await manifestOf(corpusDir);
  refuseTwice(entry, manifest);
  if (manifest.clips.some(({ id }) => id === entry.id)) throw new BargeinError(`${join(corpusDir, manifestName)} has got a clip '${entry.id}'`, 'add the recording again');
  await writeWhole(join(corpusDir, entry.file), wav);
  await writeWhole(join(corpusDir, manifestName), formatManifest({ ...manifest, clips: [...manifest.clips, entry] }));
  return entry;
}

function level(pcm: Pcm, file: string): ReturnType<typeof levelTo> {
  if (pcm.samples.every((sample) => sample === 0)) throw silent(file);
  return levelTo(pcm, corpusLevelDbfs);
}

function silent(file: string): BargeinError {
  return new BargeinError(`${file} holds nothing but silence`, 'check the microphone, and record it again');
}

function givenOnsetMs(onsetMs: Ms, endMs: Ms, file: string): Ms {
  if (onsetMs >= endMs) throw new BargeinError(`--onset-ms ${onsetMs} lies beyond the speech in ${file}, which ends at ${endMs} ms`, 'give an onset before that');
  return (Math.round((onsetMs * corpusRateHz) / 1000) * 1000) / corpusRateHz;
}

async function manifestOf(dir: string): Promise<Manifest> {
  if (existsSync(join(dir, manifestName))) return readManifest(dir);
  return { schemaVersion: 1, name: basename(resolve(dir)) || 'corpus', clips: [] };
}

function refuseTwice(entry: ClipEntry, manifest: Manifest): void {
  const same = manifest.clips.find(({ sha256 }) => sha256 === entry.sha256);
  if (same) throw new BargeinError(`the same recording is in the corpus already, as '${same.id}'`, 'add another recording');
}

function slugOf(words: string): string {
  const plain = words.normalize('NFKD').replace(/\p{Mark}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 32).replace(/-$/, '') || 'clip';
}

function freeId(wanted: string, { clips }: Manifest): string {
  const taken = new Set(clips.map(({ id }) => id));
  let id = wanted;
  for (let k = 2; taken.has(id); k++) id = `${wanted}-${k}`;
  return id;
}

async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => {});
    throw new BargeinError(`${path} cannot be written: ${messageOf(thrown)}`, 'check permissions and free space, or name another folder with --corpus');
  }
}

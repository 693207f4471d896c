import { renderBed, renderEchoPath, renderGain, renderLoop, renderTelephone, telephoneRateHz } from '../audio/condition-graphs.js';
import { throughMulaw } from '../audio/g711.js';
import { corpusLevelDbfs } from '../audio/levels.js';
import type { Rendered } from '../audio/render.js';
import { resample } from '../audio/resample.js';
import type { Corpus } from '../corpus/load.js';
import { corpusRateHz } from '../corpus/manifest.js';
import { randomFrom, seedOf } from '../time/index.js';
import type { Attempt, AttemptMedia, ConditionName, MediaFormat, Pcm } from '../types.js';
import { PieceCache } from './piece-cache.js';

/** What an attempt needs, and how many samples of the user's clip had to be limited to 16 bits. */
export interface PreparedMedia extends AttemptMedia {
  readonly clippedSamples: number;
}

/** Network delay of the `jitter` condition, each way. */
export const jitterDelay = { baseMs: 20, meanMs: 8 } as const;

const widebandHz = corpusRateHz;
const frameMs = 20;

/** How many samples of rendered user clips and beds are kept: 64 MB. */
const keptSamples = 32 * 1024 * 1024;

/** The line of a condition: 16 kHz linear, or 8 kHz mu-law on the telephone. */
export function formatOf(condition: ConditionName): MediaFormat {
  return condition === 'telephone'
    ? { rateHz: telephoneRateHz, frameMs, codec: 'mulaw' }
    : { rateHz: widebandHz, frameMs, codec: 'pcm16' };
}

/** Whether an attempt's audio goes through the rendering engine; without it the clips are used as they are. */
export function needsRendering(attempt: Pick<Attempt, 'condition' | 'gainDb' | 'bed' | 'userClip'>): boolean {
  const { condition, gainDb, bed, userClip } = attempt;
  return condition === 'echo' || bed !== null || (userClip !== null && (condition === 'telephone' || gainDb !== 0));
}

/**
 * The audio of one attempt under its condition. Everything is rendered once and kept per corpus; the response of a clip and
 * format is the *same* array each time, which starts its own buffer: packets that are views of it are recognised by identity.
 *
 * - The user's clip without gain on a line that is not a telephone is the clip itself, to the bit.
 * - On the telephone the response is the clip at 8 kHz through mu-law (agents speak straight into the codec); what the caller
 *   says goes through the handset's 300-3400 Hz band, and is coded once, with bed and echo, when a frame leaves.
 * - The bed's level is the user's active level after gain less the SNR, at the microphone, before any line; where nobody
 *   speaks, the level of the corpus takes the user's place.
 *
 * @throws BargeinError for a clip that cannot be read, or where the rendering engine is needed and missing
 */
export async function prepareMedia(attempt: Attempt, corpus: Corpus): Promise<PreparedMedia> {
  const format = formatOf(attempt.condition);
  const pieces = piecesOf(corpus);
  const [response, user, bed, echo] = await Promise.all([
    pieces.response(attempt.agentClip, format),
    attempt.userClip === null ? null : pieces.user(attempt.userClip, attempt.gainDb, format),
    attempt.bed === null ? null : pieces.bed(attempt, attempt.bed, format),
    attempt.condition === 'echo' ? pieces.echo(format) : null,
  ]);
  return {
    format,
    response,
    user: user && { pcm: user.pcm, onsetSample: user.onsetSample, endSample: user.endSample },
    bed: bed && { pcm: bed, startSample: Math.floor(randomFrom(seedOf(attempt.seed, 'bed'))() * bed.samples.length) },
    echo,
    jitter: attempt.condition === 'jitter' ? jitterDelay : null,
    clippedSamples: user?.clippedSamples ?? 0,
  };
}

/** The response alone, as `prepareMedia` gives it: the same array. */
export function prepareResponse(attempt: Attempt, corpus: Corpus): Promise<Pcm> {
  return piecesOf(corpus).response(attempt.agentClip, formatOf(attempt.condition));
}

interface UserPiece extends Rendered {
  readonly onsetSample: number;
  readonly endSample: number;
}

const perCorpus = new WeakMap<Corpus, Pieces>();

function piecesOf(corpus: Corpus): Pieces {
  const known = perCorpus.get(corpus) ?? new Pieces(corpus);
  perCorpus.set(corpus, known);
  return known;
}

class Pieces {
  // Never dropped: a response must stay the same array for as long as anyone may hold a view of it.
  #responses = new PieceCache<Pcm>(Infinity, ({ samples }) => samples.length);
  #loops = new PieceCache<Float32Array<ArrayBuffer>>(Infinity, (loop) => loop.length);
  #echoes = new PieceCache<Float32Array>(Infinity, (taps) => taps.length);
  #users = new PieceCache<UserPiece>(keptSamples / 2, ({ pcm }) => pcm.samples.length);
  #beds = new PieceCache<Pcm>(keptSamples / 2, ({ samples }) => samples.length);

  constructor(readonly corpus: Corpus) {}

  response(clipId: string, format: MediaFormat): Promise<Pcm> {
    return this.#responses.get(`${clipId}|${format.rateHz}|${format.codec}`, async () => {
      const pcm = await resample((await this.corpus.clip(clipId)).pcm, format.rateHz);
      return owning(format.codec === 'mulaw' ? { ...pcm, samples: throughMulaw(pcm.samples) } : pcm);
    });
  }

  user(clipId: string, gainDb: number, format: MediaFormat): Promise<UserPiece> {
    return this.#users.get(`${clipId}|${gainDb}|${format.codec}`, async () => {
      const { pcm, onsetMs, endMs } = await this.corpus.clip(clipId);
      const wideband = await resample(pcm, widebandHz);
      const rendered = await renderUser(wideband, gainDb, format);
      const toSample = (ms: number) => Math.round((ms * format.rateHz) / 1000);
      return { ...rendered, onsetSample: toSample(onsetMs), endSample: Math.min(toSample(endMs), rendered.pcm.samples.length) };
    });
  }

  async bed(attempt: Attempt, { clip, snrDb }: { clip: string; snrDb: number }, format: MediaFormat): Promise<Pcm> {
    const speechDbfs = attempt.userClip === null ? corpusLevelDbfs : (await this.corpus.clip(attempt.userClip)).activeLevelDbfs;
    // To a tenth of a dB, so that clips levelled alike share a bed.
    const levelDbfs = Math.round((speechDbfs + attempt.gainDb - snrDb) * 10) / 10;
    return this.#beds.get(`${clip}|${levelDbfs}|${format.codec}`, async () => {
      const loop = await this.#loops.get(clip, async () => renderLoop(await resample((await this.corpus.clip(clip)).pcm, widebandHz)));
      return (await renderBed(loop, widebandHz, levelDbfs, format.codec === 'mulaw')).pcm;
    });
  }

  echo(format: MediaFormat): Promise<Float32Array> {
    return this.#echoes.get(String(format.rateHz), () => renderEchoPath(format.rateHz));
  }
}

async function renderUser(pcm: Pcm, gainDb: number, format: MediaFormat): Promise<Rendered> {
  if (format.codec === 'mulaw') return renderTelephone(pcm, gainDb);
  return gainDb === 0 ? { pcm, clippedSamples: 0 } : renderGain(pcm, gainDb);
}

/** `pcm` with samples that own their whole buffer. */
function owning(pcm: Pcm): Pcm {
  const { samples } = pcm;
  const owns = samples.byteOffset === 0 && samples.buffer.byteLength === samples.byteLength;
  return owns ? pcm : { rateHz: pcm.rateHz, samples: samples.slice() };
}

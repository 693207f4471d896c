import { renderBed, renderEchoPath, renderGain, renderLoop, renderTelephone, telephoneRateHz } from '../audio/condition-graphs.js';
import { throughMulaw } from '../audio/g711.js';
import { corpusLevelDbfs } from '../audio/levels.js';
import type { Rendered } from '../audio/render.js';
import { resample } from '../audio/resample.js';
import type { Corpus } from '../corpus/load.js';
import { corpusRateHz } from '../corpus/manifest.js';
import { randomFrom, seedOf } from '../time/index.js';
import type { Agent, Attempt, AttemptMedia, ConditionName, MediaFormat, Pcm } from '../types.js';
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

/** What rendering must know of the agent: the line it speaks on, and where its words come from. */
export interface FarSide extends Pick<Agent, 'line' | 'turns'> {
  /** What a prompted agent is asked for, speech at any rate; null where it need not be asked. */
  readonly prompt: AttemptMedia['prompt'];
}

/** An agent that speaks on any line and plays what it is given. */
export const anyLine: FarSide = { line: null, turns: 'response', prompt: null };

/** The line of a condition: that of the agent where it has one, else 16 kHz linear, or 8 kHz mu-law on the telephone. */
export function formatOf(condition: ConditionName, line: MediaFormat | null = null): MediaFormat {
  if (line !== null) return line;
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
 * - An agent with a line of its own gets everything at that line's rate and codec, whatever the condition: `telephone` then adds the
 *   handset's band. The response of an agent that says what it likes is empty.
 * - The bed's level is the user's active level after gain less the SNR, at the microphone, before any line; where nobody
 *   speaks, the level of the corpus takes the user's place.
 *
 * @throws BargeinError for a clip that cannot be read, or where the rendering engine is needed and missing
 */
export async function prepareMedia(attempt: Attempt, corpus: Corpus, side: FarSide = anyLine): Promise<PreparedMedia> {
  const format = formatOf(attempt.condition, side.line);
  const pieces = piecesOf(corpus);
  const telephone = attempt.condition === 'telephone';
  const [response, user, bed, echo, question] = await Promise.all([
    side.turns === 'response' ? pieces.response(attempt.agentClip, format) : nothingAt(format),
    attempt.userClip === null ? null : pieces.user(attempt.userClip, attempt.gainDb, format, telephone),
    attempt.bed === null ? null : pieces.bed(attempt, attempt.bed, format, telephone),
    attempt.condition === 'echo' ? pieces.echo(format) : null,
    side.prompt?.audio ? resample(side.prompt.audio, format.rateHz) : null,
  ]);
  return {
    format,
    response,
    prompt: side.turns === 'prompted' && side.prompt ? { audio: question, text: side.prompt.text } : null,
    user: user && { pcm: user.pcm, onsetSample: user.onsetSample, endSample: user.endSample },
    bed: bed && { pcm: bed, startSample: Math.floor(randomFrom(seedOf(attempt.seed, 'bed'))() * bed.samples.length) },
    echo,
    jitter: attempt.condition === 'jitter' ? jitterDelay : null,
    clippedSamples: user?.clippedSamples ?? 0,
  };
}

/** The response alone, as `prepareMedia` gives it: the same array. null where the agent says what it likes. */
export async function prepareResponse(attempt: Attempt, corpus: Corpus, { line, turns }: Pick<FarSide, 'line' | 'turns'> = anyLine): Promise<Pcm | null> {
  return turns === 'response' ? piecesOf(corpus).response(attempt.agentClip, formatOf(attempt.condition, line)) : null;
}

function nothingAt({ rateHz }: MediaFormat): Pcm {
  return { rateHz, samples: new Int16Array(0) };
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

  user(clipId: string, gainDb: number, format: MediaFormat, telephone: boolean): Promise<UserPiece> {
    return this.#users.get(`${clipId}|${gainDb}|${telephone}|${format.rateHz}`, async () => {
      const { pcm, onsetMs, endMs } = await this.corpus.clip(clipId);
      const wideband = await resample(pcm, widebandHz);
      const rendered = await atRate(await renderUser(wideband, gainDb, telephone), format.rateHz);
      const toSample = (ms: number) => Math.round((ms * format.rateHz) / 1000);
      return { ...rendered, onsetSample: toSample(onsetMs), endSample: Math.min(toSample(endMs), rendered.pcm.samples.length) };
    });
  }

  async bed(attempt: Attempt, { clip, snrDb }: { clip: string; snrDb: number }, format: MediaFormat, telephone: boolean): Promise<Pcm> {
    const speechDbfs = attempt.userClip === null ? corpusLevelDbfs : (await this.corpus.clip(attempt.userClip)).activeLevelDbfs;
    // To a tenth of a dB, so that clips levelled alike share a bed.
    const levelDbfs = Math.round((speechDbfs + attempt.gainDb - snrDb) * 10) / 10;
    return this.#beds.get(`${clip}|${levelDbfs}|${telephone}|${format.rateHz}`, async () => {
      const loop = await this.#loops.get(clip, async () => renderLoop(await resample((await this.corpus.clip(clip)).pcm, widebandHz)));
      return loopAtRate((await renderBed(loop, widebandHz, levelDbfs, telephone)).pcm, format.rateHz);
    });
  }

  echo(format: MediaFormat): Promise<Float32Array> {
    return this.#echoes.get(String(format.rateHz), () => renderEchoPath(format.rateHz));
  }
}

async function renderUser(pcm: Pcm, gainDb: number, telephone: boolean): Promise<Rendered> {
  if (telephone) return renderTelephone(pcm, gainDb);
  return gainDb === 0 ? { pcm, clippedSamples: 0 } : renderGain(pcm, gainDb);
}

async function atRate(rendered: Rendered, rateHz: number): Promise<Rendered> {
  return { ...rendered, pcm: await resample(rendered.pcm, rateHz) };
}

/** A loop at another rate, without a seam: the filter sees it going round. */
async function loopAtRate(loop: Pcm, rateHz: number): Promise<Pcm> {
  if (loop.rateHz === rateHz) return loop;
  const around = Math.min(loop.samples.length, loop.rateHz / 2);
  const turned = new Int16Array(loop.samples.length + 2 * around);
  turned.set(loop.samples.subarray(loop.samples.length - around));
  turned.set(loop.samples, around);
  turned.set(loop.samples.subarray(0, around), around + loop.samples.length);
  const { samples } = await resample({ rateHz: loop.rateHz, samples: turned }, rateHz);
  const toRate = (count: number) => Math.round((count * rateHz) / loop.rateHz);
  return { rateHz, samples: samples.slice(toRate(around), toRate(around) + toRate(loop.samples.length)) };
}

/** `pcm` with samples that own their whole buffer. */
function owning(pcm: Pcm): Pcm {
  const { samples } = pcm;
  const owns = samples.byteOffset === 0 && samples.buffer.byteLength === samples.byteLength;
  return owns ? pcm : { rateHz: pcm.rateHz, samples: samples.slice() };
}

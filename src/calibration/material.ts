import { activeStretches, dbfsToAmplitude } from '../audio/activity.js';
import { throughMulaw } from '../audio/g711.js';
import { resample } from '../audio/resample.js';
import type { Corpus } from '../corpus/load.js';
import { audibleThroughout, defaultDetectorOptions, profileReference } from '../detect/index.js';
import { BargeinError } from '../errors.js';
import type { Random } from '../time/index.js';
import type { MediaFormat, Ms, Pcm } from '../types.js';

/** What is done to the pauses of a response. */
export type Pauses = 'natural' | 'none' | 'inserted';

/** The lines of an agent in this process, in turn. */
export const ownLines: readonly MediaFormat[] = [
  { rateHz: 16000, frameMs: 20, codec: 'pcm16' },
  { rateHz: 8000, frameMs: 20, codec: 'mulaw' },
];

/** A line in words: `8 kHz mu-law`. */
export function nameOfLine({ rateHz, codec }: MediaFormat): string {
  return `${rateHz / 1000} kHz${codec === 'mulaw' ? ' mu-law' : ''}`;
}

/** Inserted pauses: how long, and after how much speech, ms. */
const insertedMs = [300, 700] as const;
const speechBetweenMs = [600, 1400] as const;
/** Length of what the user says, and of its first sample, which must not be lost in a codec. */
const userMs = 300;
const firstSample = 2000;

/** So many agent clips, spread over the corpus, are enough. */
const mostAgentClips = 8;

/** Responses and user clips for calibrating, from the speech of a corpus. */
export class Material {
  readonly #kept = new Map<string, Pcm>();

  constructor(
    readonly corpus: Corpus,
    readonly agentClips: readonly string[],
    readonly userClip: string,
  ) {}

  static async of(corpus: Corpus): Promise<Material> {
    const long = corpus.list('agent').filter(({ onsetMs, endMs }) => endMs - onsetMs >= 6000);
    const agents = long.filter((_, i) => i % Math.ceil(long.length / mostAgentClips) === 0);
    const [user] = corpus.list('interruption').filter(({ onsetMs, endMs }) => endMs - onsetMs >= userMs);
    if (agents.length === 0 || !user) {
      throw new BargeinError('the corpus has no agent clip with 6 s of speech, or no interruption, to calibrate with', 'add them with `bargein corpus add`, or use the default corpus');
    }
    return new Material(corpus, agents.map(({ id }) => id), user.id);
  }

  /** A response with its pauses left, taken out, or with long ones put in (seeded by `variant`). */
  async response(clip: string, { rateHz, codec }: MediaFormat, pauses: Pauses, random: Random): Promise<Pcm> {
    const key = `${clip} ${rateHz} ${codec} ${pauses}`;
    const known = pauses === 'inserted' ? undefined : this.#kept.get(key);
    if (known) return known;
    const plain = await this.#plain(clip, rateHz);
    const shaped = pauses === 'natural' ? plain : pauses === 'none' ? withoutPauses(plain) : withPauses(plain, random);
    const pcm = { rateHz, samples: codec === 'mulaw' ? throughMulaw(shaped.samples) : shaped.samples.slice() };
    if (pauses !== 'inserted') this.#kept.set(key, pcm);
    return pcm;
  }

  async #plain(clip: string, rateHz: number): Promise<Pcm> {
    const key = `${clip} ${rateHz}`;
    const pcm = this.#kept.get(key) ?? (await resample((await this.corpus.clip(clip)).pcm, rateHz));
    this.#kept.set(key, pcm);
    return pcm;
  }

  /** 300 ms of speech whose very first sample is its onset. */
  async user(line: MediaFormat): Promise<Pcm> {
    const known = this.#kept.get(`user ${line.rateHz}`);
    if (known) return known;
    const { pcm, onsetMs } = await this.corpus.clip(this.userClip);
    const from = Math.round((onsetMs * pcm.rateHz) / 1000);
    const cut = { rateHz: pcm.rateHz, samples: pcm.samples.slice(from, from + Math.round((userMs * pcm.rateHz) / 1000)) };
    const { rateHz, samples } = await resample(cut, line.rateHz);
    const user = { rateHz, samples: samples.slice() };
    user.samples[0] = firstSample;
    this.#kept.set(`user ${line.rateHz}`, user);
    return user;
  }
}

function withoutPauses(pcm: Pcm): Pcm {
  const { stretches } = profileReference(pcm, defaultDetectorOptions);
  return { rateHz: pcm.rateHz, samples: joined(stretches.map(({ from, to }) => pcm.samples.subarray(from, to))) };
}

/** Silence put between words: after 0.6 to 1.4 s of speech, 0.3 to 0.7 s of it. */
function withPauses(pcm: Pcm, random: Random): Pcm {
  const between = ([least, most]: readonly [number, number]) => Math.round(((least + (most - least) * random()) * pcm.rateHz) / 1000);
  const { levels } = profileReference(pcm, defaultDetectorOptions);
  const words = activeStretches(pcm.samples, pcm.rateHz, levels);
  const parts: Int16Array[] = [];
  let from = 0;
  let due = between(speechBetweenMs);
  for (const { to } of words) {
    if (to < due) continue;
    parts.push(pcm.samples.subarray(from, to), new Int16Array(between(insertedMs)));
    from = to;
    due = to + between(speechBetweenMs);
  }
  parts.push(pcm.samples.subarray(from));
  return { rateHz: pcm.rateHz, samples: joined(parts) };
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const out = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * Whether speech is audible right up to sample `cut` of a response and would have gone on: a sample at the audible level within the
 * last half millisecond, the 5 ms before and after the cut 6 dB above that level.
 */
export function isAudibleAt(response: Pcm, cut: number): boolean {
  const { releaseDbfs } = profileReference(response, defaultDetectorOptions).levels;
  const level = dbfsToAmplitude(releaseDbfs);
  const last = response.samples.subarray(Math.max(0, cut - Math.ceil(response.rateHz / 2000)), cut);
  const span = response.rateHz / 200;
  return last.some((sample) => Math.abs(sample) >= level) && isLoud(response, cut - span, 6) && isLoud(response, cut, 6);
}

/** Whether the 5 ms from `from` on are `marginDb` above the audible level. */
function isLoud(response: Pcm, from: number, marginDb: number): boolean {
  const level = dbfsToAmplitude(profileReference(response, defaultDetectorOptions).levels.releaseDbfs + marginDb);
  const part = response.samples.subarray(Math.max(0, from), from + response.rateHz / 200);
  return part.reduce((sum, value) => sum + value * value, 0) >= (level * level * response.rateHz) / 200;
}

/** Whether a response is loud in every 5 ms from 10 ms before to 10 ms after a sample: 20 dB down it must still be audible. */
export function isLoudAround(response: Pcm, sample: number): boolean {
  const [length, reach] = [response.rateHz / 200, response.rateHz / 100];
  for (let from = sample - reach; from + length <= sample + reach; from += length / 5) {
    if (!isLoud(response, from, fadeMarginDb)) return false;
  }
  return true;
}

/** How far above the audible level a response must be where a fade is judged, dB. */
const fadeMarginDb = 23;

/** Whether the user may come in at `offsetMs` after the response's first audible sample, with `leftMs` of speech to follow. */
export function mayInterruptAt(response: Pcm, offsetMs: Ms, leftMs: Ms): boolean {
  const profile = profileReference(response, defaultDetectorOptions);
  const samples = (ms: Ms) => Math.round((ms * response.rateHz) / 1000);
  const at = profile.onset + samples(offsetMs);
  return profile.end - at > samples(leftMs) && audibleThroughout(profile, at - samples(100), at + samples(20), samples(10));
}

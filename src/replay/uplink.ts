import { throughMulaw } from '../audio/g711.js';
import type { PlayoutBuffer } from '../audio/playout.js';
import type { AttemptMedia } from '../types.js';

/** Frames of one attempt as they were mixed before, by number and by where the clips lie: an attempt is replayed against many agents. */
export type MixedFrames = Map<string, Int16Array>;

/**
 * The continuous stream from the caller: the noise bed, the user's clip mixed in to the sample, and the echo of what the
 * caller hears. Samples are counted from the first one captured.
 */
export class Uplink {
  readonly frameSamples: number;
  readonly #mixed: MixedFrames | null;
  /** First uplink sample of the user's clip; null until it is scheduled. */
  #clipAt: number | null = null;
  /** What the agent is asked, and the first uplink sample of it. */
  #question: { readonly samples: Int16Array; readonly at: number } | null = null;

  constructor(
    readonly media: AttemptMedia,
    readonly heard: PlayoutBuffer,
    mixed: MixedFrames | null = null,
  ) {
    // An echo hangs on what was heard.
    this.#mixed = media.echo ? null : mixed;
    this.frameSamples = Math.round((media.format.rateHz * media.format.frameMs) / 1000);
  }

  /** Puts the user's speech onset at `onsetSample`. What the clip holds before frames already sent is lost (lead-in only). */
  schedule(onsetSample: number): void {
    if (this.media.user) this.#clipAt = onsetSample - this.media.user.onsetSample;
  }

  /** Lets the caller ask the agent for its turn, from `atSample` on. */
  ask(samples: Int16Array, atSample: number): void {
    this.#question = { samples, at: atSample };
  }

  frame(index: number): Int16Array {
    const first = index * this.frameSamples;
    if (this.#isSilent(first)) return new Int16Array(this.frameSamples);
    const name = `${index} ${this.#clipAt} ${this.#question?.at}`;
    const known = this.#mixed?.get(name);
    if (known) return known.slice();
    const frame = this.#mix(first);
    // A copy is kept: whoever gets a frame may do with it what they like.
    this.#mixed?.set(name, frame.slice());
    return frame;
  }

  #mix(first: number): Int16Array {
    const mix = new Float64Array(this.frameSamples);
    this.#addBed(mix, first);
    if (this.#clipAt !== null && this.media.user) addClip(mix, first, this.media.user.pcm.samples, this.#clipAt);
    if (this.#question) addClip(mix, first, this.#question.samples, this.#question.at);
    this.#addEcho(mix, first);
    const frame = new Int16Array(mix.length);
    for (let i = 0; i < mix.length; i++) frame[i] = Math.max(-32768, Math.min(32767, Math.round(mix[i])));
    return this.media.format.codec === 'mulaw' ? throughMulaw(frame) : frame;
  }

  /** Whether nothing at all falls into the frame that begins at `first`: most frames of a clean line. */
  #isSilent(first: number): boolean {
    const { bed, echo, user } = this.media;
    if (bed || echo) return false;
    const spoken = (length: number, at: number | null) => at !== null && first + this.frameSamples > at && first < at + length;
    return !spoken(user?.pcm.samples.length ?? 0, this.#clipAt) && !spoken(this.#question?.samples.length ?? 0, this.#question?.at ?? null);
  }

  #addBed(mix: Float64Array, first: number): void {
    const { bed } = this.media;
    if (!bed) return;
    const { samples } = bed.pcm;
    let at = (bed.startSample + first) % samples.length;
    for (let i = 0; i < mix.length; i++) {
      mix[i] += samples[at];
      if (++at === samples.length) at = 0;
    }
  }

  /** Convolves what was heard with the impulse response of the echo path. */
  #addEcho(mix: Float64Array, first: number): void {
    const { echo } = this.media;
    if (!echo) return;
    const past = new Int16Array(mix.length + echo.length - 1);
    this.heard.copyHeard(first - (echo.length - 1), past);
    if (past.every((sample) => sample === 0)) return;
    for (let tap = 0; tap < echo.length; tap++) {
      const gain = echo[tap];
      if (gain === 0) continue;
      const shift = echo.length - 1 - tap;
      for (let i = 0; i < mix.length; i++) mix[i] += gain * past[shift + i];
    }
  }
}

/** Adds a clip whose first sample lies at uplink sample `clipAt` to the frame that begins at `first`. */
function addClip(mix: Float64Array, first: number, samples: Int16Array, clipAt: number): void {
  const from = first - clipAt;
  for (let i = Math.max(0, -from); i < mix.length && from + i < samples.length; i++) mix[i] += samples[from + i];
}

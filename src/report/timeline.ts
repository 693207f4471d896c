import { encodeMulawWav } from '../audio/mulaw-wav.js';
import type { AgentEvent, AttemptMedia, AttemptResult, Ms, Recording } from '../types.js';
import { renderSides } from './evidence.js';
import type { Sides } from './evidence.js';

/** One attempt as a picture: what both sides said around the user's onset, coarse, and what happened when. Plain, serialisable. */
export interface Timeline {
  /** The part that is shown, on the attempt's own time line. */
  readonly fromMs: Ms;
  readonly toMs: Ms;
  /** null where nothing was injected. */
  readonly userOnsetMs: Ms | null;
  readonly userEndMs: Ms | null;
  /** Envelopes in `encodeEnvelope`'s form; empty where there is digital silence throughout. */
  readonly caller: string;
  readonly agent: string;
  /** Audio that had arrived and was not heard yet at evenly spaced instants, in 255ths of `deepestMs`: base64, a byte each. */
  readonly depth: string;
  readonly deepestMs: Ms;
  readonly events: readonly AgentEvent[];
  readonly flushesMs: readonly Ms[];
  /** The agent counts as audible above this level, dBFS; null where it is not known beforehand. */
  readonly audibleDbfs: number | null;
  /** The part that is shown as a WAV, mu-law, the caller left, the agent right: base64; null where it is not put in. */
  readonly audio: string | null;
  /** The whole of it beside the report; null where it was not kept. */
  readonly file: string | null;
}

/** The timelines of a run by attempt, and why there are none or not all; null where there is one for each. */
export interface TimelineSet {
  readonly byAttempt: ReadonlyMap<string, Timeline>;
  readonly missing: string | null;
}

export interface TimelineOptions {
  /** Columns of an envelope. */
  readonly columns: number;
  readonly audibleDbfs: number | null;
  readonly withAudio: boolean;
  readonly file: string | null;
}

/** What is shown around the attempt: before the onset, at least after it, after the user's end and after the agent's stop; and at most, ms. */
const shownMs = { before: 1000, after: 1500, afterUser: 600, afterStop: 700, most: 8000 } as const;
const depthPoints = 120;

/** @throws Error where the recording needs a response that `media` does not hold */
export function sketchTimeline(recording: Recording, media: AttemptMedia, result: AttemptResult, options: TimelineOptions): Timeline {
  const [fromMs, toMs] = spanOf(recording, result);
  const sides = renderSides(recording, media, fromMs, toMs);
  const depths = depthsOf(sides, fromMs, toMs);
  const deepestMs = Math.max(...depths);
  const near = ({ atMs }: { readonly atMs: Ms }) => atMs >= fromMs && atMs <= toMs;
  return {
    fromMs,
    toMs,
    userOnsetMs: recording.injected?.userOnsetMs ?? null,
    userEndMs: recording.injected?.userEndMs ?? null,
    caller: encodeEnvelope(sides.caller, options.columns),
    agent: encodeEnvelope(sides.agent, options.columns),
    depth: deepestMs === 0 ? '' : base64(Uint8Array.from(depths, (ms) => Math.round((255 * ms) / deepestMs))),
    deepestMs,
    events: recording.events.filter(near),
    flushesMs: recording.flushes.filter(near).map(({ atMs }) => atMs),
    audibleDbfs: options.audibleDbfs,
    audio: options.withAudio ? base64(encodeMulawWav([sides.caller, sides.agent], sides.rateHz)) : null,
    file: options.file,
  };
}

/** From before the user's onset to where the outcome is plain; the beginning of a recording without an onset. */
function spanOf({ injected, endMs }: Recording, { outcome, stopLatencyMs, resumedAfterMs }: AttemptResult): readonly [Ms, Ms] {
  if (injected === null) return [0, Math.min(endMs, shownMs.most)];
  const { userOnsetMs, userEndMs } = injected;
  const fromMs = Math.max(0, userOnsetMs - shownMs.before);
  const quietMs = stopLatencyMs === null ? 0 : userOnsetMs + stopLatencyMs + (outcome === 'resumed' ? (resumedAfterMs ?? 0) : 0) + shownMs.afterStop;
  const toMs = Math.max(userOnsetMs + shownMs.after, userEndMs + shownMs.afterUser, quietMs);
  return [fromMs, Math.min(endMs, toMs, fromMs + shownMs.most)];
}

function depthsOf({ playout }: Sides, fromMs: Ms, toMs: Ms): Ms[] {
  return Array.from({ length: depthPoints }, (_, i) => playout.depthAt(fromMs + ((toMs - fromMs) * i) / (depthPoints - 1)));
}

/** The level that the smallest step of an envelope stands for, dBFS. */
const lowestDbfs = -72;

/**
 * Lowest and highest sample of each column, base64 of a byte each: 128 is silence, and the distance from it is the level of the sample in
 * 127ths of 72 dB.
 */
export function encodeEnvelope(samples: Int16Array, columns: number): string {
  const bytes = new Uint8Array(2 * columns).fill(128);
  let silent = true;
  for (let column = 0; column < columns; column++) {
    const end = Math.ceil((samples.length * (column + 1)) / columns);
    let [low, high] = [0, 0];
    for (let i = Math.floor((samples.length * column) / columns); i < end; i++) {
      const sample = samples[i];
      if (sample < low) low = sample;
      else if (sample > high) high = sample;
    }
    if (low !== 0 || high !== 0) silent = false;
    bytes[2 * column] = 128 - stepsOf(-low);
    bytes[2 * column + 1] = 128 + stepsOf(high);
  }
  return silent ? '' : base64(bytes);
}

function stepsOf(magnitude: number): number {
  return magnitude === 0 ? 0 : Math.max(0, Math.round(127 * (1 - (20 * Math.log10(magnitude / 32768)) / lowestDbfs)));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

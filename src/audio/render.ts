import type { Pcm } from '../types.js';
import { fullScale } from './activity.js';
import { loadAudioEngine } from './engine.js';

/** A rendered signal, and how many of its samples had to be limited to 16 bits. */
export interface Rendered {
  readonly pcm: Pcm;
  readonly clippedSamples: number;
}

/** Makes nodes for one offline rendering; returns the last one of the chain from `source`. */
export type Graph = (context: OfflineAudioContext, source: AudioNode) => AudioNode;

/**
 * Renders `samples` (full scale = 1) through `graph` at their own rate: the engine's own resampling is linear and aliases,
 * so it is never used. Sources start at exactly 0, on a sample boundary, and keep their sample values.
 *
 * @param loop repeats the input until `length` samples are filled
 */
export async function renderGraph(
  samples: Float32Array<ArrayBuffer>,
  rateHz: number,
  graph: Graph,
  { length = samples.length, loop = false }: { length?: number; loop?: boolean } = {},
): Promise<Float32Array> {
  const { OfflineAudioContext } = await loadAudioEngine();
  const context = new OfflineAudioContext(1, Math.max(1, length), rateHz);
  const source = sourceOf(context, samples);
  source.loop = loop;
  graph(context, source).connect(context.destination);
  source.start(0);
  const rendered = await context.startRendering();
  // A copy, so that nothing of the context is kept alive.
  return rendered.getChannelData(0).slice(0, length);
}

/** A buffer source that plays `samples`, not yet started. */
export function sourceOf(context: OfflineAudioContext, samples: Float32Array<ArrayBuffer>): AudioBufferSourceNode {
  const buffer = context.createBuffer(1, Math.max(1, samples.length), context.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  return source;
}

/** 16-bit samples as floats, full scale = 1; exact. */
export function toFloat(samples: Int16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) out[i] = samples[i] / fullScale;
  return out;
}

/** Floats as 16-bit samples: rounded, and limited to the range where they exceed it, never wrapped. */
export function toInt16(samples: Float32Array, rateHz: number): Rendered {
  const out = new Int16Array(samples.length);
  let clippedSamples = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(samples[i] * fullScale);
    if (value > 32767 || value < -32768) clippedSamples++;
    out[i] = Math.max(-32768, Math.min(32767, value));
  }
  return { pcm: { rateHz, samples: out }, clippedSamples };
}

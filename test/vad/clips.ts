import { fileURLToPath } from 'node:url';
import { resample } from '../../src/audio/resample.js';
import { readMonoWav } from '../../src/audio/wav.js';
import type { Vad } from '../../src/vad/index.js';

/** Clips of people speaking, each after less than 100 ms of lead-in. */
const spoken = ['agent-en-welcome', 'agent-en-connecting', 'agent-en-messages'];

/** Human speech of the corpus at this rate. */
export async function humanSpeech(rateHz: number, which = 0, lengthMs = 3000): Promise<Int16Array> {
  const pcm = await readMonoWav(fileURLToPath(new URL(`../../corpus/clips/${spoken[which]}.wav`, import.meta.url)));
  const { samples } = await resample(pcm, rateHz);
  return samples.slice(Math.round(0.08 * rateHz)).slice(0, (lengthMs * rateHz) / 1000);
}

export function tone(rateHz: number, hz: number, lengthMs: number, amplitude = 3000): Int16Array {
  return Int16Array.from({ length: (rateHz * lengthMs) / 1000 }, (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)));
}

export function joined(...parts: readonly Int16Array[]): Int16Array {
  const out = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The answers to all whole frames of `samples`. */
export async function answers(vad: Vad, samples: Int16Array): Promise<number[]> {
  const out: number[] = [];
  for (let at = 0; at + vad.frameSamples <= samples.length; at += vad.frameSamples) {
    out.push(await vad.process(samples.subarray(at, at + vad.frameSamples)));
  }
  return out;
}

export function share(probabilities: readonly number[], threshold = 0.5): number {
  return probabilities.filter((probability) => probability >= threshold).length / probabilities.length;
}

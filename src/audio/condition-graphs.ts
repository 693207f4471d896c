import type { Pcm } from '../types.js';
import type { Graph, Rendered } from './render.js';
import { renderGraph, sourceOf, toFloat, toInt16 } from './render.js';
import { resample } from './resample.js';

/** Edges of the telephone band (-3 dB), after ITU-T G.712's 300-3400 Hz channel. */
export const telephoneBandHz = { low: 300, high: 3400 } as const;
export const telephoneRateHz = 8000;

/** The echo path: the caller's loudspeaker into the caller's microphone. */
export const echoPath = { delayMs: 80, gainDb: -30, lowpassHz: 5000 } as const;

/** The tail of a noise clip that is blended into its head, so that the loop has no seam. */
export const crossfadeMs = 250;

/** `pcm` louder or softer by `gainDb`. */
export async function renderGain(pcm: Pcm, gainDb: number): Promise<Rendered> {
  const samples = await renderGraph(toFloat(pcm.samples), pcm.rateHz, gainGraph(gainDb));
  return toInt16(samples, pcm.rateHz);
}

/**
 * `pcm` with `gainDb`, through the telephone band at its own rate, then at 8 kHz (`resample`, not the engine). Not yet
 * coded: mu-law is applied once, to what the caller's microphone picks up as a whole, when a frame leaves.
 *
 * The band is causal, as a line is: it delays speech by about 0.3 ms (0.29 ms at 1 kHz), which belongs to the line.
 */
export async function renderTelephone(pcm: Pcm, gainDb: number): Promise<Rendered> {
  const band = await renderTelephoneBand(pcm, gainDb);
  return { ...band, pcm: await resample(band.pcm, telephoneRateHz) };
}

/** The telephone band alone, at the rate of `pcm`. */
export async function renderTelephoneBand(pcm: Pcm, gainDb: number): Promise<Rendered> {
  const graph: Graph = (context, source) => bandGraph(context, gainGraph(gainDb)(context, source));
  return toInt16(await renderGraph(toFloat(pcm.samples), pcm.rateHz, graph), pcm.rateHz);
}

/**
 * A noise clip as a loop without a seam: its last 250 ms (a quarter of a shorter clip) are blended into its head with equal
 * power, sin and cos, and cut off, so that the sample after the last is the one that followed it in the clip. Of even length,
 * which makes it a whole number of samples at half the rate.
 */
export async function renderLoop(pcm: Pcm): Promise<Float32Array<ArrayBuffer>> {
  const { rateHz } = pcm;
  const clip = toFloat(pcm.samples);
  const blend = Math.min(Math.round((crossfadeMs * rateHz) / 1000), clip.length >> 2);
  const length = (clip.length - blend) & ~1;
  if (blend < 2) return clip.slice(0, length);
  const ramp = (shape: (x: number) => number) => Float32Array.from({ length: blend }, (_, i) => shape((Math.PI / 2) * (i / (blend - 1))));
  const rampSeconds = (blend - 1) / rateHz;
  const loop = await renderGraph(
    clip.slice(0, length),
    rateHz,
    (context, source) => {
      const tail = sourceOf(context, clip.slice(length, length + blend));
      const [fadeIn, fadeOut] = [context.createGain(), context.createGain()];
      fadeIn.gain.setValueCurveAtTime(ramp(Math.sin), 0, rampSeconds);
      fadeOut.gain.setValueCurveAtTime(ramp(Math.cos), 0, rampSeconds);
      const sum = context.createGain();
      source.connect(fadeIn).connect(sum);
      tail.connect(fadeOut).connect(sum);
      tail.start(0);
      return sum;
    },
    { length },
  );
  return Float32Array.from(loop);
}

/** What filters and resampling see of a loop before and after one round of it: longer than either rings. */
const aroundMs = 500;

/**
 * A loop at `levelDbfs` (RMS over the whole of it), optionally through the telephone line. Filters and resampling see the
 * loop going round, so that it still has no seam; it then begins half a second further on.
 */
export async function renderBed(loop: Float32Array<ArrayBuffer>, rateHz: number, levelDbfs: number, telephone: boolean): Promise<Rendered> {
  const gain = gainGraph(levelDbfs - rmsDbfs(loop));
  if (!telephone) return toInt16(await renderGraph(loop, rateHz, gain), rateHz);
  const graph: Graph = (context, source) => bandGraph(context, gain(context, source));
  const toNarrow = telephoneRateHz / rateHz;
  const around = Math.round((aroundMs * telephoneRateHz) / 1000) / toNarrow;
  const line = toInt16(await renderGraph(loop, rateHz, graph, { length: loop.length + 2 * around, loop: true }), rateHz);
  const { samples } = await resample(line.pcm, telephoneRateHz);
  const first = around * toNarrow;
  return { pcm: { rateHz: telephoneRateHz, samples: samples.slice(first, first + loop.length * toNarrow) }, clippedSamples: line.clippedSamples };
}

/**
 * Impulse response from what the caller hears to the caller's uplink: a delay of 80 ms, -30 dB at 1 kHz, and a gentle
 * second-order low-pass at 5 kHz for a small loudspeaker. Taps below -90 dB are cut off; the array ends with the last one.
 */
export async function renderEchoPath(rateHz: number): Promise<Float32Array> {
  const delaySamples = Math.round((echoPath.delayMs * rateHz) / 1000);
  const response = await renderGraph(
    Float32Array.of(1),
    rateHz,
    (context, source) => {
      const delay = context.createDelay(1);
      delay.delayTime.value = delaySamples / rateHz;
      const gain = context.createGain();
      gain.gain.value = 10 ** (echoPath.gainDb / 20);
      const delayed = source.connect(delay).connect(gain);
      return echoPath.lowpassHz < rateHz / 2 ? delayed.connect(biquad(context, 'lowpass', echoPath.lowpassHz, butterworthQ(2)[0])) : delayed;
    },
    { length: delaySamples + Math.round(rateHz / 50) },
  );
  const least = 10 ** (-90 / 20);
  const taps = response.map((tap) => (Math.abs(tap) < least ? 0 : tap));
  return taps.slice(0, taps.findLastIndex((tap) => tap !== 0) + 1);
}

function gainGraph(gainDb: number): Graph {
  return (context, source) => {
    const gain = context.createGain();
    gain.gain.value = 10 ** (gainDb / 20);
    return source.connect(gain);
  };
}

/** Fourth-order Butterworth high-pass, sixth-order low-pass: flat between, -38 dB at 100 Hz and -33 dB at 5 kHz (of 16 kHz). */
function bandGraph(context: OfflineAudioContext, source: AudioNode): AudioNode {
  let last = source;
  for (const q of butterworthQ(4)) last = last.connect(biquad(context, 'highpass', telephoneBandHz.low, q));
  for (const q of butterworthQ(6)) last = last.connect(biquad(context, 'lowpass', telephoneBandHz.high, q));
  return last;
}

/** Q of each biquad of a Butterworth filter of even order, as amplitude ratios. */
function butterworthQ(order: number): number[] {
  return Array.from({ length: order / 2 }, (_, k) => 1 / (2 * Math.cos((Math.PI * (2 * k + 1)) / (2 * order))));
}

/** The Web Audio API takes the Q of low-pass and high-pass filters in dB. */
function biquad(context: OfflineAudioContext, type: 'lowpass' | 'highpass', frequencyHz: number, q: number): BiquadFilterNode {
  const node = context.createBiquadFilter();
  node.type = type;
  node.frequency.value = frequencyHz;
  node.Q.value = 20 * Math.log10(q);
  return node;
}

/** RMS of floats (full scale = 1), dBFS. */
function rmsDbfs(samples: Float32Array): number {
  let sum = 0;
  for (const value of samples) sum += value * value;
  return 10 * Math.log10(sum / samples.length);
}

import { readRecording } from '../audio/recording.js';
import { resample } from '../audio/resample.js';
import { WavStream } from '../audio/wav-stream.js';
import { BargeinError } from '../errors.js';
import { compressedLengthMs } from './compressed-length.js';
import { firstBytes } from './first-bytes.js';

export type Channel = 'left' | 'right';

/** What both sides said in a stretch of a call; equally long, signed 16 bit, at the call's `rateHz`. */
export interface Sides {
  readonly caller: Int16Array;
  readonly agent: Int16Array;
}

/** A recorded call with the caller on one channel and the agent on the other. Parts of it are read when they are needed. */
export interface Call {
  /** As it was named. */
  readonly file: string;
  /** Samples per second of what `read` returns: the file's own rate, or 16 kHz where that is higher. */
  readonly rateHz: number;
  readonly fileRateHz: number;
  /** Samples of each side. */
  readonly length: number;
  /** Samples `[from, to)`, without the constant offset of the part; what lies beyond the call's ends is left out. */
  read(from: number, to: number): Promise<Sides>;
  close(): Promise<void>;
}

/** Speech holds nothing above 8 kHz that a stop could be found by. */
const highestRateHz = 16000;
/** Resampling needs this many samples around a part, at the lower rate. */
const contextSamples = 4096;
/** The power that weighs a part of a constant offset is taken over this, ms. */
const offsetMs = 10;
/** Compressed audio is decoded whole: longer calls would not fit into memory. */
const longestCompressedMs = 3_600_000;

/** Two channels of samples that can be read in parts. */
interface Source {
  readonly rateHz: number;
  readonly channelCount: number;
  readonly length: number;
  read(from: number, to: number): Promise<Int16Array[]>;
  close(): Promise<void>;
}

/**
 * Opens a recording of two channels. WAV stays on disk, FLAC and Ogg are decoded whole.
 * @throws BargeinError for files that cannot be read, for other than two channels, and for compressed audio of more than an hour
 */
export async function openCall(file: string, callerChannel: Channel): Promise<Call> {
  const source = await openSource(file);
  try {
    refuseOtherThanTwo(source, file);
    refuseOddRate(source, file);
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
  const rateHz = Math.min(source.rateHz, highestRateHz);
  const callerAt = callerChannel === 'left' ? 0 : 1;
  return {
    file,
    rateHz,
    fileRateHz: source.rateHz,
    length: Math.round((source.length * rateHz) / source.rateHz),
    async read(from, to) {
      const channels = await readAtRate(source, rateHz, from, to);
      return { caller: withoutOffset(channels[callerAt], rateHz), agent: withoutOffset(channels[1 - callerAt], rateHz) };
    },
    close: () => source.close(),
  };
}

/** Below, speech is not what the levels are made for; above, no recording is. Either is a damaged header. */
const lowestRateHz = 6000;
const mostRateHz = 400_000;

function refuseOddRate({ rateHz }: Source, file: string): void {
  if (rateHz >= lowestRateHz && rateHz <= mostRateHz) return;
  throw new BargeinError(`${file} states a sample rate of ${rateHz} Hz`, 'export the call again with its true rate: 8000 or more');
}

async function openSource(file: string): Promise<Source> {
  const magic = await firstBytes(file, 4);
  if (magic === 'fLaC' || magic === 'OggS') return decoded(file);
  // What is no WAV of any kind is refused where recordings are read, MP3 with its reason.
  if (!['RIFF', 'RIFX', 'RF64', 'BW64'].includes(magic)) await readRecording(file);
  return WavStream.open(file);
}

async function decoded(file: string): Promise<Source> {
  const statedMs = await compressedLengthMs(file);
  if (statedMs !== null && statedMs > longestCompressedMs) {
    throw new BargeinError(`${file} lasts ${Math.round(statedMs / 60_000)} minutes; compressed audio is decoded whole, up to 60`, `convert it, which WAV of any length is read from: \`ffmpeg -i ${file} -c:a pcm_s16le out.wav\``);
  }
  const { rateHz, channels } = await readRecording(file);
  const [length, channelCount] = [channels[0].length, channels.length];
  return { rateHz, channelCount, length, read: async (from, to) => channels.map((channel) => channel.subarray(Math.max(0, from), Math.max(0, to))), close: async () => {} };
}

function refuseOtherThanTwo({ channelCount }: Source, file: string): void {
  if (channelCount === 1) {
    throw new BargeinError(`${file} is mono: caller and agent cannot be told apart`, `record both sides on channels of their own; two mono files become one with \`ffmpeg -i caller.wav -i agent.wav -filter_complex amerge=inputs=2 call.wav\``);
  }
  if (channelCount > 2) {
    throw new BargeinError(`${file} has ${channelCount} channels; two are needed`, `keep the caller's and the agent's: \`ffmpeg -i ${file} -af "pan=stereo|c0=c0|c1=c1" out.wav\``);
  }
}

/** Samples `[from, to)` at `rateHz`. Parts are cut where both rates have a sample, so that every part has the same phase. */
async function readAtRate(source: Source, rateHz: number, from: number, to: number): Promise<Int16Array[]> {
  const [first, last] = [Math.max(0, from), Math.max(0, to)];
  if (source.rateHz === rateHz) return source.read(first, last);
  const common = greatestCommonDivisor(source.rateHz, rateHz);
  const [inUnit, outUnit] = [source.rateHz / common, rateHz / common];
  const context = Math.ceil(contextSamples / outUnit);
  const firstUnit = Math.max(0, Math.floor(first / outUnit) - context);
  const pieces = await source.read(firstUnit * inUnit, (Math.ceil(last / outUnit) + context) * inUnit);
  const skip = first - firstUnit * outUnit;
  const resampled = await Promise.all(pieces.map((samples) => resample({ rateHz: source.rateHz, samples }, rateHz)));
  return resampled.map(({ samples }) => samples.subarray(skip, skip + last - first));
}

/**
 * Recordings may have a constant offset, which would count as a level. It is the mean of the samples, each 10 ms weighed by the inverse
 * of its power, as values that scatter differently are: speech, whose own mean is not 0 where it is clipped on one side, then says
 * little of what the silence beside it lies at.
 */
function withoutOffset(samples: Int16Array, rateHz: number): Int16Array {
  const length = Math.round((offsetMs * rateHz) / 1000);
  let [sum, weights] = [0, 0];
  for (let at = 0; at < samples.length; at += length) {
    const end = Math.min(samples.length, at + length);
    let [total, squares] = [0, 0];
    for (let i = at; i < end; i++) {
      total += samples[i];
      squares += samples[i] * samples[i];
    }
    const mean = total / (end - at);
    // Rounding to whole samples scatters by 1/12 at least.
    const weight = (end - at) / (Math.max(0, squares / (end - at) - mean * mean) + 1 / 12);
    sum += weight * mean;
    weights += weight;
  }
  const offset = weights === 0 ? 0 : Math.round(sum / weights);
  return offset === 0 ? samples : samples.map((sample) => Math.max(-32768, Math.min(32767, sample - offset)));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

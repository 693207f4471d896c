// What the counterpart agents say: English agent clips of the default corpus, one after the other.
import { readFileSync } from 'node:fs';
import { AudioFrame, AudioResampler } from '@livekit/rtc-node';

const clips = ['welcome', 'departments', 'echo-test', 'screening'];
const folder = new URL('../../corpus/clips/', import.meta.url);
const clipRateHz = 16_000;

/** Mono 16-bit samples of a PCM file of the corpus. */
function samplesOf(name) {
  const bytes = readFileSync(new URL(`agent-en-${name}.wav`, folder));
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'data') return new Int16Array(Uint8Array.prototype.slice.call(bytes, at + 8, at + 8 + length).buffer);
    at += 8 + length + (length % 2);
  }
  throw new Error(`agent-en-${name}.wav has no samples`);
}

/** The whole speech, some 33 seconds, at `rateHz`. */
export function speechAt(rateHz) {
  const joined = concat(clips.map(samplesOf));
  if (rateHz === clipRateHz) return joined;
  const resampler = new AudioResampler(clipRateHz, rateHz, 1);
  const frames = [...resampler.push(new AudioFrame(joined, clipRateHz, 1, joined.length)), ...resampler.flush()];
  resampler.close();
  return concat(frames.map(({ data }) => Int16Array.from(data)));
}

export function concat(pieces) {
  const out = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

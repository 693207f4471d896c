import { vadKinds } from '../vad/index.js';
import type { VadKind } from '../vad/index.js';
import type { AgentOptions } from '../types.js';
import type { BooleanOption, ChoiceOption, NumberOption, OptionValues } from './option-table.js';

function milliseconds(value: number, min: number, max: number, doc: string): NumberOption {
  return { type: 'number', default: value, min, max, unit: 'ms', doc };
}

function ratio(value: number, min: number, max: number, doc: string): NumberOption {
  return { type: 'number', default: value, min, max, unit: null, doc };
}

function toggle(value: boolean, doc: string): BooleanOption {
  return { type: 'boolean', default: value, doc };
}

const vadKind: ChoiceOption<VadKind> = { type: 'choice', default: 'silero', choices: vadKinds, doc: 'voice activity detector' };

/**
 * The reference agent's options. The VAD's defaults are those of the Silero plugin of LiveKit Agents (threshold 0.5, speech after
 * 50 ms, which is two Silero frames, silence after 550 ms): a common stack as it comes, not a choice made after looking at results.
 */
export const referenceOptions = {
  'vad.kind': vadKind,
  'vad.threshold': ratio(0.5, 0.01, 0.99, 'speech from this probability on (energy: 0.5 is 12 dB over the noise floor; webrtc: each quarter is a mode)'),
  'vad.minSpeechMs': milliseconds(50, 0, 5000, 'speech for this long is a start of speech (in whole VAD frames, rounded up)'),
  'vad.minSilenceMs': milliseconds(550, 0, 10_000, 'silence for this long is the end of speech'),
  'guard.ms': milliseconds(0, 0, 60_000, 'the user is ignored for the first ms of a response; speech still going on then interrupts'),
  'decision.delayMs': milliseconds(15, 0, 10_000, 'median of the delay from the start of speech to the cancel (lognormal, seeded)'),
  'decision.spread': ratio(0.3, 0, 3, 'sigma of that lognormal; 0 for a fixed delay'),
  'decision.stallRate': ratio(0, 0, 1, 'share of decisions that stall'),
  'decision.stallMs': milliseconds(250, 0, 10_000, 'what a stall adds'),
  'tts.firstChunkMs': milliseconds(100, 0, 10_000, 'from the request to the first chunk'),
  'tts.chunkMs': milliseconds(30, 1, 2000, 'length of a chunk of speech'),
  'tts.queueMs': milliseconds(400, 0, 600_000, 'how much speech is shipped ahead of real time'),
  flush: toggle(true, 'on a cancel, tell the client to drop what it has not played'),
  'resume.afterMs': milliseconds(0, 0, 60_000, 'go on this long after the end of a false interruption; 0: never'),
  'resume.maxSpeechMs': milliseconds(600, 0, 60_000, 'an interruption shorter than this was a false one'),
  'reply.afterMs': milliseconds(600, 0, 60_000, 'answer this long after the end of an interruption; 0: never'),
} as const;

export type ReferenceOptions = OptionValues<typeof referenceOptions>;

/** Two ways to ship speech, everything else the same: large chunks that are played out, and small ones that are dropped at once. */
export const referencePresets: Readonly<Record<'before' | 'after', AgentOptions>> = {
  before: { 'tts.chunkMs': 200, 'tts.queueMs': 400, flush: false },
  after: { 'tts.chunkMs': 30, 'tts.queueMs': 400, flush: true },
};

/** The calibration agent's options. */
export const programmedOptions = {
  'programmed.delayMs': milliseconds(0, 0, 60_000, 'from the arrival of the first sample that is not 0 to the stop'),
  'programmed.never': toggle(false, 'ignores the user'),
  'programmed.fadeMs': milliseconds(0, 0, 60_000, 'instead of a cut, a fall to nothing over this, linear in amplitude, without a flush'),
  'programmed.leadMs': milliseconds(100, 0, 10_000, 'from the request to the first chunk'),
  'tts.chunkMs': milliseconds(20, 1, 2000, 'length of a chunk of speech'),
  'tts.queueMs': milliseconds(0, 0, 600_000, 'how much speech is shipped ahead of real time'),
  flush: toggle(true, 'at the stop, tell the client to drop what it has not played'),
} as const;

export type ProgrammedOptions = OptionValues<typeof programmedOptions>;

import { profileReference, defaultDetectorOptions } from '../detect/index.js';
import { BargeinError } from '../errors.js';
import { randomFrom, seedOf } from '../time/index.js';
import type { Random } from '../time/index.js';
import type { Attempt, AttemptMedia, MediaFormat, Ms } from '../types.js';
import type { CalibrationCase } from './cases.js';
import { isAudibleAt, isLoudAround, mayInterruptAt } from './material.js';
import type { Material, Pauses } from './material.js';
import { hangsOnDelivery, playStartOf, truthOf } from './truth.js';
import type { ProgrammedStop } from './truth.js';

/** One calibration attempt: what is replayed, and how the agent behind it is programmed. */
export interface CalibrationAttempt {
  readonly attempt: Attempt;
  readonly media: AttemptMedia;
  readonly shipping: CalibrationCase;
  readonly pauses: Pauses;
  /** From the arrival of the onset sample to the decision; null: it never stops. */
  readonly delayMs: Ms | null;
}

/** What the harness is set to while it is calibrated: the truth is computed from these. */
export interface CalibrationSetting {
  readonly targetMs: Ms;
  readonly quantumMs: Ms;
  readonly leadInMs: Ms;
  /** The agent's own delay from the request to its first chunk. */
  readonly leadMs: Ms;
  readonly phaseOf: (attempt: Attempt) => Ms;
  /** The lines to calibrate on, in turn, and how the agent ships and stops, in turn. */
  readonly lines: readonly MediaFormat[];
  readonly cases: readonly CalibrationCase[];
  /** The agent is reached over a transport that takes time of its own. */
  readonly remote: boolean;
}

/** Programmed delays, and the speech that must be left after the onset, ms. */
const leastDelayMs = 20;
const leftMs = 1400;
const tries = 400;

/** @param firstAudioMs when the first chunk arrived, where the transport takes time; null: as the agent is programmed */
export function programmedStop(planned: CalibrationAttempt, onsetMs: Ms, setting: CalibrationSetting, firstAudioMs: Ms | null = null): ProgrammedStop {
  const { shipping, media, attempt } = planned;
  return {
    onsetMs,
    frameMs: media.format.frameMs,
    delayMs: planned.delayMs ?? 0,
    firstChunkMs: firstAudioMs ?? setting.leadInMs + setting.leadMs,
    chunkMs: shipping.chunkMs,
    queueMs: shipping.queueMs,
    responseMs: (media.response.samples.length * 1000) / media.response.rateHz,
    flush: shipping.flush,
    targetMs: setting.targetMs,
    quantumMs: setting.quantumMs,
    phaseMs: setting.phaseOf(attempt),
  };
}

/** Plans attempt `index`: cases, codecs and pauses in turn; offset and delay by chance, such that the cut falls where speech is audible. */
export async function planStop(index: number, seed: number, longestDelayMs: Ms, material: Material, setting: CalibrationSetting, shipping?: CalibrationCase): Promise<CalibrationAttempt> {
  const random = randomFrom(seedOf(seed, 'calibration', index));
  const line = setting.lines[index % setting.lines.length];
  const pauses: Pauses = Math.floor(index / 2) % 2 === 0 ? 'natural' : 'none';
  const chosen = shipping ?? setting.cases[Math.floor(index / 4) % setting.cases.length];
  for (let i = 0; i < tries; i++) {
    const clip = material.agentClips[Math.floor(random() * material.agentClips.length)];
    const delayMs = leastDelayMs + random() * (longestDelayMs - leastDelayMs);
    const planned = await assemble(index, seed, clip, line, pauses, chosen, delayMs, random, material);
    if (planned && fallsOnSpeech(planned, setting)) return planned;
  }
  throw noPlace();
}

/** Plans control `index`: an agent that never stops, its speech full of long pauses. Every second one is talked to. */
export async function planControl(index: number, seed: number, material: Material, { lines, cases }: Pick<CalibrationSetting, 'lines' | 'cases'>): Promise<CalibrationAttempt> {
  const random = randomFrom(seedOf(seed, 'control', index));
  const line = lines[index % lines.length];
  for (let i = 0; i < tries; i++) {
    const clip = material.agentClips[Math.floor(random() * material.agentClips.length)];
    const shipping = cases[index % cases.length];
    const planned = await assemble(index, seed, clip, line, 'inserted', shipping, null, random, material);
    if (planned) return Math.floor(index / 2) % 2 === 0 ? planned : { ...planned, attempt: asControl(planned.attempt), media: { ...planned.media, user: null } };
  }
  throw noPlace();
}

function noPlace(): BargeinError {
  return new BargeinError('no place was found where a calibration attempt could stop', 'the agent clips of the corpus are too short or too quiet: add others with `bargein corpus add`');
}

async function assemble(index: number, seed: number, clip: string, line: MediaFormat, pauses: Pauses, shipping: CalibrationCase, delayMs: Ms | null, random: Random, material: Material): Promise<CalibrationAttempt | null> {
  const response = await material.response(clip, line, pauses, random);
  // Any phase of the frame grid.
  const offsetMs = 120 + random() * 1500;
  if (!mayInterruptAt(response, offsetMs, leftMs)) return null;
  const user = await material.user(line);
  return {
    shipping,
    pauses,
    delayMs,
    media: { format: line, response, user: { pcm: user, onsetSample: 0, endSample: user.samples.length }, prompt: null, bed: null, echo: null, jitter: null },
    attempt: {
      index,
      id: `c${String(index).padStart(4, '0')}`,
      agentClip: clip,
      userClip: material.userClip,
      userClipKind: 'synthetic',
      intent: 'interruption',
      persona: 'none',
      condition: 'clean',
      offsetBand: 'middle',
      offsetMs,
      gainDb: 0,
      bed: null,
      seed: seedOf(seed, 'attempt', index),
    },
  };
}

function asControl(attempt: Attempt): Attempt {
  return { ...attempt, userClip: null, userClipKind: null, intent: 'control' };
}

/** Whether the cut, where it is to be expected, falls on audible speech. */
function fallsOnSpeech(planned: CalibrationAttempt, setting: CalibrationSetting): boolean {
  const { response } = planned.media;
  const toMs = (sample: number) => (sample * 1000) / response.rateHz;
  const playStartMs = playStartOf(programmedStop(planned, 0, setting));
  const onsetMs = playStartMs + toMs(profileReference(response, defaultDetectorOptions).onset) + planned.attempt.offsetMs;
  const stop = programmedStop(planned, onsetMs, setting);
  return !(setting.remote && hangsOnDelivery(stop)) && cutsSpeech(planned, stop);
}

/** Whether such a stop falls on audible speech: by the schedule and the response, whatever is measured. */
export function cutsSpeech({ media: { response }, shipping: { fadeMs } }: CalibrationAttempt, stop: ProgrammedStop): boolean {
  const { playStartMs, stopMs } = truthOf(stop);
  const toSample = (ms: Ms) => Math.round((ms * response.rateHz) / 1000);
  // A fade is judged where it is 20 dB down, which must be heard to be told.
  return fadeMs > 0 ? isLoudAround(response, toSample(stopMs - playStartMs + 0.9 * fadeMs)) : isAudibleAt(response, toSample(stopMs - playStartMs));
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError } from '../errors.js';
import type { Ms } from '../types.js';
import { loadAudioEngine } from './engine.js';
import type { AudioEngine } from './engine.js';
import { resample } from './resample.js';
import { toFloat } from './render.js';

/** Both sides of a call, of one length. */
export interface Stereo {
  readonly left: Int16Array;
  readonly right: Int16Array;
  readonly rateHz: number;
}

/** More than this is not kept waiting: what is heard is to be what happened just now. */
const mostWaitingMs: Ms = 30_000;
/** From when a piece is handed over to when it is heard at the earliest, ms. */
const leadMs: Ms = 100;
/** Between two pieces, ms. */
const gapMs: Ms = 300;

/**
 * Plays calls one after the other. It is fed with calls that are over, from the thread that judges: the thread that sends and stamps
 * knows nothing of it.
 */
export class Monitor {
  readonly #context: BaseAudioContext;
  #freeAtMs: Ms = 0;
  #last: Promise<void> = Promise.resolve();
  /** Calls that were not played since too much was waiting. */
  leftOut = 0;

  /** @param context what plays: that of a device, or one that renders into memory */
  constructor(context: BaseAudioContext) {
    this.#context = context;
  }

  /** The caller is heard left and the agent right. Resolves when the piece has its place, not when it has been heard. */
  async play({ left, right, rateHz }: Stereo): Promise<void> {
    const { sampleRate } = this.#context;
    const [a, b] = await Promise.all([left, right].map((samples) => resample({ rateHz, samples }, sampleRate)));
    const nowMs = this.#context.currentTime * 1000;
    const startMs = Math.max(this.#freeAtMs, nowMs + leadMs);
    if (startMs - nowMs > mostWaitingMs) {
      this.leftOut++;
      return;
    }
    const buffer = this.#context.createBuffer(2, Math.max(a.samples.length, b.samples.length, 1), sampleRate);
    for (const [side, { samples }] of [a, b].entries()) buffer.copyToChannel(toFloat(samples), side);
    this.#freeAtMs = startMs + buffer.duration * 1000 + gapMs;
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    this.#last = new Promise((resolve) => (source.onended = () => resolve()));
    source.start(Math.round((startMs * sampleRate) / 1000) / sampleRate);
  }

  /** Resolves when all that was taken has been heard, or when the signal is raised; then gives the device back. */
  async close(signal: AbortSignal): Promise<void> {
    const raised = new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
    await Promise.race([this.#last, raised]);
    if ('close' in this.#context) await (this.#context as AudioContext).close();
  }
}

/**
 * A monitor on the sound device of this machine.
 * @throws BargeinError where there is none, or the engine cannot be loaded
 */
export async function openMonitor(hasDevice = hasSoundDevice, load?: () => Promise<AudioEngine>): Promise<Monitor> {
  // Asked first: what the engine's native part has to say of a missing device it says at length, and past everybody.
  if (!hasDevice()) throw noDevice();
  const { AudioContext } = await loadAudioEngine(load);
  try {
    return new Monitor(new AudioContext());
  } catch {
    throw noDevice();
  }
}

function noDevice(): BargeinError {
  return new BargeinError('--monitor: there is no sound device here', 'leave it out; with --keep-audio all every attempt is kept as a WAV to listen to');
}

/** Whether something on this machine could play. Linux: a card of ALSA, or a sound server; elsewhere it is left to the engine. */
export function hasSoundDevice(platform: string = process.platform, env: Readonly<Record<string, string | undefined>> = process.env, devices = '/dev/snd'): boolean {
  if (platform !== 'linux' || env.PULSE_SERVER) return true;
  const { XDG_RUNTIME_DIR: runtime } = env;
  if (runtime && ['pulse/native', 'pipewire-0'].some((name) => existsSync(join(runtime, name)))) return true;
  try {
    // pcmC0D0p: something that plays.
    return readdirSync(devices).some((name) => /^pcm.*p$/.test(name));
  } catch {
    return false;
  }
}

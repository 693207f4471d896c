import { callMs, listeningMs } from '../replay/call-length.js';
import { mostSessions } from '../replay/concurrency.js';
import { Replayer } from '../replay/engine.js';
import { prepareMedia } from '../replay/media.js';
import { makeClock } from '../time/index.js';
import type { Ms, RunConfig } from '../types.js';
import { calibrationShape } from './calibration.js';
import type { PreparedRun } from './prepare.js';

export interface DryRun {
  readonly attempts: number;
  /** Attempts replayed beforehand, not counted. */
  readonly warmUps: number;
  /** How long the run would take. On the virtual clock, from a few attempts replayed now; with `auto`, at the most sessions there can be. */
  readonly wallMs: Ms;
  /** Uplink audio that would be sent to the agent, warm-ups included, minutes. */
  readonly audioMinutes: number;
  /** What comes back, about: from an agent that speaks on until the usual end of an attempt, minutes. One that stops late, or starts again, is listened to for longer. */
  readonly downlinkMinutes: number;
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

/** Attempts replayed to see how fast this machine is: some to warm up, some to time. */
const warmUpAttempts = 2;
const timedAttempts = 6;
/** An attempt of the calibration, about, ms. */
const calibrationAttemptMs = 3500;

export async function estimateRun(run: PreparedRun): Promise<DryRun> {
  const { config, corpus, plan } = run;
  const speechMs = await Promise.all(plan.attempts.map((attempt) => listeningMs(attempt, corpus)));
  const callsMs = (await Promise.all(plan.attempts.map((attempt) => callMs(attempt, corpus)))).map((ms) => ms + askingMs(run));
  const warmUps = config.clock === 'realtime' && callsMs.length > 0 ? config.warmUps : 0;
  return {
    attempts: plan.attempts.length,
    warmUps,
    wallMs: config.clock === 'realtime' ? realTimeWallMs(callsMs, { ...config, warmUps }) : await virtualWallMs(run),
    audioMinutes: (sum(callsMs) + sum(firstOf(callsMs, warmUps))) / 60_000,
    downlinkMinutes: (sum(speechMs) + sum(firstOf(speechMs, warmUps))) / 60_000,
    leftOut: plan.leftOut,
  };
}

/** How long an agent that is asked by audio is talked to first. */
function askingMs({ side: { prompt, turns } }: PreparedRun): Ms {
  return turns === 'prompted' && prompt?.audio ? (prompt.audio.samples.length * 1000) / prompt.audio.rateHz : 0;
}

/** Lanes are never idle while attempts are left: the calls' total over the lanes, but no less than the longest one; after a calibration. */
export function realTimeWallMs(callsMs: readonly Ms[], { concurrency, warmUps, calibrationAttempts }: Pick<RunConfig, 'concurrency' | 'warmUps' | 'calibrationAttempts'>): Ms {
  const lanes = concurrency === 'auto' ? mostSessions : concurrency;
  const { controls, concurrency: atOnce } = calibrationShape(calibrationAttempts, lanes);
  const calibrationMs = overLanes(Array.from({ length: calibrationAttempts + controls }, () => calibrationAttemptMs), atOnce);
  return calibrationMs + overLanes(firstOf(callsMs, warmUps), lanes) + overLanes(callsMs, lanes);
}

function overLanes(callsMs: readonly Ms[], lanes: number): Ms {
  return Math.max(sum(callsMs) / lanes, callsMs.reduce((most, ms) => Math.max(most, ms), 0));
}

/** The first `count`, begun again where there are fewer. */
function firstOf(values: readonly number[], count: number): number[] {
  return values.length === 0 ? [] : Array.from({ length: count }, (_, i) => values[i % values.length]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function virtualWallMs(run: PreparedRun): Promise<Ms> {
  const { config, plan } = run;
  const replayer = await Replayer.make({ ...config, variants: [config.agentOptions], replay: { playoutMs: config.playoutMs } });
  const stopwatch = makeClock('realtime');
  const sample = plan.attempts.slice(0, warmUpAttempts + timedAttempts);
  let timedMs = 0;
  for (const [i, attempt] of sample.entries()) {
    await prepareMedia(attempt, replayer.corpus);
    const startMs = stopwatch.now();
    await replayer.replay(attempt, makeClock('virtual'));
    if (i >= warmUpAttempts || sample.length <= warmUpAttempts) timedMs += stopwatch.now() - startMs;
  }
  const timed = Math.max(1, sample.length > warmUpAttempts ? sample.length - warmUpAttempts : sample.length);
  return ((timedMs / timed) * plan.attempts.length) / Math.max(1, config.jobs);
}

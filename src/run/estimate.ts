import { defaultReplayOptions } from '../replay/attempt.js';
import { Replayer } from '../replay/engine.js';
import { prepareMedia } from '../replay/media.js';
import { makeClock } from '../time/index.js';
import type { Ms } from '../types.js';
import type { PreparedRun } from './prepare.js';

export interface DryRun {
  readonly attempts: number;
  /** How long the run would take. On the virtual clock, from a few attempts replayed now. */
  readonly wallMs: Ms;
  /** Uplink audio that would be sent to the agent, minutes. */
  readonly audioMinutes: number;
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

/** Attempts replayed to see how fast this machine is: some to warm up, some to time. */
const warmUpAttempts = 2;
const timedAttempts = 6;
/** From the request to an agent's first audible sample, about, ms. */
const firstWordMs = 200;

export async function estimateRun(run: PreparedRun): Promise<DryRun> {
  const { config, corpus, plan } = run;
  let audioMs = 0;
  for (const attempt of plan.attempts) {
    const clip = attempt.userClip === null ? null : await corpus.clip(attempt.userClip);
    audioMs += defaultReplayOptions.leadInMs + firstWordMs + attempt.offsetMs + (clip ? clip.endMs - clip.onsetMs : 0) + defaultReplayOptions.windowMs;
  }
  const wallMs = config.clock === 'realtime' ? audioMs / config.concurrency : await virtualWallMs(run);
  return { attempts: plan.attempts.length, wallMs, audioMinutes: audioMs / 60_000, leftOut: plan.leftOut };
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

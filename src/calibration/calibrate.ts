import { makeAgent } from '../agents/index.js';
import { loadCorpus } from '../corpus/load.js';
import { defaultMeasureOptions, measureAttempt } from '../measure/attempt.js';
import type { MeasureOptions } from '../measure/attempt.js';
import { defaultReplayOptions, replayAttempt } from '../replay/attempt.js';
import { makeClock, randomFrom, seedOf, StallMonitor } from '../time/index.js';
import type { DrivenClock } from '../time/index.js';
import type { Agent, AttemptResult, Ms } from '../types.js';
import { fadeCase } from './cases.js';
import { Material } from './material.js';
import { planControl, planStop, programmedStop } from './plan.js';
import type { CalibrationAttempt, CalibrationSetting } from './plan.js';
import { summarizeErrors } from './summary.js';
import type { CalibrationReport } from './summary.js';
import { truthOf } from './truth.js';

export interface CalibrationOptions {
  readonly clock: 'virtual' | 'realtime';
  /** Attempts in which the agent stops, at a programmed time. */
  readonly attempts: number;
  /** Attempts in which it never does. */
  readonly controls: number;
  /** Attempts in which its level falls to nothing over 200 ms. */
  readonly fades: number;
  readonly corpusDir: string;
  readonly seed: number;
  /** Sessions at once in real time. */
  readonly concurrency: number;
  /** Longest programmed delay, ms. */
  readonly longestDelayMs: Ms;
  /** Target of the playout buffer, ms. */
  readonly playoutMs: Ms;
  /** How silence is found: that of the run. */
  readonly detection?: Pick<MeasureOptions, 'detector' | 'detectorOptions'>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** The measurement under calibration: replaced only to show that a wrong one is found out. */
  readonly measure?: typeof measureAttempt;
}

export const defaultCalibration = { attempts: 500, controls: 500, fades: 50, seed: 1, concurrency: 8, longestDelayMs: 1500, playoutMs: 40 } as const;

/** The calibration agent's own delay from the request to its first chunk, ms. */
const leadMs = 100;

/** One attempt with what was measured and what was true, latencies in ms from the onset. */
export interface CalibrationPoint {
  readonly planned: CalibrationAttempt;
  readonly result: AttemptResult;
  /** null for a control. */
  readonly trueMs: Ms | null;
  /** null where no stop was reported. */
  readonly measuredMs: Ms | null;
}

/**
 * Measures the measurement: runs the harness against an agent that stops a programmed time after the onset sample arrives, and
 * compares with a closed form (docs/measurement.md section 8).
 */
export async function calibrate(options: CalibrationOptions): Promise<CalibrationReport> {
  const material = await Material.of(await loadCorpus(options.corpusDir));
  const setting: CalibrationSetting = {
    targetMs: options.playoutMs,
    quantumMs: defaultReplayOptions.quantumMs,
    leadInMs: defaultReplayOptions.leadInMs,
    leadMs,
    phaseOf: ({ seed }) => randomFrom(seedOf(seed, 'device'))() * defaultReplayOptions.quantumMs,
  };
  const total = options.attempts + options.fades + options.controls;
  const plan = (i: number) =>
    i < options.attempts
      ? planStop(i, options.seed, options.longestDelayMs, material, setting)
      : i < options.attempts + options.fades
        ? planStop(i, options.seed, options.longestDelayMs, material, setting, fadeCase)
        : planControl(i, options.seed, material);
  const points = options.clock === 'virtual' ? await runVirtually(total, plan, setting, options) : await runInRealTime(total, plan, setting, options);
  return summarizeErrors(points, options.clock);
}

type Plan = (index: number) => Promise<CalibrationAttempt>;
type Judge = () => CalibrationPoint | null;

async function runVirtually(total: number, plan: Plan, setting: CalibrationSetting, options: CalibrationOptions): Promise<CalibrationPoint[]> {
  const points: CalibrationPoint[] = [];
  for (let i = 0; i < total && !options.signal?.aborted; i++) {
    const point = (await replayPoint(await plan(i), makeClock('virtual'), setting, options, null))();
    if (point) points.push(point);
    options.onProgress?.(i + 1, total);
  }
  return points;
}

/** `concurrency` sessions at once; judged when all are over, since nothing heavy may run while sessions do. */
async function runInRealTime(total: number, plan: Plan, setting: CalibrationSetting, options: CalibrationOptions): Promise<CalibrationPoint[]> {
  const clock = makeClock('realtime');
  const stalls = new StallMonitor(clock);
  const queue: CalibrationAttempt[] = [];
  for (let i = 0; i < total; i++) queue.push(await plan(i));
  const judges: Judge[] = [];
  const startMs = clock.now();
  const lane = async (index: number) => {
    await new Promise<void>((resolve) => clock.at(startMs + (500 * index) / options.concurrency, resolve));
    for (let next = queue.shift(); next && !options.signal?.aborted; next = queue.shift()) {
      judges.push(await replayPoint(next, clock, setting, options, stalls));
      options.onProgress?.(judges.length, total);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, (_, index) => lane(index)));
  stalls.stop();
  return judges.flatMap((judge) => judge() ?? []);
}

/** Replays one attempt; what comes back judges it. */
async function replayPoint(planned: CalibrationAttempt, clock: DrivenClock, setting: CalibrationSetting, options: CalibrationOptions, stalls: StallMonitor | null): Promise<Judge> {
  const { shipping, delayMs } = planned;
  const agent = await makeAgent('programmed', {
    'programmed.delayMs': delayMs ?? 0,
    'programmed.never': delayMs === null,
    'programmed.fadeMs': shipping.fadeMs,
    'programmed.leadMs': leadMs,
    'tts.chunkMs': shipping.chunkMs,
    'tts.queueMs': shipping.queueMs,
    flush: shipping.flush,
  });
  const witness = new OnsetWitness();
  // A queue that is played out adds to the delay; what comes after the stop is no part of the question.
  const window = { windowMs: options.longestDelayMs + 1000, resumeMs: 600 };
  const recording = await replayAttempt(planned.attempt, planned.media, witness.watch(agent), clock, {
    ...defaultReplayOptions,
    ...window,
    playoutMs: options.playoutMs,
    stalls,
  });
  return () => {
    const measure = options.measure ?? measureAttempt;
    const result = measure(planned.attempt, recording, planned.media.response, { ...defaultMeasureOptions, ...options.detection, ...window });
    // What the harness spoilt says nothing about what it measures; it is flagged in a run as well.
    if (result.invalidReason === 'harness-late') return null;
    const onsetMs = witness.onsetMs ?? recording.injected?.userOnsetMs ?? null;
    const trueMs = delayMs === null || onsetMs === null ? null : trueLatencyMs(planned, onsetMs, setting);
    return { planned, result, trueMs, measuredMs: measuredMs(planned, result) };
  };
}

function measuredMs({ shipping }: CalibrationAttempt, result: AttemptResult): Ms | null {
  return shipping.fadeMs > 0 ? result.down20DbMs : result.stopLatencyMs;
}

/** A fade that is linear in amplitude is 20 dB down after nine tenths of its length. */
function trueLatencyMs(planned: CalibrationAttempt, onsetMs: Ms, setting: CalibrationSetting): Ms {
  const stop = programmedStop(planned, onsetMs, setting);
  return truthOf(stop).latencyMs + 0.9 * planned.shipping.fadeMs;
}

/** Sees what reaches the agent: when the first sample that is not silence was captured. Independent of what the harness believes. */
class OnsetWitness {
  onsetMs: Ms | null = null;

  watch(agent: Agent): Agent {
    return {
      ...agent,
      connect: async (context) => {
        const session = await agent.connect(context);
        return {
          speak: (turn) => session.speak(turn),
          close: () => session.close(),
          send: (frame, mediaTimeMs) => {
            const first = this.onsetMs === null ? frame.findIndex((sample) => sample !== 0) : -1;
            if (first >= 0) this.onsetMs = mediaTimeMs + (first * 1000) / context.format.rateHz;
            session.send(frame, mediaTimeMs);
          },
        };
      },
    };
  }
}


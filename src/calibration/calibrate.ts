import { setMaxListeners } from 'node:events';
import { makeAgent } from '../agents/index.js';
import { loadCorpus } from '../corpus/load.js';
import { defaultMeasureOptions, measureAttempt } from '../measure/attempt.js';
import type { MeasureOptions } from '../measure/attempt.js';
import { defaultReplayOptions, replayAttempt } from '../replay/attempt.js';
import type { ReplayOptions } from '../replay/attempt.js';
import { runLanes } from '../replay/lanes.js';
import { withLine } from '../replay/line.js';
import type { Line } from '../replay/line.js';
import type { AgentChoice, LineMedia, ReplayOrder, WitnessedRecording } from '../replay/line-orders.js';
import { sharedPcm } from '../replay/shared-samples.js';
import { StartSpread } from '../replay/start-spread.js';
import { Witness } from '../replay/witness.js';
import type { EndedCall } from '../serve/lateness.js';
import { HrtimeClock, makeClock, randomFrom, seedOf } from '../time/index.js';
import type { AgentOptions, AttemptResult, MediaFormat, Ms } from '../types.js';
import { calibrationCases, fadeCase } from './cases.js';
import { Material, ownLines } from './material.js';
import { cutsSpeech, planControl, planStop, programmedStop } from './plan.js';
import type { ProgrammedStop } from './truth.js';
import type { CalibrationAttempt, CalibrationSetting } from './plan.js';
import { summarizeErrors } from './summary.js';
import type { CalibrationReport, LeftOut } from './summary.js';
import { deliveryMs, hangsOnDelivery, truthOf } from './truth.js';

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
  /** The calibration agent behind a transport; null or left out: in this process. */
  readonly wire?: CalibratedWire | null;
  /** The thread that the sessions live in in real time; null or left out: one of its own. */
  readonly line?: Line | null;
  /** The measurement under calibration: replaced only to show that a wrong one is found out. */
  readonly measure?: typeof measureAttempt;
}

/** A served calibration agent, and how it is told when to stop. */
export interface CalibratedWire {
  /** e.g. `twilio:ws://127.0.0.1:8765/` */
  readonly agent: string;
  readonly line: MediaFormat;
  /** What else the wire is to be told, such as its rates. */
  readonly options: AgentOptions;
  /** Agent options that begin so reach the served agent, e.g. `param`. */
  readonly prefix: string;
  /** Whether the far side can have the client drop what it has not played, and may send ahead of real time. */
  readonly flushes: boolean;
  /** What the served agent says of the last call with this seed, which is over; null where it says nothing. Each call is told of once. */
  endOf?(seed: number): Promise<EndedCall | null>;
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
    lines: options.wire ? [options.wire.line] : ownLines,
    cases: calibrationCases.filter(({ flush, queueMs }) => (options.wire?.flushes ?? true) || (!flush && queueMs === 0)),
    remote: Boolean(options.wire),
  };
  const total = options.attempts + options.fades + options.controls;
  const plan = (i: number) =>
    i < options.attempts
      ? planStop(i, options.seed, options.longestDelayMs, material, setting)
      : i < options.attempts + options.fades
        ? planStop(i, options.seed, options.longestDelayMs, material, setting, fadeCase)
        : planControl(i, options.seed, material, setting);
  const { points, ...leftOut } = options.clock === 'virtual' ? await runVirtually(total, plan, setting, options) : await runInRealTime(total, plan, setting, options);
  return summarizeErrors(points, options.clock, leftOut);
}

type Plan = (index: number) => Promise<CalibrationAttempt>;

/** How often an attempt that the harness spoilt is replayed again. */
const retries = 2;

/** How many attempts are tried without a wait. */
const triedOut = 3;

/**
 * An agent that reacts later than a delivery may come does what was programmed at another time, and one that stalls for half of what
 * the playout buffer holds may fall silent when it should not: the truth is no longer known.
 */
function isTooLate({ lateMs, stalledMs }: EndedCall, { playoutMs }: CalibrationOptions): boolean {
  return lateMs > deliveryMs.later || stalledMs > playoutMs / 2;
}

interface Replayed extends LeftOut {
  readonly points: readonly CalibrationPoint[];
}

async function runVirtually(total: number, plan: Plan, setting: CalibrationSetting, options: CalibrationOptions): Promise<Replayed> {
  const points: CalibrationPoint[] = [];
  let unknown = 0;
  for (let i = 0; i < total && !options.signal?.aborted; i++) {
    const point = await replayPoint(await plan(i), setting, options);
    if (point) points.push(point);
    else unknown++;
    options.onProgress?.(i + 1, total);
  }
  return { points, late: 0, unknown };
}

/** `concurrency` sessions at once, on the thread that a run's sessions live in. */
async function runInRealTime(total: number, plan: Plan, setting: CalibrationSetting, options: CalibrationOptions): Promise<Replayed> {
  const signal = options.signal ?? new AbortController().signal;
  // One listener a session: their number says nothing of a leak.
  setMaxListeners(0, signal);
  return withLine(options.line ?? null, async (line) => {
    const planned: CalibrationAttempt[] = [];
    for (let i = 0; i < total && !options.signal?.aborted; i++) planned.push(await onLine(await plan(i), line));
    await warmUp(planned, line, options, signal);
    const points: CalibrationPoint[] = [];
    const leftOut = { late: 0, unknown: 0 };
    const tries = new Map<number, number>();
    const clock = new HrtimeClock();
    const spread = new StartSpread(options.concurrency, setting.lines[0].frameMs, clock.now());
    let done = 0;
    await runLanes<CalibrationAttempt, LineMedia, WitnessedRecording>(planned, {
      lanes: options.concurrency,
      signal,
      prepare: ({ media }) => line.mediaOf(media),
      run: (next, media) => {
        const startNs = clock.epochNs + BigInt(Math.round(spread.next(clock.now()) * 1e6));
        return line.do(orderOf(next, media, startNs, options));
      },
      judge: async (next, seen) => {
        const call = (await options.wire?.endOf?.(next.attempt.seed)) ?? null;
        const point = call !== null && isTooLate(call, options) ? 'late' : judge(next, seen, setting, options);
        const tried = (tries.get(next.attempt.index) ?? 0) + 1;
        tries.set(next.attempt.index, tried);
        if (point === 'late' && tried <= retries) return 'again';
        if (point === 'late') leftOut.late++;
        else if (point === null) leftOut.unknown++;
        else points.push(point);
        options.onProgress?.(++done, total);
        return 'done';
      },
    });
    return { points, ...leftOut };
  });
}

/**
 * What is compiled while it first runs, on either side, is no part of the error. An agent of this process is tried without a wait, a wire with
 * as many calls as there will be at once.
 */
async function warmUp(planned: readonly CalibrationAttempt[], line: Line, options: CalibrationOptions, signal: AbortSignal): Promise<void> {
  const order = async (tried: CalibrationAttempt) => orderOf(tried, await line.mediaOf(tried.media), null, options);
  if (!options.wire) {
    for (const tried of planned.slice(0, triedOut)) await line.do(await order(tried));
    return;
  }
  const tried = planned.slice(0, options.concurrency);
  const orders = await Promise.all(tried.map(order));
  if (signal.aborted) return;
  await Promise.all(orders.map((one) => line.do(one)));
  await Promise.all(tried.map(({ attempt }) => options.wire?.endOf?.(attempt.seed)));
}

function orderOf(planned: CalibrationAttempt, media: LineMedia, startNs: bigint | null, options: CalibrationOptions): ReplayOrder {
  const { attempt } = planned;
  return { kind: 'replay', ...programmedAgent(planned, options.wire ?? null), attempt, media, replay: replayOptionsOf(options), startNs, session: null, witnessed: true };
}

/** The attempt with its response handed over: nothing is left to be done with it while sessions are open. */
async function onLine(planned: CalibrationAttempt, line: Line): Promise<CalibrationAttempt> {
  const response = sharedPcm(planned.media.response);
  await line.announce(response);
  return { ...planned, media: { ...planned.media, response } };
}

/** Replays one attempt on the virtual clock. */
async function replayPoint(planned: CalibrationAttempt, setting: CalibrationSetting, options: CalibrationOptions): Promise<CalibrationPoint | null> {
  const { agent: spec, options: program } = programmedAgent(planned, options.wire ?? null);
  const witness = new Witness();
  const agent = witness.watch(await makeAgent(spec, program));
  const recording = await replayAttempt(planned.attempt, planned.media, agent, makeClock('virtual'), replayOptionsOf(options));
  const point = judge(planned, { recording, witnessed: witness.seen }, setting, options);
  return point === 'late' ? null : point;
}

/** A queue that is played out adds to the delay; what comes after the stop is no part of the question. */
function windowOf({ longestDelayMs }: CalibrationOptions): Pick<ReplayOptions, 'windowMs' | 'resumeMs'> {
  return { windowMs: longestDelayMs + 1000, resumeMs: 600 };
}

function replayOptionsOf(options: CalibrationOptions): ReplayOptions {
  return { ...defaultReplayOptions, ...windowOf(options), playoutMs: options.playoutMs, stalls: null };
}

/** What was measured and what was true; null where the truth is not known, `late` where the harness spoilt it. */
function judge(planned: CalibrationAttempt, { recording, witnessed }: WitnessedRecording, setting: CalibrationSetting, options: CalibrationOptions): CalibrationPoint | 'late' | null {
  const { delayMs } = planned;
  const measure = options.measure ?? measureAttempt;
  const result = measure(planned.attempt, recording, planned.media.response, { ...defaultMeasureOptions, ...options.detection, ...windowOf(options) });
  // What the harness spoilt says nothing about what it measures; it is flagged in a run as well.
  if (result.invalidReason === 'harness-late') return 'late';
  const onsetMs = witnessed?.onsetMs ?? recording.injected?.userOnsetMs ?? null;
  const stop = onsetMs === null ? null : programmedStop(planned, onsetMs, setting, setting.remote ? (witnessed?.firstAudioMs ?? null) : null);
  // Over a transport, what hangs on a millisecond of delivery is not known beforehand. Decided by the schedule, never by the result.
  if (setting.remote && delayMs !== null && stop !== null && hangsOnDelivery(stop)) return null;
  // The onset as it was sent may make it another chunk that is the last one, which nobody has looked at: it may end in a dip of the speech.
  if (delayMs !== null && stop !== null && !cutsSpeech(planned, stop)) return null;
  const trueMs = delayMs === null || stop === null ? null : trueLatencyMs(planned, stop);
  return { planned, result, trueMs, measuredMs: measuredMs(planned, result) };
}

function measuredMs({ shipping }: CalibrationAttempt, result: AttemptResult): Ms | null {
  return shipping.fadeMs > 0 ? result.down20DbMs : result.stopLatencyMs;
}

/** A fade that is linear in amplitude is 20 dB down after nine tenths of its length. */
function trueLatencyMs(planned: CalibrationAttempt, stop: ProgrammedStop): Ms {
  return truthOf(stop).latencyMs + 0.9 * planned.shipping.fadeMs;
}

/** The calibration agent, told what to do: in this process, or by the parameters of its wire. */
function programmedAgent({ shipping, delayMs }: CalibrationAttempt, wire: CalibratedWire | null): AgentChoice {
  const program: AgentOptions = {
    'programmed.delayMs': delayMs ?? 0,
    'programmed.never': delayMs === null,
    'programmed.fadeMs': shipping.fadeMs,
    'programmed.leadMs': leadMs,
    'tts.chunkMs': shipping.chunkMs,
    'tts.queueMs': shipping.queueMs,
    flush: shipping.flush,
  };
  if (wire === null) return { agent: 'programmed', options: program };
  const parameters = Object.entries(program).map(([name, value]) => [`${wire.prefix}.${name}`, value]);
  return { agent: wire.agent, options: { ...wire.options, turns: 'response', ...Object.fromEntries(parameters) } };
}

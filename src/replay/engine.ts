import { setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';
import { makeAgent } from '../agents/index.js';
import { BargeinError } from '../errors.js';
import { loadCorpus } from '../corpus/load.js';
import { makeClock, threadFile } from '../time/index.js';
import type { DrivenClock } from '../time/index.js';
import { sileroCounters } from '../vad/index.js';
import type { SileroCounters } from '../vad/index.js';
import type { Agent, AgentOptions, Attempt, Recording } from '../types.js';
import { defaultReplayOptions, replayAttempt } from './attempt.js';
import type { ReplayOptions } from './attempt.js';
import { prepareMedia } from './media.js';
import type { FarSide } from './media.js';
import { unlessRaised } from './unless-raised.js';
import type { MixedFrames } from './uplink.js';
import type { WorkerOrder, WorkerReply, WorkerSetup } from './worker.js';

export interface EngineOptions {
  readonly corpusDir: string;
  readonly agent: string;
  /** Sets of the agent's options to replay against: one for a run, one a point for a sweep. */
  readonly variants: readonly AgentOptions[];
  readonly replay: Partial<ReplayOptions>;
  /** What a prompted agent is asked for; none by default. */
  readonly prompt?: FarSide['prompt'];
  readonly signal: AbortSignal;
}

/** An attempt, and the variants that it is to be replayed against, by their number. */
export interface Task {
  readonly attempt: Attempt;
  readonly variants: readonly number[];
}

/** What becomes of an attempt that has been replayed: `again` has it replayed once more. */
export type Handle = (attempt: Attempt, recording: Recording, variant: number) => Promise<'done' | 'again'>;

/** Frames and tensors die young: with room for them the collector of a worker runs seldom. */
const youngGenerationMb = 24;

/** Attempts in flight at each worker, each under a clock of its own: what they ask the VAD at once is run at once. */
const inFlight = 16;

/** Every attempt against the only variant there is. */
export function tasksOf(attempts: readonly Attempt[]): Task[] {
  return attempts.map((attempt) => ({ attempt, variants: [0] }));
}

/**
 * Replays attempts on the virtual clock, in `jobs` worker threads or, with 0, in this one. What is recorded does not depend on
 * how many there are. All variants of an attempt come one after the other on the same thread, which then knows what the VAD made of
 * the same uplink. Ends early when the signal is raised.
 * @returns the frames that Silero was run on in each thread, and those it knew
 */
export async function replayVirtually(tasks: readonly Task[], jobs: number, options: EngineOptions, handle: Handle): Promise<SileroCounters[]> {
  // One listener an attempt in flight: their number says nothing of a leak.
  setMaxListeners(0, options.signal);
  const queue = new TaskQueue(tasks, options.signal, handle);
  if (jobs === 0) {
    const replayer = await Replayer.make(options);
    await queue.drain((attempt, variant) => replayer.replay(attempt, makeClock('virtual'), variant));
    return [sileroCounters()];
  }
  const workers = Array.from({ length: Math.min(jobs, Math.max(tasks.length, 1)) }, () => new ReplayWorker(options));
  try {
    await Promise.all(workers.flatMap((worker) => Array.from({ length: inFlight }, () => queue.drain((attempt, variant) => worker.replay(attempt, variant)))));
    return workers.flatMap(({ silero }) => silero ?? []);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** Hands out tasks in order, each once unless `handle` wants one of its replays again. */
class TaskQueue {
  readonly #waiting: Task[];
  readonly #signal: AbortSignal;
  readonly #handle: Handle;

  constructor(tasks: readonly Task[], signal: AbortSignal, handle: Handle) {
    this.#waiting = [...tasks];
    this.#signal = signal;
    this.#handle = handle;
  }

  async drain(replay: (attempt: Attempt, variant: number) => Promise<Recording>): Promise<void> {
    for (let task = this.#waiting.shift(); task && !this.#signal.aborted; task = this.#waiting.shift()) {
      const { attempt } = task;
      for (const variant of task.variants) {
        const recording = await unlessRaised(this.#signal, replay(attempt, variant));
        // What was under way when the signal came is left: it is not a measurement.
        if (recording === null) return;
        if ((await this.#handle(attempt, recording, variant)) === 'again') this.#waiting.push({ attempt, variants: [variant] });
      }
    }
  }
}

/** An agent, once for each set of options, and the corpus it is replayed against. */
export class Replayer {
  /** Of the attempts under way; the latest last. */
  readonly #mixed = new Map<string, MixedFrames>();

  private constructor(
    readonly agents: readonly Agent[],
    readonly corpus: Awaited<ReturnType<typeof loadCorpus>>,
    readonly options: ReplayOptions,
    readonly prompt: FarSide['prompt'],
  ) {}

  static async make(options: Pick<EngineOptions, 'corpusDir' | 'agent' | 'variants' | 'replay' | 'prompt'>): Promise<Replayer> {
    const agents = await Promise.all(options.variants.map((variant) => makeAgent(options.agent, variant)));
    return new Replayer(agents, await loadCorpus(options.corpusDir), { ...defaultReplayOptions, ...options.replay }, options.prompt ?? null);
  }

  async replay(attempt: Attempt, clock: DrivenClock, variant = 0): Promise<Recording> {
    const agent = this.agents[variant];
    const media = await prepareMedia(attempt, this.corpus, { line: agent.line, turns: agent.turns, prompt: this.prompt });
    return replayAttempt(attempt, media, agent, clock, { ...this.options, mixed: this.#mixedFor(attempt, agent) });
  }

  /** Shared by the variants, which follow one another. */
  #mixedFor({ id }: Attempt, { line }: Agent): MixedFrames | null {
    if (this.agents.length === 1) return null;
    const name = `${id} ${JSON.stringify(line)}`;
    const known = this.#mixed.get(name) ?? new Map<string, Int16Array>();
    this.#mixed.delete(name);
    this.#mixed.set(name, known);
    if (this.#mixed.size > inFlight) this.#mixed.delete(this.#mixed.keys().next().value as string);
    return known;
  }
}

class ReplayWorker {
  readonly #worker: Worker;
  /** By the number of the order. */
  readonly #waiting = new Map<number, { resolve(recording: Recording): void; reject(thrown: Error): void }>();
  #orders = 0;
  #broken: Error | null = null;
  silero: SileroCounters | null = null;

  constructor(options: EngineOptions) {
    const setup: WorkerSetup = {
      corpusDir: options.corpusDir,
      agent: options.agent,
      variants: options.variants,
      replay: { ...options.replay, stalls: null },
      prompt: options.prompt,
    };
    const { url, execArgv } = threadFile('worker', import.meta.url);
    this.#worker = new Worker(url, { execArgv, workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } });
    this.#worker.on('message', (reply: WorkerReply) => {
      const waiting = this.#waiting.get(reply.number);
      this.#waiting.delete(reply.number);
      this.silero = reply.silero;
      if (reply.recording) waiting?.resolve(reply.recording);
      else waiting?.reject(reply.fault ? new BargeinError(reply.fault.message, reply.fault.hint, reply.fault.code) : new Error(reply.error ?? 'a worker gave no answer'));
    });
    this.#worker.on('error', (thrown: Error) => this.#fail(thrown));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a worker ended with code ${code}`)));
  }

  replay(attempt: Attempt, variant: number): Promise<Recording> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      const order: WorkerOrder = { number: this.#orders++, attempt, variant };
      this.#waiting.set(order.number, { resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(thrown: Error): void {
    this.#broken ??= thrown;
    for (const { reject } of this.#waiting.values()) reject(thrown);
    this.#waiting.clear();
  }
}

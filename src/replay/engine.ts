import { setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';
import { makeAgent } from '../agents/index.js';
import { BargeinError } from '../errors.js';
import { loadCorpus } from '../corpus/load.js';
import { defaultDetectorOptions, profileReference } from '../detect/index.js';
import { makeClock } from '../time/index.js';
import type { DrivenClock } from '../time/index.js';
import { sileroCounters } from '../vad/index.js';
import type { SileroCounters } from '../vad/index.js';
import type { Agent, AgentOptions, Attempt, Recording } from '../types.js';
import { defaultReplayOptions, replayAttempt } from './attempt.js';
import type { ReplayOptions } from './attempt.js';
import { formatOf, prepareMedia } from './media.js';
import type { WorkerReply, WorkerSetup } from './worker.js';

export interface EngineOptions {
  readonly corpusDir: string;
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  readonly replay: Partial<ReplayOptions>;
  readonly signal: AbortSignal;
}

/** What becomes of an attempt that has been replayed: `again` puts it back at the end of the queue. */
export type Handle = (attempt: Attempt, recording: Recording) => Promise<'done' | 'again'>;

/** Frames and tensors die young: with room for them the collector of a worker runs seldom. */
const youngGenerationMb = 96;

/** Attempts in flight at each worker: one at work, one at hand. */
const inFlight = 2;

/**
 * Replays attempts on the virtual clock, in `jobs` worker threads or, with 0, in this one. What is recorded does not depend on
 * how many there are. Ends early when the signal is raised.
 * @returns the frames that Silero was run on in each thread, and those it knew
 */
export async function replayVirtually(attempts: readonly Attempt[], jobs: number, options: EngineOptions, handle: Handle): Promise<SileroCounters[]> {
  // One listener an attempt in flight: their number says nothing of a leak.
  setMaxListeners(0, options.signal);
  const queue = new AttemptQueue(attempts, options.signal, handle);
  if (jobs === 0) {
    const replayer = await Replayer.make(options);
    await queue.drain((attempt) => replayer.replay(attempt, makeClock('virtual')));
    return [sileroCounters()];
  }
  const workers = Array.from({ length: Math.min(jobs, Math.max(attempts.length, 1)) }, () => new ReplayWorker(options));
  try {
    await Promise.all(workers.flatMap((worker) => Array.from({ length: inFlight }, () => queue.drain((attempt) => worker.replay(attempt)))));
    return workers.flatMap(({ silero }) => silero ?? []);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/**
 * Replays attempts in real time on one clock, in waves of `concurrency` sessions whose starts are spread over a second, so that
 * their frames do not fall on the same instants. Recordings are handled between waves: nothing heavy may run while sessions do.
 */
export async function replayInRealTime(attempts: readonly Attempt[], concurrency: number, clock: DrivenClock, agent: Agent, options: EngineOptions, handle: Handle): Promise<void> {
  const replayer = await Replayer.make(options, agent);
  const waiting = [...attempts];
  const { stalls } = replayer.options;
  stalls?.watch(false);
  await replayer.warmUp(attempts, clock);
  while (waiting.length > 0 && !options.signal.aborted) {
    const wave = waiting.splice(0, concurrency);
    stalls?.watch(false);
    for (const attempt of wave) await replayer.prepare(attempt);
    stalls?.watch(true);
    const startMs = clock.now();
    const sessions = wave.map(async (attempt, i) => {
      await new Promise<void>((resolve) => clock.at(startMs + (spreadMs * i) / wave.length, resolve));
      return replayer.replay(attempt, clock);
    });
    const recordings = await unlessRaised(options.signal, Promise.all(sessions));
    stalls?.watch(false);
    if (recordings === null) return;
    for (const [i, attempt] of wave.entries()) {
      if ((await handle(attempt, recordings[i])) === 'again') waiting.push(attempt);
    }
  }
}

/** Over how long the starts of a wave are spread, ms. */
const spreadMs = 1000;

/**
 * What `work` comes to; null when the signal is raised first. (Racing against one promise for the whole run would keep every result
 * for as long.)
 */
function unlessRaised<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Hands out attempts in order, each once unless `handle` wants it again. */
class AttemptQueue {
  readonly #waiting: Attempt[];
  readonly #signal: AbortSignal;
  readonly #handle: Handle;

  constructor(attempts: readonly Attempt[], signal: AbortSignal, handle: Handle) {
    this.#waiting = [...attempts];
    this.#signal = signal;
    this.#handle = handle;
  }

  async drain(replay: (attempt: Attempt) => Promise<Recording>): Promise<void> {
    while (!this.#signal.aborted) {
      const attempt = this.#waiting.shift();
      if (!attempt) return;
      const recording = await unlessRaised(this.#signal, replay(attempt));
      // What was under way when the signal came is left: it is not a measurement.
      if (recording === null) return;
      if ((await this.#handle(attempt, recording)) === 'again') this.#waiting.push(attempt);
    }
  }
}

/** An agent and the corpus it is replayed against. */
export class Replayer {
  private constructor(
    readonly agent: Agent,
    readonly corpus: Awaited<ReturnType<typeof loadCorpus>>,
    readonly options: ReplayOptions,
  ) {}

  static async make(options: Pick<EngineOptions, 'corpusDir' | 'agent' | 'agentOptions' | 'replay'>, agent?: Agent): Promise<Replayer> {
    const made = agent ?? (await makeAgent(options.agent, options.agentOptions));
    return new Replayer(made, await loadCorpus(options.corpusDir), { ...defaultReplayOptions, ...options.replay });
  }

  /** Reads, renders and profiles what an attempt needs, so that nothing of it is left to do while sessions run. */
  async prepare(attempt: Attempt): Promise<void> {
    const { response } = await prepareMedia(attempt, this.corpus);
    if (response.samples.length > 0) profileReference(response, defaultDetectorOptions);
  }

  /** Connects to an agent of this process once for every line, so that what it loads and compiles delays no session. */
  async warmUp(attempts: readonly Attempt[], clock: DrivenClock): Promise<void> {
    if (!this.agent.inProcess) return;
    const formats = new Map(attempts.map(({ condition }) => [formatOf(condition).rateHz, formatOf(condition)]));
    for (const format of formats.values()) {
      const session = await this.agent.connect({ clock, format, seed: 0, audio: () => {}, flush: () => {}, event: () => {} });
      await session.close();
    }
  }

  async replay(attempt: Attempt, clock: DrivenClock): Promise<Recording> {
    return replayAttempt(attempt, await prepareMedia(attempt, this.corpus), this.agent, clock, this.options);
  }
}

class ReplayWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<string, { resolve(recording: Recording): void; reject(thrown: Error): void }>();
  #broken: Error | null = null;
  silero: SileroCounters | null = null;

  constructor(options: EngineOptions) {
    const setup: WorkerSetup = {
      corpusDir: options.corpusDir,
      agent: options.agent,
      agentOptions: options.agentOptions,
      replay: { ...options.replay, stalls: null },
    };
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } });
    this.#worker.on('message', (reply: WorkerReply) => {
      const waiting = this.#waiting.get(reply.attemptId);
      this.#waiting.delete(reply.attemptId);
      this.silero = reply.silero;
      if (reply.recording) waiting?.resolve(reply.recording);
      else waiting?.reject(reply.fault ? new BargeinError(reply.fault.message, reply.fault.hint, reply.fault.code) : new Error(reply.error ?? 'a worker gave no answer'));
    });
    this.#worker.on('error', (thrown: Error) => this.#fail(thrown));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a worker ended with code ${code}`)));
  }

  replay(attempt: Attempt): Promise<Recording> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.set(attempt.id, { resolve, reject });
      this.#worker.postMessage(attempt);
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

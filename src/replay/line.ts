import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { CallFolder } from '../agents/response-file.js';
import { ThreadChildren } from '../agents/thread-children.js';
import { BargeinError } from '../errors.js';
import { beServedLast, threadFile, unlessStuck } from '../time/index.js';
import type { LatenessFigures } from '../time/index.js';
import type { AttemptMedia, Pcm } from '../types.js';
import type { LineAnswers, LineMedia, LineOrder, LineReply, LineSetup, NumberedOrder } from './line-orders.js';
import { sharedPcm } from './shared-samples.js';

/** How long hanging up may take before the thread is ended, ms. */
const hangUpLimitMs = 5000;

/**
 * Much of what a session receives lives until the attempt is over. In a small young generation it is copied in small portions: each
 * collection then takes about a millisecond, where the usual 48 MB are copied for 10 to 40, which every frame would wait for.
 */
const youngGenerationMb = 3;

/**
 * What outlives an attempt by a little ends up in the old generation. V8 clears it each time that it has grown by some 10 MB, with 16 sessions
 * every 5 seconds for 5 to 14 ms, and meanwhile with all processors: every second attempt then had a frame that was too late. It may grow to
 * this before the first time, which is seldom enough.
 */
const oldGenerationMb = 128;

/**
 * The collector copies what is young with helpers on other threads, which are served like any other: until they have had a core, every frame
 * waits. Three megabytes are copied as fast alone.
 */
const collectAlone = '--no-parallel-scavenge';

interface Waiting {
  resolve(answer: LineReply['answer']): void;
  reject(thrown: Error): void;
}

/** The thread that all sessions of a real-time replay live in, seen from outside. */
export class Line {
  readonly #worker: Worker;
  /** Ended with the thread, and with this process however it ends. */
  readonly #children = new ThreadChildren();
  readonly #callFolder = new CallFolder();
  readonly #waiting = new Map<number, Waiting>();
  readonly #responses = new Map<Int16Array, number>();
  #orders = 0;
  #broken: Error | null = null;
  /** How late empty deadlines have been so far while sessions were open; null before the first one. */
  floor: LatenessFigures | null = null;

  constructor() {
    const { url, execArgv } = threadFile('line-thread', import.meta.url);
    // Read when a thread starts: no limit of one thread says it.
    setFlagsFromString(collectAlone);
    setFlagsFromString(`--initial-old-space-size=${oldGenerationMb}`);
    const setup: LineSetup = { children: this.#children.memory, callFolder: this.#callFolder.path };
    this.#worker = new Worker(url, { execArgv, workerData: setup, resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } });
    this.#worker.once('online', () => {
      setFlagsFromString('--initial-old-space-size=0');
      // Judging and rendering on this thread wait for the sessions, whose threads have been started.
      beServedLast();
    });
    this.#worker.on('message', (reply: LineReply) => this.#settle(reply));
    this.#worker.on('error', (thrown: Error) => this.#fail(thrown));
    this.#worker.on('exit', (code) => {
      this.#children.close();
      this.#callFolder.close();
      this.#fail(new Error(`the thread of the sessions ended with code ${code}`));
    });
  }

  /** @throws BargeinError for what the user can mend; Error where the thread broke */
  async do<Kind extends LineOrder['kind']>(order: Extract<LineOrder, { kind: Kind }>): Promise<LineAnswers[Kind]> {
    if (this.#broken) throw this.#broken;
    const answer = await new Promise<LineReply['answer']>((resolve, reject) => {
      const numbered: NumberedOrder = { number: this.#orders++, order };
      this.#waiting.set(numbered.number, { resolve, reject });
      this.#worker.postMessage(numbered);
    });
    return answer as LineAnswers[Kind];
  }

  /** Hands a response over once, and resolves when all is known of it that a session needs. @returns its number; null: it is empty */
  async announce(pcm: Pcm): Promise<number | null> {
    if (pcm.samples.length === 0) return null;
    const known = this.#responses.get(pcm.samples);
    if (known !== undefined) return known;
    const response = this.#responses.size;
    this.#responses.set(pcm.samples, response);
    await this.do({ kind: 'response', response, pcm: sharedPcm(pcm) });
    return response;
  }

  /** The audio of an attempt as the thread takes it: shared, not copied. */
  async mediaOf({ response, format, prompt, user, bed, echo, jitter }: AttemptMedia): Promise<LineMedia> {
    return {
      format,
      response: await this.announce(response),
      prompt: prompt && { ...prompt, audio: prompt.audio && sharedPcm(prompt.audio) },
      user: user && { ...user, pcm: sharedPcm(user.pcm) },
      bed: bed && { ...bed, pcm: sharedPcm(bed.pcm) },
      echo,
      jitter,
    };
  }

  /** Hangs up every session, for as long as that may take, and ends the thread. Never throws. */
  async end(): Promise<void> {
    if (!this.#broken) await unlessStuck(this.do({ kind: 'end' }), hangUpLimitMs, 'hanging up').catch(() => {});
    await this.#worker.terminate();
  }

  #settle({ number, answer, error, fault, floor }: LineReply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    this.floor = floor;
    if (fault) waiting?.reject(new BargeinError(fault.message, fault.hint, fault.code));
    else if (error !== null) waiting?.reject(new Error(error));
    else waiting?.resolve(answer);
  }

  #fail(thrown: Error): void {
    this.#broken ??= thrown;
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }
}

/** Works with the thread that is given, which goes on and is warm for what comes next; else with one of its own, which ends with the work. */
export async function withLine<Result>(given: Line | null, work: (line: Line) => Promise<Result>): Promise<Result> {
  if (given) return work(given);
  const own = new Line();
  try {
    return await work(own);
  } finally {
    await own.end();
  }
}

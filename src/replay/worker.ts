import { parentPort, workerData } from 'node:worker_threads';
import { BargeinError, messageOf } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { makeClock } from '../time/index.js';
import type { AgentOptions, Attempt, Recording } from '../types.js';
import { sileroCounters } from '../vad/index.js';
import type { SileroCounters } from '../vad/index.js';
import { failRunning } from './attempt.js';
import type { ReplayOptions } from './attempt.js';
import { Replayer } from './engine.js';
import type { FarSide } from './media.js';

/** What a worker thread is told once. */
export interface WorkerSetup {
  readonly corpusDir: string;
  readonly agent: string;
  readonly variants: readonly AgentOptions[];
  readonly replay: Partial<ReplayOptions>;
  readonly prompt?: FarSide['prompt'];
}

/** One replay to do. */
export interface WorkerOrder {
  /** Which order of this worker it is. */
  readonly number: number;
  readonly attempt: Attempt;
  readonly variant: number;
}

/** What it answers to each order. */
export interface WorkerReply {
  readonly number: number;
  readonly recording: Recording | null;
  readonly error: string | null;
  /** What the thread's Silero has done so far. */
  readonly silero: SileroCounters;
  /** The user's mistake, where it was one. */
  readonly fault: { readonly message: string; readonly hint: string; readonly code: ExitCode } | null;
}

// What an agent's code throws on its own ends the attempts that are going on, not the run.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  if (parentPort) process.on(event, (thrown) => void failRunning(thrown));
}

if (parentPort) serve(parentPort, workerData as WorkerSetup);

function serve(port: NonNullable<typeof parentPort>, setup: WorkerSetup): void {
  const replayer = Replayer.make(setup);
  port.on('message', (order: WorkerOrder) => void reply(order));

  async function reply({ number, attempt, variant }: WorkerOrder): Promise<void> {
    let answer: Omit<WorkerReply, 'silero'>;
    try {
      answer = { number, recording: await (await replayer).replay(attempt, makeClock('virtual'), variant), error: null, fault: null };
    } catch (thrown) {
      const fault = thrown instanceof BargeinError ? { message: thrown.message, hint: thrown.hint, code: thrown.code } : null;
      answer = { number, recording: null, error: messageOf(thrown), fault };
    }
    port.postMessage({ ...answer, silero: sileroCounters() } satisfies WorkerReply);
  }
}

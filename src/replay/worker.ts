import { parentPort, workerData } from 'node:worker_threads';
import { BargeinError, messageOf } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { makeClock } from '../time/index.js';
import type { AgentOptions, Attempt, Recording } from '../types.js';
import { sileroCounters } from '../vad/index.js';
import type { SileroCounters } from '../vad/index.js';
import type { ReplayOptions } from './attempt.js';
import { Replayer } from './engine.js';

/** What a worker thread is told once. */
export interface WorkerSetup {
  readonly corpusDir: string;
  readonly agent: string;
  readonly agentOptions: AgentOptions;
  readonly replay: Partial<ReplayOptions>;
}

/** What it answers to each attempt. */
export interface WorkerReply {
  readonly attemptId: string;
  readonly recording: Recording | null;
  readonly error: string | null;
  /** What the thread's Silero has done so far. */
  readonly silero: SileroCounters;
  /** The user's mistake, where it was one. */
  readonly fault: { readonly message: string; readonly hint: string; readonly code: ExitCode } | null;
}

if (parentPort) serve(parentPort, workerData as WorkerSetup);

function serve(port: NonNullable<typeof parentPort>, setup: WorkerSetup): void {
  const replayer = Replayer.make(setup);
  // One attempt after another: under the virtual clock there is nothing to overlap.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (attempt: Attempt) => {
    last = last.then(async () => {
      let reply: WorkerReply;
      try {
        reply = { attemptId: attempt.id, recording: await (await replayer).replay(attempt, makeClock('virtual')), error: null, silero: sileroCounters(), fault: null };
      } catch (thrown) {
        const fault = thrown instanceof BargeinError ? { message: thrown.message, hint: thrown.hint, code: thrown.code } : null;
        reply = { attemptId: attempt.id, recording: null, error: messageOf(thrown), silero: sileroCounters(), fault };
      }
      port.postMessage(reply);
    });
  });
}

import type { Look } from '../agents/fingerprint.js';
import type { Clock, Ms } from '../types.js';

export interface Watching {
  readonly look: Look;
  readonly clock: Clock;
  /** Raised: stop watching. What `run` does with it is its own affair. */
  readonly signal: AbortSignal;
  /** How often the agent is looked at, ms. */
  readonly everyMs: Ms;
  /** Called where the agent is not there and is waited for. */
  waiting(): void;
}

/**
 * Calls `run` once the agent is there, and again whenever it is another one than it was before the last call: restarted, or its file
 * changed. It has to look the same twice first, so that a file half written or a program still starting is not called.
 */
export async function watchAgent(watching: Watching, run: (turn: number) => Promise<void>): Promise<void> {
  let last: string | null = null;
  for (let turn = 1; ; turn++) {
    last = await nextStart(watching, last);
    if (last === null) return;
    await run(turn);
  }
}

/** The next start of the agent that is not `last`; null where the signal came first. */
async function nextStart(watching: Watching, last: string | null): Promise<string | null> {
  const { look, signal, everyMs, clock } = watching;
  let before: string | null = null;
  let told = false;
  while (!signal.aborted) {
    const now = await look();
    if (now !== null && now !== last && now === before) return now;
    if (now === null && !told) {
      watching.waiting();
      told = true;
    }
    before = now;
    await wait(clock, everyMs, signal);
  }
  return null;
}

function wait(clock: Clock, ms: Ms, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(clock.now() + ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}

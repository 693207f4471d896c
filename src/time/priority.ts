import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Niceness by what a thread is for: below 0 is served first, above 0 last. On Linux a niceness belongs to a thread, elsewhere to the process. */
const niceness = { punctual: -10, usual: 0, patient: 10 } as const;

const chrtTimeoutMs = 2000;

let mine: keyof typeof niceness = 'usual';

/**
 * Has this thread served before others, whose time slices of some milliseconds it would otherwise wait for. Only where the user may do so
 * (root, or CAP_SYS_NICE): elsewhere the schedule shows whether it matters. What the thread starts meanwhile inherits the niceness.
 */
export function beServedFirst(): void {
  if (take('punctual')) interruptOthers();
}

/**
 * Niceness alone lets whoever has the core keep it until the next tick (4 ms at 250 Hz); a thread of the real-time class has it at once. With
 * `chrt` of util-linux, since Node cannot ask for it; what the thread starts does not inherit it. Not on one core, which others need as well.
 */
function interruptOthers(): void {
  if (availableParallelism() < 2) return;
  // Where chrt is absent or refused, niceness has to do.
  spawnSync('chrt', ['--reset-on-fork', '--fifo', '--pid', '1', basename(readlinkSync('/proc/thread-self'))], { stdio: 'ignore', timeout: chrtTimeoutMs });
}

/** Has this thread served after all others. Only where that can be taken back: threads that it starts later inherit it, and may have to be punctual. */
export function beServedLast(): void {
  if (take('punctual')) take('patient');
}

/** Starts another program at the usual priority, whatever that of this thread is. */
export function atUsualPriority<T>(start: () => T): T {
  const before = mine;
  if (before === 'usual') return start();
  take('usual');
  try {
    return start();
  } finally {
    take(before);
  }
}

/** @returns whether it may */
function take(wanted: keyof typeof niceness): boolean {
  if (process.platform !== 'linux') return false;
  try {
    setPriority(0, niceness[wanted]);
  } catch {
    // Not allowed.
    return false;
  }
  mine = wanted;
  return true;
}

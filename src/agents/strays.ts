import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

const variable = 'BARGEIN_CHILD';
const table = '/proc';

/**
 * What a program starts bears this mark in its environment, and can be found by it where it has left the program's process group (as
 * `setsid` does). Found on Linux only, where the environment of a process of the same user can be read (proc(5)). Whoever bears a mark that
 * is made within this one bears this one too.
 */
export class StrayMark {
  /** @param text known to whoever else is to find by this mark */
  constructor(readonly text: string = randomText()) {}

  within(): StrayMark {
    return new StrayMark(`${this.text}.${randomText()}`);
  }

  get environment(): Readonly<Record<string, string>> {
    return { [variable]: this.text };
  }

  /** Ends all that bear the mark. */
  async end(): Promise<void> {
    if (process.platform !== 'linux') return;
    const pids = (await readdir(table)).filter(isPid);
    await Promise.all(pids.map(async (pid) => this.#endIfMarked(pid, await readFile(environmentOf(pid), 'latin1').catch(() => ''))));
  }

  /** The same where nothing can be waited for: this process is ending. Never throws. */
  endNow(): void {
    if (process.platform !== 'linux') return;
    for (const pid of orElse(() => readdirSync(table), []).filter(isPid)) this.#endIfMarked(pid, orElse(() => readFileSync(environmentOf(pid), 'latin1'), ''));
  }

  #endIfMarked(pid: string, environment: string): void {
    const own = `${variable}=${this.text}`;
    if (!environment.split('\0').some((entry) => entry === own || entry.startsWith(`${own}.`))) return;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function randomText(): string {
  return randomBytes(16).toString('hex');
}

function isPid(name: string): boolean {
  return /^\d+$/.test(name) && Number(name) !== process.pid;
}

function environmentOf(pid: string): string {
  return `${table}/${pid}/environ`;
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

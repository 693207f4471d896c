import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

const variable = 'BARGEIN_CHILD';
const table = '/proc';

/**
 * What a program starts bears this mark in its environment, and can be found by it where it has left the program's process group (as
 * `setsid` does). Found on Linux only, where the environment of a process of the same user can be read (proc(5)).
 */
export class StrayMark {
  readonly #text = randomBytes(16).toString('hex');

  get environment(): Readonly<Record<string, string>> {
    return { [variable]: this.#text };
  }

  /** Ends all that bear the mark. */
  async end(): Promise<void> {
    if (process.platform !== 'linux') return;
    const pids = (await readdir(table)).filter(isPid);
    await Promise.all(pids.map(async (pid) => this.#endIfMarked(pid, await readFile(environmentOf(pid), 'latin1').catch(() => ''))));
  }

  /** The same where nothing can be waited for: this process is ending. */
  endNow(): void {
    if (process.platform !== 'linux') return;
    for (const pid of readdirSync(table).filter(isPid)) this.#endIfMarked(pid, readNow(environmentOf(pid)));
  }

  #endIfMarked(pid: string, environment: string): void {
    if (!environment.split('\0').includes(`${variable}=${this.#text}`)) return;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function isPid(name: string): boolean {
  return /^\d+$/.test(name) && Number(name) !== process.pid;
}

function environmentOf(pid: string): string {
  return `${table}/${pid}/environ`;
}

function readNow(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

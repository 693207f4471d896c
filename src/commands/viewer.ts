import { spawn } from 'node:child_process';
import { HrtimeClock } from '../time/index.js';
import type { Terminal } from './terminal.js';

/** A program that shows a file, and its arguments. It is started without a shell: a path may hold anything. */
export interface Viewer {
  readonly program: string;
  readonly words: readonly string[];
}

/** What opens a file on a platform; null where there is no display to show it on. */
export function viewerFor(path: string, platform: NodeJS.Platform, env: Terminal['env']): Viewer | null {
  switch (platform) {
    case 'darwin':
      return { program: 'open', words: [path] };
    case 'win32':
      // `start` is a word of the shell; this is what it calls for a file.
      return { program: 'rundll32', words: ['url.dll,FileProtocolHandler', path] };
    case 'aix':
    case 'android':
    case 'freebsd':
    case 'haiku':
    case 'linux':
    case 'openbsd':
    case 'sunos':
    case 'cygwin':
    case 'netbsd':
      return env.DISPLAY || env.WAYLAND_DISPLAY ? { program: 'xdg-open', words: [path] } : null;
  }
}

/** One that has not given up by then shows the file, or goes on with what shows it, ms. */
const givesUpWithinMs = 3000;

/** @throws Error where there is no such program, or it says at once that it could not show the file */
export async function startViewer({ program, words }: Viewer, withinMs = givesUpWithinMs): Promise<void> {
  const clock = HrtimeClock.modest();
  const child = spawn(program, words, { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    clock.at(withinMs, resolve);
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code ?? 'a signal'}`))));
  }).finally(() => clock.close());
  child.unref();
}

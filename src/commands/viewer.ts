import { spawn } from 'node:child_process';
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

/** @throws Error where there is no such program */
export function startViewer({ program, words }: Viewer): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'ignore', detached: true });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

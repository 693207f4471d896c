#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { loadBackend } from './commands/backend.js';
import { reportThrown } from './commands/exit.js';
import { foldLines } from './commands/fold.js';
import { runProgram } from './commands/program.js';
import { columnsOf, takesColour } from './commands/terminal.js';
import type { Terminal } from './commands/terminal.js';
import { exitCode } from './errors.js';

const { stdin, stdout, stderr, env } = process;
const interruption = new AbortController();

/** The first time a run is asked to end and keeps what it has; the second time the program ends at once. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(exitCode.interrupted);
  interruption.abort();
  // The terminal has echoed ^C at the start of the line.
  stderr.write('\rinterrupted: finishing what is under way; once more ends at once\n');
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  // While it asks, the terminal's Ctrl-C comes here and not as a signal.
  lines.on('SIGINT', interrupt);
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: interruption.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    lines.close();
  }
}

/** A reader that has seen enough (`| head`) is no reason to lose a run. */
function ignoreClosedPipe(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'EPIPE') throw thrown;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => void stream.write('', () => resolve()));
}

const terminal: Terminal = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(stderr.isTTY ? foldLines(text, columnsOf(stderr)) : text),
  columns: columnsOf(stdout),
  colour: takesColour(stdout, env),
  errScreen: stderr.isTTY ? stderr : null,
  confirm: stdin.isTTY && stderr.isTTY ? confirm : null,
  env,
  signal: interruption.signal,
};

stdout.on('error', ignoreClosedPipe);
stderr.on('error', ignoreClosedPipe);
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);
process.on('uncaughtException', (thrown) => process.exit(reportThrown(thrown, terminal)));

const code = await runProgram(process.argv.slice(2), terminal, loadBackend);
await flushed(stdout);
await flushed(stderr);
process.exit(code);

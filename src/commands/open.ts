import { Command } from '@commander-js/extra-typings';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { startViewer, viewerFor } from './viewer.js';
import type { Viewer } from './viewer.js';
import { latestReport, reportFile } from './latest-report.js';
import type { Terminal } from './terminal.js';

const examples = `
Examples:
  bargein open
  bargein open results/reference-after-quick
  bargein open results/reference-after-quick --print`;

export function declareOpen() {
  return new Command('open')
    .summary('open the HTML report of a run')
    .description('Open report.html of a run in the browser. Where there is no display, its path is printed.')
    .argument('[run]', 'a folder of results, or a report (default: the report written last below results/)')
    .option('--print', 'only print the path')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type OpenFlags = ReturnType<ReturnType<typeof declareOpen>['opts']>;

/** What differs from machine to machine. A test hands in its own. */
export interface Desktop {
  readonly platform: NodeJS.Platform;
  /** Starts a program and leaves it to itself. @throws Error where it cannot be started */
  start(viewer: Viewer): Promise<void>;
}

const ownDesktop: Desktop = { platform: process.platform, start: startViewer };

/** `bargein open`. Standard output has the path alone, so that it can be handed on. */
export async function openReport(run: string | undefined, flags: OpenFlags, terminal: Terminal, desktop: Desktop = ownDesktop): Promise<ExitCode> {
  const path = resolve(run === undefined ? newest() : reportOf(run));
  const viewer = flags.print === true ? null : viewerFor(path, desktop.platform, terminal.env);
  terminal.out(`${path}\n`);
  if (flags.print === true) return exitCode.ok;
  if (viewer === null) {
    terminal.err('there is no display here: open the file elsewhere\n');
    return exitCode.ok;
  }
  try {
    await desktop.start(viewer);
  } catch {
    terminal.err(`${viewer.program} shows nothing: open the file with a browser\n`);
  }
  return exitCode.ok;
}

function newest(): string {
  const path = latestReport('results');
  if (path !== null) return path;
  throw new BargeinError('there is no report.html below results/', 'make one: `bargein run`; or name a folder of results');
}

function reportOf(run: string): string {
  if (!existsSync(run)) throw new BargeinError(`${run} does not exist`, 'name a folder that `bargein run` has written; without a name it is the last one');
  if (statSync(run).isFile()) {
    if (run.endsWith('.html')) return run;
    throw new BargeinError(`${run} is no HTML report`, 'name the folder of the run, or its report.html');
  }
  const path = join(run, reportFile);
  if (existsSync(path)) return path;
  throw new BargeinError(`${run} holds no ${reportFile}`, `write it: the command of that run with \`--output ${run} --resume --report html\``);
}

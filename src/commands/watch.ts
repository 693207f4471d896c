import { Command } from '@commander-js/extra-typings';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Look } from '../agents/fingerprint.js';
import { shownAgent } from '../agents/shown-agent.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { coreCount } from '../environment.js';
import { BargeinError, exitCode, messageOf } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { SavedRun } from '../report/results.js';
import { HrtimeClock } from '../time/index.js';
import type { Clock, Progress, RunConfig } from '../types.js';
import type { Backend, LoadBackend } from './backend.js';
import { agentFault, resolveAgent } from './named-agent.js';
import { addOptions, measureOptions, replayOptions } from './option-groups.js';
import { makeProgressView } from './progress.js';
import { resolveRun } from './run-config.js';
import { declareRun } from './run-options.js';
import { readSettings } from './settings.js';
import type { Flagged } from './settings.js';
import type { Terminal } from './terminal.js';
import { typedOptions, wholeNumber } from './values.js';

/** Attempts of each run, where --limit does not say. */
const fewAttempts = 8;
const lookEveryMs = 400;

const notes = `
Here --agent is one that can be restarted, not one of this program, and --limit
is ${fewAttempts} where nothing else is said. A socket is watched for going away and coming
back, a module or the script of a command for changes of its file. Few attempts
are no verdict: \`bargein run\` and \`bargein compare\` give one. Ends with Ctrl-C.

Examples:
  bargein watch --agent twilio:ws://127.0.0.1:8765/twilio
  bargein watch --agent ./my-agent.ts --filter intent=interruption --limit 20`;

export function declareWatch() {
  const watch = new Command('watch').summary('replay a few attempts whenever an agent is restarted').description('Replay the same few attempts whenever an agent is restarted, and show what changed against the run before.');
  return addOptions(addOptions(watch, replayOptions), measureOptions)
    .optionsGroup('How to run:')
    .option('--concurrency <n>', 'sessions at once in real time', wholeNumber('--concurrency', 1, 1000), 1)
    .optionsGroup('What to write:')
    .option('--output <dir>', 'folder for the results of the last two runs, replaced in turn (default: results/watch)')
    .option('--quiet', 'no progress on standard error')
    .optionsGroup('Where settings come from:')
    .option('--config <file>', 'settings for the flags not given (default: bargein.config.ts, .mts, .js, .mjs or .json, where there is one)')
    .option('--no-config', 'no such file')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', notes);
}

export type WatchFlags = ReturnType<ReturnType<typeof declareWatch>['opts']>;

/** What a test puts in the place of the machine. */
export interface WatchMeans {
  readonly clock: Clock;
  /** null: that of the agent's place. */
  readonly look: Look | null;
}

/** `bargein watch`. */
export async function watch(command: Flagged<WatchFlags>, terminal: Terminal, loadBackend: LoadBackend, means: WatchMeans = { clock: HrtimeClock.modest(), look: null }): Promise<ExitCode> {
  const settings = resolveAgent(await readSettings(command, terminal));
  const { flags } = settings;
  const [backend, { placeOfAgent }, { lookAt }, { watchAgent }] = await Promise.all([loadBackend(), import('../agents/place.js'), import('../agents/fingerprint.js'), import('../run/watch.js')]);
  const shown = shownAgent(flags.agent, flags.agentOption);
  const place = placeOfAgent(flags.agent, typedOptions(flags.agentOption ?? {}));
  const look = means.look ?? lookAt(place, shown);
  const makeConfig = (turn: number) => configOf(flags, turn, backend, terminal).catch((thrown: unknown) => {
    throw agentFault(thrown, settings);
  });
  // A module may be mended while it is watched; what is wrong with a flag is told at once.
  if (place.kind !== 'file') await makeConfig(1);
  terminal.err(`watching ${shown}; Ctrl-C ends\n`);
  let last: SavedRun | null = null;
  await watchAgent({ look, clock: means.clock, signal: terminal.signal, everyMs: lookEveryMs, waiting: () => terminal.err(`waiting for ${shown}\n`) }, async (turn) => {
    try {
      last = (await replayOnce(await makeConfig(turn), turn, last, flags.quiet === true, terminal, backend)) ?? last;
    } catch (thrown) {
      if (!(thrown instanceof BargeinError)) throw thrown;
      terminal.err(`run ${turn}: ${messageOf(thrown)}\n  try: ${thrown.hint}\n`);
    }
  });
  return exitCode.ok;
}

/** A run that is small in all that costs time: it is to be over before the next restart. */
async function configOf(flags: WatchFlags, turn: number, backend: Backend, terminal: Terminal): Promise<RunConfig> {
  const agent = await backend.makeAgent(flags.agent, typedOptions(flags.agentOption ?? {}));
  const others = declareRun().parse([], { from: 'user' }).opts();
  const all = { ...others, ...flags, limit: flags.limit ?? fewAttempts, concurrency: agent.inProcess ? undefined : flags.concurrency, output: join(flags.output ?? join('results', 'watch'), turn % 2 === 0 ? 'even' : 'odd') };
  const config = resolveRun(all, { agent, env: terminal.env, cores: coreCount(), defaultCorpusDir, exists: existsSync });
  return { ...config, label: `run ${turn}`, jobs: 0, existing: 'replace', agreementAttempts: 0, calibrationAttempts: 0, reports: [] };
}

/** @returns the run, to hold the next one against; null where it was interrupted */
async function replayOnce(config: RunConfig, turn: number, last: SavedRun | null, quiet: boolean, terminal: Terminal, backend: Backend): Promise<SavedRun | null> {
  const [{ loadResults }, { compareRuns }, { renderBrief, renderChange }, { wrap }] = await Promise.all([
    import('../report/results.js'),
    import('../measure/compare.js'),
    import('../report/terminal-change.js'),
    import('../report/layout.js'),
  ]);
  const view = makeProgressView(terminal, quiet || terminal.errScreen === null);
  const outcome = await backend.runBenchmark(config, { signal: terminal.signal, progress: (progress: Progress) => view.show(progress) }).finally(() => view.end());
  if (outcome.interrupted) return null;
  const run = loadResults(config.outputDir);
  const change = last === null ? [] : renderChange(compareRuns(last, run, { allowMismatch: true }));
  const lines = [...wrap(`run ${turn}: ${renderBrief(outcome.summary)}`, terminal.columns, '  '), ...change.flatMap((line) => wrap(`  ${line}`, terminal.columns, '    '))];
  terminal.out(lines.map((line) => `${line}\n`).join(''));
  return run;
}

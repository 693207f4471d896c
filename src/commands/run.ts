import { existsSync } from 'node:fs';
import type { RunOutcome } from '../benchmark.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { coreCount } from '../environment.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { chooseShard, showShard } from '../replay/shard.js';
import type { ChosenShard } from '../replay/shard.js';
import { renderSummary } from '../report/terminal.js';
import type { Progress, RunConfig, Shard } from '../types.js';
import type { Backend, LoadBackend } from './backend.js';
import { describeDryRun, dryRunToJson } from './dry-run.js';
import { worstOf } from './exit.js';
import { reportExports } from './exported.js';
import { agentFault, resolveAgent } from './named-agent.js';
import { codeOfJudged, comparedFiles, describeResults, printJson } from './outcome.js';
import { describeSettings } from './print-config.js';
import { makeProgressView } from './progress.js';
import { effectiveFlags, resolveRun } from './run-config.js';
import { declareRun } from './run-options.js';
import type { RunFlags } from './run-options.js';
import { inPlace, readSettings } from './settings.js';
import type { Flagged, Settings } from './settings.js';
import type { Terminal } from './terminal.js';
import { describeEnd } from './unfinished.js';
import { typedOptions } from './values.js';
import { describeVerdict } from './verdict.js';

/**
 * `bargein run`: reads the settings, runs, and prints what came of it. Results are written by the benchmark itself.
 *
 * @param command where the flags come from, to be filled up from variables and a file; left out: the flags alone count
 */
export async function run(flags: RunFlags, terminal: Terminal, loadBackend: LoadBackend, command?: Flagged<RunFlags>): Promise<ExitCode> {
  const settings = resolveAgent(command ? await readSettings(command, terminal) : { flags, file: null, origins: new Map() });
  try {
    return await runWith(settings, terminal, await loadBackend());
  } catch (thrown) {
    throw inPlace(thrown, settings);
  }
}

async function runWith(settings: Settings<RunFlags>, terminal: Terminal, backend: Backend): Promise<ExitCode> {
  const { flags } = settings;
  const chosen = chooseShard(flags.shard, terminal.env);
  const config = await configure(settings, chosen.shard, terminal, backend);
  if (flags.printConfig) {
    terminal.out(describeSettings(declareRun(), withShard(settings, chosen), effectiveFlags(config), { json: flags.json === true, columns: terminal.columns }));
    return exitCode.ok;
  }
  if (chosen.shard && chosen.takenFrom !== null) terminal.err(`shard ${showShard(chosen.shard)}, taken from ${chosen.takenFrom}; --no-shard runs all attempts\n`);
  if (chosen.shard && (config.gates.length > 0 || config.baseline !== null)) terminal.err('gates and baseline are for the whole run: `bargein merge` judges it\n');
  if (flags.dryRun) {
    const plan = await backend.planRun(config);
    terminal.out(flags.json ? dryRunToJson(plan) : describeDryRun(plan, config));
    return exitCode.ok;
  }
  const monitor = flags.monitor ? await monitorFor(config) : null;
  const view = makeProgressView(terminal, flags.quiet === true);
  const hooks = { signal: terminal.signal, progress: (progress: Progress) => view.show(progress), player: monitor };
  const outcome = await backend.runBenchmark(config, hooks).finally(() => view.end());
  await report(outcome, config, flags.json === true, terminal);
  reportExports(outcome.exports, config.outputDir, terminal);
  await monitor?.close(terminal.signal);
  if (monitor && monitor.leftOut > 0) terminal.err(`not played: ${monitor.leftOut} attempts, more than can be heard one after the other\n`);
  explainEnd(outcome, config, terminal);
  return codeOf(outcome);
}

/** Opened before anything is measured. */
async function monitorFor({ clock }: RunConfig) {
  if (clock === 'virtual') throw new BargeinError('--monitor: on the virtual clock nothing is said in real time', 'add --clock realtime, or listen to the WAV files of --keep-audio all');
  const { openMonitor } = await import('../audio/monitor.js');
  return openMonitor();
}

async function configure(settings: Settings<RunFlags>, shard: Shard | null, terminal: Terminal, backend: Backend): Promise<RunConfig> {
  const { flags, origins } = settings;
  const agent = await backend.makeAgent(flags.agent, typedOptions(flags.agentOption ?? {})).catch((thrown: unknown) => {
    throw agentFault(thrown, settings);
  });
  return resolveRun(flags, { agent, env: terminal.env, cores: coreCount(), defaultCorpusDir, exists: existsSync, shard, origins });
}

/** A shard that the CI or batch system has set comes from its variables. */
function withShard<Flags>(settings: Settings<Flags>, { takenFrom }: ChosenShard): Settings<Flags> {
  if (takenFrom === null) return settings;
  return { ...settings, origins: new Map(settings.origins).set('shard', { from: 'variable', place: takenFrom }) };
}

async function report(outcome: RunOutcome, { outputDir, reports }: RunConfig, json: boolean, terminal: Terminal): Promise<void> {
  if (json) return printJson(outcome, terminal);
  const { info, summary, verdict, printed } = outcome;
  const { reportFormats } = await import('../report/formats.js');
  const files = ['attempts.csv', 'summary.csv', 'run.json', ...(verdict.comparison ? comparedFiles : []), ...reports.flatMap((name) => reportFormats[name].file ?? [])];
  terminal.out(`${renderSummary(info, summary, terminal)}${describeVerdict(verdict, terminal)}\n${describeResults(outputDir, files, terminal)}${printed}`);
}

/** A run that `--max-duration` ended is a run like any other. */
function codeOf(outcome: RunOutcome): ExitCode {
  return worstOf([outcome.interrupted ? exitCode.interrupted : exitCode.ok, codeOfJudged(outcome)]);
}

/** How to go on with a run that was not finished. */
function explainEnd({ info, summary, interrupted }: RunOutcome, { outputDir }: RunConfig, { err }: Terminal): void {
  const count = info.unfinished === 1 ? '1 attempt was' : `${info.unfinished} attempts were`;
  err(describeEnd([{ info, summary }], `${count} not measured`, interrupted, outputDir));
}

import { existsSync } from 'node:fs';
import type { RunOutcome } from '../benchmark.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { coreCount } from '../environment.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { summaryJson } from '../report/run-json.js';
import { renderSummary } from '../report/terminal.js';
import type { Progress, RunConfig } from '../types.js';
import type { LoadBackend } from './backend.js';
import { describeDryRun, dryRunToJson } from './dry-run.js';
import { worstOf } from './exit.js';
import { makeProgressView } from './progress.js';
import { resolveRun } from './run-config.js';
import type { RunFlags } from './run-options.js';
import type { Terminal } from './terminal.js';
import { typedOptions } from './values.js';

/** `bargein run`: resolves the flags, runs, and prints what came of it. Results are written by the benchmark itself. */
export async function run(flags: RunFlags, terminal: Terminal, loadBackend: LoadBackend): Promise<ExitCode> {
  const backend = await loadBackend();
  const agent = await backend.makeAgent(flags.agent, typedOptions(flags.agentOption ?? {}));
  const config = resolveRun(flags, { agent, env: terminal.env, cores: coreCount(), defaultCorpusDir, exists: existsSync });
  if (flags.dryRun) {
    const plan = await backend.planRun(config);
    terminal.out(flags.json ? dryRunToJson(plan) : describeDryRun(plan, config));
    return exitCode.ok;
  }
  const view = makeProgressView(terminal, flags.quiet === true);
  const hooks = { signal: terminal.signal, progress: (progress: Progress) => view.show(progress) };
  const outcome = await backend.runBenchmark(config, hooks).finally(() => view.end());
  const { info, summary } = outcome;
  if (flags.json) terminal.out(summaryJson(info, summary));
  else terminal.out(`${renderSummary(info, summary, terminal)}\nResults: ${config.outputDir} (attempts.csv, summary.csv, run.json)\n`);
  if (flags.json) for (const reason of info.untrusted) terminal.err(`untrusted: ${reason}\n`);
  explainEnd(outcome, config, terminal);
  return codeOf(outcome);
}

/** A run that `--max-duration` ended is a run like any other. */
function codeOf({ info, interrupted }: RunOutcome): ExitCode {
  return worstOf([interrupted ? exitCode.interrupted : exitCode.ok, info.untrusted.length > 0 ? exitCode.untrusted : exitCode.ok]);
}

/** How to go on with a run that was not finished. */
function explainEnd({ info, interrupted }: RunOutcome, { outputDir }: RunConfig, { err }: Terminal): void {
  if (info.unfinished === 0) return;
  const why = interrupted ? 'interrupted' : 'stopped early (--max-duration)';
  const count = info.unfinished === 1 ? '1 attempt was' : `${info.unfinished} attempts were`;
  err(`${why}: ${count} not measured\n  try: the same command with \`--output ${outputDir} --resume\` goes on\n`);
}

import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { defaultCorpusDir } from '../corpus/load.js';
import { BargeinError } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { MergedRun, MergeOutcome } from '../run/merge.js';
import type { RunConfig } from '../types.js';
import { judgingOf } from './judge-flags.js';
import type { Judging } from './judge-flags.js';
import { addOptions, judgeOptions, reportOptions } from './option-groups.js';
import { codeOfJudged, comparedFiles, describeResults, printJson } from './outcome.js';
import { inPlace, readSettings } from './settings.js';
import type { Flagged } from './settings.js';
import type { Terminal } from './terminal.js';
import { shortText } from './values.js';

const longestPath = 4096;

const examples = `
Gates and the baseline are taken from the same variables and file as those of
\`bargein run\`: docs/configuration.md. CI examples: docs/ci.md.

Examples:
  bargein run --shard 1/2 --output shards/1
  bargein run --shard 2/2 --output shards/2
  bargein merge shards/1 shards/2 --output results/whole --gate 'p95 <= 250'`;

export function declareMerge() {
  const command = new Command('merge')
    .summary('join the shards of a run')
    .description('Join the shards of a run, as if it had been run in one piece. Shards of different runs, overlaps and gaps are refused.')
    .argument('<results...>', 'folders that `bargein run --shard` has written');
  const judging = addOptions(command, judgeOptions)
    .optionsGroup('What to write:')
    .requiredOption('--output <dir>', 'folder for the whole run', shortText('--output', longestPath))
    .option('--allow-partial', 'go on where shards or attempts are missing, and say which')
    .option('--corpus <dir>', 'the corpus that was run, where shards have to be judged again', shortText('--corpus', longestPath))
    .option('--force', 'replace the run in --output')
    .option('--json', 'print one JSON document instead of the summary');
  return addOptions(judging, reportOptions)
    .optionsGroup('Where settings come from:')
    .option('--config <file>', 'settings for the flags not given (default: bargein.config.*)')
    .option('--no-config', 'no such file')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
}

export type MergeFlags = ReturnType<ReturnType<typeof declareMerge>['opts']>;

/**
 * `bargein merge`: nothing is written before all is checked.
 *
 * @param command where the flags come from, to be filled up from variables and a file; left out: the flags alone count
 */
export async function merge(folders: readonly string[], given: MergeFlags, terminal: Terminal, command?: Flagged<MergeFlags>): Promise<ExitCode> {
  const settings = command ? await readSettings(command, terminal) : { flags: given, file: null, origins: new Map() };
  try {
    return await mergeWith(folders, settings.flags, terminal);
  } catch (thrown) {
    throw inPlace(thrown, settings);
  }
}

async function mergeWith(folders: readonly string[], flags: MergeFlags, terminal: Terminal): Promise<ExitCode> {
  const [{ finishMerge, mergeShards }, { judgedAlike }, { readStandards }, { loadResults }] = await Promise.all([import('../run/merge.js'), import('../run/common-pause.js'), import('../run/judge.js'), import('../report/results.js')]);
  const config = configOf(flags);
  const runs = await judgedAlike(folders.map(loadResults), config.corpusDir, terminal.signal);
  const merged = mergeShards(runs, { allowPartial: flags.allowPartial === true });
  const attempts = merged.missing.length > 0 ? null : merged.results.map(({ attempt }) => attempt);
  const standards = readStandards({ ...config, withinMs: merged.info.withinMs, shard: null }, merged.info, attempts);
  refuseOutput(config, runs.map(({ folder }) => folder));
  const outcome = await finishMerge(merged, standards, config);
  await report(merged, outcome, config, flags.json === true, terminal);
  return codeOfJudged({ info: merged.info, verdict: outcome.verdict });
}

type Config = Pick<RunConfig, 'outputDir' | 'existing' | 'corpusDir'> & Judging;

function configOf(flags: MergeFlags): Config {
  return { ...judgingOf(flags), outputDir: flags.output, existing: flags.force ? 'replace' : 'refuse', corpusDir: flags.corpus ?? defaultCorpusDir };
}

/** The folder that is written to must not be one that is read, and not hold a run that nobody wants replaced. */
function refuseOutput({ outputDir: output, existing }: Config, sources: readonly string[]): void {
  if (!existsSync(output)) return;
  if (sources.some((folder) => realpathSync(folder) === realpathSync(output))) throw new BargeinError(`--output ${output} is one of the folders to merge`, 'name another folder');
  if (existing === 'refuse' && holdsFiles(output)) throw new BargeinError(`--output ${output} exists and is not empty`, '--force replaces the run in it, or name another folder');
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    // No folder, or one that cannot be read: whoever claims it says so.
    return false;
  }
}

async function report({ info, summary, missing, shards }: MergedRun, { verdict, printed, withoutJournal }: MergeOutcome, { outputDir, reports }: Config, json: boolean, terminal: Terminal): Promise<void> {
  if (json) printJson({ info, summary, verdict, printed }, terminal);
  else {
    const [{ renderSummary }, { describeVerdict }, { reportFormats }] = await Promise.all([import('../report/terminal.js'), import('./verdict.js'), import('../report/formats.js')]);
    const files = [
      ...['attempts.csv', 'summary.csv', 'run.json'],
      ...(withoutJournal === null ? ['journal.jsonl'] : []),
      ...(shards.some(({ folder }) => existsSync(join(folder, 'audio'))) ? ['audio/'] : []),
      ...(verdict.comparison ? comparedFiles : []),
      ...reports.flatMap((name) => reportFormats[name].file ?? []),
    ];
    terminal.out(`${renderSummary(info, summary, terminal)}${describeVerdict(verdict, terminal)}\n${describeResults(outputDir, files, terminal)}${printed}`);
  }
  if (missing.length > 0) terminal.err(`partial: ${info.unfinished} of ${info.draw.attempts} attempts are missing: ${missing.join('; ')}\n`);
  if (withoutJournal !== null) terminal.err(`without recordings: ${withoutJournal}; the merged run can be compared, but not gone on with\n`);
}

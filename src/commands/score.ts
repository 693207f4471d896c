import { existsSync, realpathSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { ScoreReport } from '../report/score-report.js';
import { chooseFolder } from './output-folder.js';
import type { Terminal } from './terminal.js';
import { latencyLimits, oneOf, pairs } from './values.js';

const example = `
Examples:
  bargein score call.wav --caller-channel left
  bargein score calls/*.wav --caller-channel right --labels labels.csv

Without labels it writes labels.csv, the list of onsets to label.`;

export function declareScore() {
  return new Command('score')
    .argument('<files...>', 'recordings of two channels: WAV of any rate and length, FLAC or Ogg')
    .summary('score calls already recorded')
    .description('Score calls already recorded: find every place where the caller starts to speak while the agent speaks, and measure when the agent goes quiet.')
    .requiredOption('--caller-channel <side>', 'where the caller is: left or right', oneOf('--caller-channel', ['left', 'right']))
    .option('--labels <file>', 'CSV with file, time_s, intent (interruption, backchannel or noise): gives the rates')
    .option('--onset <from>', 'of labelled places: found (default), or label where the labels are exact', oneOf('--onset', ['found', 'label']))
    .option('--within <list>', 'latency limits in ms (default: 60,100,250)', latencyLimits('--within'))
    .option('--detector-option <name=value>', 'an option of the energy detector, e.g. hangoverMs=800 (repeatable)', pairs('--detector-option', 'hangoverMs=800'))
    .option('--output <dir>', 'folder for the results (default: results/score-<name>)')
    .option('--force', 'replace the results in --output')
    .option('--json', 'print one JSON document instead of the tables')
    .option('--quiet', 'no progress on standard error')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', example);
}

export type ScoreFlags = ReturnType<ReturnType<typeof declareScore>['opts']>;

const defaultWithinMs = [60, 100, 250];

/** `bargein score`: measures recordings, and writes attempts.csv, labels.csv and score.json. */
export async function scoreRecordings(files: readonly string[], flags: ScoreFlags, terminal: Terminal): Promise<ExitCode> {
  const { parseDetectorOptions } = await import('../detect/index.js');
  const { claimFolder } = await import('../report/folder.js');
  const { readLabels } = await import('../score/labels.js');
  const { scoreCalls } = await import('../score/score.js');
  refuseTwice(files);
  const detectorOptions = parseDetectorOptions(flags.detectorOption ?? {});
  const labels = flags.labels === undefined ? null : await readLabels(flags.labels);
  if (labels?.every(({ intent }) => intent === null)) {
    throw new BargeinError(`${flags.labels} has not been filled in: none of its ${labels.length} rows has an intent`, "write interruption, backchannel or noise into the column 'intent' of those that you listened to, or leave out --labels");
  }
  const folder = chooseFolder(flags, 'score', basename(files[0], extname(files[0])), 'call');
  // What lies there is replaced by the writing of the results: the labels may be among it.
  claimFolder(folder, flags.force ? 'resume' : 'refuse', { files: [], resumable: false });
  await refuseOthersWork(folder, flags.labels);
  const progress = (done: number, total: number) => {
    if (terminal.errScreen && !flags.quiet) terminal.err(`\rscoring ${Math.floor((100 * done) / total)} %${done === total ? '\n' : ''}`);
  };
  const report = await scoreCalls({ files, callerChannel: flags.callerChannel, labels, withinMs: flags.within ?? defaultWithinMs, detectorOptions, onsetFrom: flags.onset ?? 'found' }, { signal: terminal.signal, progress });
  await writeScore(folder, report);
  const { renderScore } = await import('../report/score-terminal.js');
  const { scoreFiles } = await import('../report/score-csv.js');
  const { describeResults } = await import('./outcome.js');
  if (flags.json) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  else terminal.out(`${renderScore(report, terminal)}\n${describeResults(folder, Object.values(scoreFiles), terminal)}`);
  if (flags.json) for (const warning of report.warnings) terminal.err(`warning: ${warning}\n`);
  return codeOf(report, terminal);
}

/** Whatever it is called: by another path, or through a link. */
function refuseTwice(files: readonly string[]): void {
  const places = files.map((file) => (existsSync(file) ? realpathSync(file) : resolve(file)));
  const again = places.findIndex((place, i) => places.indexOf(place) !== i);
  if (again < 0) return;
  const first = files[places.indexOf(places[again])];
  throw new BargeinError(files[again] === first ? `${first} is named twice` : `${files[again]} and ${first} are one recording`, 'name each recording once');
}

/** What replaces scores must not replace a run, nor the work of whoever has labelled. */
async function refuseOthersWork(folder: string, labels: string | undefined): Promise<void> {
  const { resultFiles } = await import('../report/folder.js');
  const { scoreFiles } = await import('../report/score-csv.js');
  if (existsSync(join(folder, resultFiles.run))) throw new BargeinError(`${folder} holds a run, not scores`, 'choose another folder with --output');
  const listed = join(folder, scoreFiles.labels);
  if (!existsSync(listed)) return;
  const { readLabels } = await import('../score/labels.js');
  const filled = (await readLabels(listed)).some(({ intent }) => intent !== null);
  if (filled) throw new BargeinError(`${listed} has been filled in, and would be replaced`, labels === undefined ? 'take it in with --labels and write to another folder with --output' : 'write to another folder with --output');
}

async function writeScore(folder: string, report: ScoreReport): Promise<void> {
  const { writeResult } = await import('../report/folder.js');
  const { labelsCsv, scoreCsv, scoreFiles } = await import('../report/score-csv.js');
  const write = (name: string, text: string) => writeResult(join(folder, name), text, 'free some space or choose another folder with --output, and score again');
  write(scoreFiles.attempts, scoreCsv(report.onsets));
  write(scoreFiles.labels, labelsCsv(report.onsets));
  write(scoreFiles.report, `${JSON.stringify(report, null, 2)}\n`);
}

/** With labels, figures are wanted: where none of the labelled places could be measured, there are none to stand behind. */
function codeOf({ labels, summary, onsets }: ScoreReport, { err }: Terminal): ExitCode {
  if (labels === null || (summary?.groups[0].nValid ?? 0) > 0) return exitCode.ok;
  const labelled = onsets.filter(({ intent }) => intent !== null).length;
  const why = labelled === 0 ? 'no label with an intent is of a recording that was given' : labelled === 1 ? 'the only labelled onset is not valid' : `not one of ${labelled} labelled onsets is valid`;
  err(`untrusted: ${why}: nothing was measured\n`);
  return exitCode.untrusted;
}

import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { defaultCorpusDir } from '../corpus/load.js';
import { defaultDetectorOptions, parseDetectorOptions } from '../detect/index.js';
import type { DetectorOptions } from '../detect/index.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Summary } from '../measure/figures.js';
import { summarizeSensitivity } from '../measure/sensitivity.js';
import { summarize } from '../measure/summarize.js';
import { summarizeSweep } from '../measure/sweep.js';
import { judgeTrust } from '../measure/trust.js';
import { resultFiles, writeResult } from '../report/folder.js';
import { changesCsv, sweepCsv } from '../report/sweep-csv.js';
import { sweepJson } from '../report/sweep-folder.js';
import type { SweepReport } from '../report/sweep-report.js';
import { renderSweep } from '../report/terminal-sweep.js';
import type { SavedRun } from '../report/results.js';
import type { DetectorSetting, Remeasured } from '../run/remeasure.js';
import type { AgentOptions, DetectorName, Ms } from '../types.js';
import { worstOf } from './exit.js';
import { reportExports } from './exported.js';
import { axes, axesOf, gridTexts } from './grid.js';
import type { GridAxis } from './grid.js';
import { addOptions, keepAudio } from './option-groups.js';
import { makeProgressView } from './progress.js';
import { chooseObjective } from './sweep.js';
import type { Terminal } from './terminal.js';
import { collectorOf, exportOptions } from './trace-options.js';
import { latencyLimits, list, oneOf, typedOptions, wholeNumber } from './values.js';

const detectors = ['auto', 'energy', 'reference-aware'] as const satisfies readonly (DetectorName | 'auto')[];

/** What is written into the folder of the results. */
export const measureFiles = { table: 'measure.csv', changes: 'measure-changes.csv', page: 'measure.html' } as const;

const examples = `
The figures of the run as it was measured are always among the points: they are
the reference, and what --otlp and --otlp-file export. Needs the recordings
(journal.jsonl) and the corpus of the run.

Examples:
  bargein measure results/nightly --detector-option hangoverMs=150,200,300
  bargein measure results/nightly --detector auto,energy
  bargein measure results/nightly --keep-audio all
  bargein measure results/nightly --detector-option levelDb=-40:-20:5`;

export function declareMeasure() {
  const command = new Command('measure')
    .summary('judge the recordings of a run again, without the agent')
    .description('Judge the recordings of a run again with other detectors or other options of the detector, without the agent, and show how much the conclusions hang on them.')
    .argument('<results>', 'a folder that `bargein run` has written')
    .option('--detector <list>', 'auto, energy, reference-aware: one or several', list('--detector', oneOf('--detector', detectors)))
    .option('--detector-option <name=values>', 'an option of the detector with its values: a,b,c or from:to:step, both ends included (repeatable: every combination)', axes('--detector-option'))
    .option('--within <list>', "latency limits in ms (default: the run's)", latencyLimits('--within'))
    .option('--objective-within <ms>', 'the latency limit that is held against false yields, one of --within (default: the middle one)', wholeNumber('--objective-within', 1, 10_000))
    .option('--corpus <dir>', 'folder of the corpus that the run was made with (default: the one that comes along)')
    .option('--keep-audio <which>', 'all, failures or none: attempts to render as WAV into audio/, caller left, agent right', oneOf('--keep-audio', keepAudio), 'none' as const)
    .option('--output <dir>', 'folder for measure.csv, measure-changes.csv, measure.html and audio/ (default: that of the results)')
    .option('--json', 'print one JSON document instead of the tables')
    .option('--quiet', 'no progress on standard error')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', examples);
  return addOptions(command, exportOptions);
}

export type MeasureFlags = ReturnType<ReturnType<typeof declareMeasure>['opts']>;

/** `bargein measure`. */
export async function measure(results: string, flags: MeasureFlags, terminal: Terminal): Promise<ExitCode> {
  const [{ loadResults }, remeasuring, { SavedAudio }, { exportTraces, prepareExport }] = await Promise.all([import('../report/results.js'), import('../run/remeasure.js'), import('../run/saved-audio.js'), import('../run/export-traces.js')]);
  const run = loadResults(results);
  const own = remeasuring.ownSetting(run);
  const { points, reference } = planPoints(flags, own, remeasuring.sameSetting);
  const withinMs = flags.within ?? run.info.withinMs;
  const tracing = { otlp: collectorOf(flags.otlp), otlpFile: flags.otlpFile ?? null };
  await prepareExport(tracing, terminal.env);
  const objectiveMs = chooseObjective(flags.objectiveWithin, withinMs);
  const folder = flags.output ?? run.folder;
  const audio = flags.keepAudio === 'none' ? null : await SavedAudio.of(run, flags.keepAudio, folder);
  const view = makeProgressView(terminal, flags.quiet === true);
  const progress = { phase: 'replaying', p50Ms: null, rate: null, rateLimitMs: null, elapsedMs: 0, etaMs: null } as const;
  const request = { run, corpusDir: flags.corpus ?? defaultCorpusDir, settings: points.map(({ setting }) => setting), withinMs, signal: terminal.signal, ...(audio && { onEntry: audio.keep.bind(audio) }) };
  const measured = await remeasuring.remeasure({ ...request, onProgress: (done, total) => view.show({ ...progress, done, total }) }).finally(() => view.end());
  if (measured.interrupted) {
    terminal.err(`interrupted: nothing was written${audio !== null && audio.count > 0 ? ` but the audio of ${audio.count} attempts` : ''}\n`);
    return exitCode.interrupted;
  }
  const report = reportOf(run, points, measured, { withinMs, objectiveMs, reference });
  const hint = 'choose another folder with --output';
  writeResult(join(folder, measureFiles.table), sweepCsv(report), hint);
  writeResult(join(folder, measureFiles.changes), changesCsv(report), hint);
  const { sweepPage } = await import('../report/html/sweep-page.js');
  writeResult(join(folder, measureFiles.page), sweepPage(report), hint);
  terminal.out(flags.json ? sweepJson(report) : `${renderSweep(report, terminal)}\nResults: ${folder} (${[...Object.values(measureFiles), ...(audio ? [`audio/ of ${audio.count} attempts`] : [])].join(', ')})\n`);
  if (measured.missing.length > 0) terminal.err(`without a recording, and so left out: ${nameSome(measured.missing)}\n`);
  const sameLimits = withinMs.join() === run.info.withinMs.join();
  const differing = sameLimits ? remeasuring.differingVerdicts(run.results, measured.results[reference]) : [];
  if (differing.length > 0) terminal.err(`measured otherwise than attempts.csv says: ${nameSome(differing)}\n  likely cause: the run was reported by another version (${run.info.version}), or the file was edited\n`);
  const summary = summarize(run.results, { withinMs: run.info.withinMs, errorBarMs: run.info.errorBarMs });
  reportExports(await exportTraces({ ...run, summary, journalPath: join(run.folder, resultFiles.journal) }, tracing, terminal.env), run.folder, terminal);
  return worstOf(report.points.map(({ untrusted }) => (untrusted.length > 0 ? exitCode.untrusted : exitCode.ok)));
}

interface Point {
  readonly params: AgentOptions;
  readonly setting: DetectorSetting;
}

/** The points of the grid, and before them the settings of the run itself where the grid does not have them: the reference. */
function planPoints({ detector, detectorOption = {} }: MeasureFlags, own: DetectorSetting, same: (a: DetectorSetting, b: DetectorSetting) => boolean): { points: Point[]; reference: number } {
  if (Object.hasOwn(detectorOption, 'detector')) throw new BargeinError("detector option 'detector' does not exist", 'use --detector');
  const grid: GridAxis[] = [...(detector ? [{ name: 'detector', values: detector }] : []), ...axesOf(detectorOption)];
  const points = gridTexts(grid).map((texts): Point => {
    const { detector: named = own.detector, ...options } = texts;
    parseDetectorOptions(options);
    return { params: typedOptions(texts), setting: { detector: named as DetectorSetting['detector'], detectorOptions: { ...own.detectorOptions, ...options } } };
  });
  const reference = points.findIndex(({ setting }) => same(setting, own));
  if (reference >= 0) return { points, reference };
  const ownParams = Object.fromEntries(grid.map(({ name }) => [name, name === 'detector' ? own.detector : ownValue(name as keyof DetectorOptions, own)]));
  return { points: [{ params: typedOptions(ownParams), setting: own }, ...points], reference: 0 };
}

/** `default` where the detector finds the value itself. */
function ownValue(name: keyof DetectorOptions, { detectorOptions }: DetectorSetting): string {
  return detectorOptions[name] ?? String(defaultDetectorOptions[name] ?? 'default');
}

function reportOf({ info }: SavedRun, points: readonly Point[], { results }: Remeasured, { withinMs, objectiveMs, reference }: { withinMs: readonly Ms[]; objectiveMs: Ms; reference: number }): SweepReport {
  // The error bar is that of the detector as it was calibrated, with the run's own settings.
  const settings = points.map(({ params }, i) => ({ params, results: results[i], summary: summarize(results[i], { withinMs, errorBarMs: info.errorBarMs }) }));
  const figures = summarizeSweep(settings, { withinMs, objectiveMs, reference, maxFalseYield: null, minRate: null });
  return {
    subject: 'detector',
    run: info,
    points: settings.map(({ summary }, i) => ({ runId: info.runId, folder: null, untrusted: untrustedAt(i === reference ? info.untrusted : [], summary), unfinished: info.unfinished })),
    figures,
    sensitivity: summarizeSensitivity(figures, results),
  };
}

/** What is wrong with a point, and at the reference with the run as it was reported. */
function untrustedAt(reported: readonly string[], summary: Summary): string[] {
  return [...new Set([...reported, ...judgeTrust(summary).untrusted])];
}

/** `f0001, f0002 and 3 more`. */
function nameSome(ids: readonly string[]): string {
  const shown = ids.slice(0, 5);
  return ids.length > shown.length ? `${shown.join(', ')} and ${ids.length - shown.length} more attempts` : shown.join(', ');
}

import { Command } from '@commander-js/extra-typings';
import type { CalibrationReport, CaseErrors } from '../calibration/index.js';
import { defaultCorpusDir } from '../corpus/load.js';
import { BargeinError, exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Ms } from '../types.js';
import type { LoadBackend } from './backend.js';
import { worstOf } from './exit.js';
import { makeProgressView } from './progress.js';
import { renderTable } from './table.js';
import type { Terminal } from './terminal.js';
import { oneOf, pairs, typedOptions, wholeNumber } from './values.js';

/** Attempts in which the level fades, judged apart: one for ten that stop at once. */
const fadesPerAttempt = 0.1;

export function declareCalibrate() {
  return new Command('calibrate')
    .summary('measure the error of the measurement')
    .description('Measure the measurement: replay against an agent that stops a programmed time after the onset, and compare what is measured with what is true.')
    .option('--agent <wire>', 'over a wire, on this machine: twilio, pcm, ...; or one that is served: twilio:ws://... (default: in this process)')
    .option('--agent-option <name=value>', 'an option of the wire, e.g. rateHz=24000 (repeatable)', pairs('--agent-option', 'rateHz=24000'))
    .option('--clock <kind>', 'virtual or realtime (default: virtual, over a wire realtime)', oneOf('--clock', ['virtual', 'realtime']))
    .option('--attempts <n>', 'attempts in which the agent stops', wholeNumber('--attempts', 1, 100_000), 500)
    .option('--controls <n>', 'attempts in which it never does', wholeNumber('--controls', 0, 100_000), 500)
    .option('--seed <n>', 'decides all that is random', wholeNumber('--seed', 0, 4_294_967_295), 1)
    .option('--concurrency <n>', 'sessions at once in real time', wholeNumber('--concurrency', 1, 1000), 8)
    .option('--corpus <dir>', 'folder with manifest.json and clips (default: the one that comes along)')
    .option('--json', 'print one JSON document instead of the table')
    .option('--quiet', 'no progress on standard error')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', '\nEnds with code 3 where the goals are missed, and says which.');
}

export type CalibrateFlags = ReturnType<ReturnType<typeof declareCalibrate>['opts']>;

/** `bargein calibrate`. */
export async function runCalibration(flags: CalibrateFlags, terminal: Terminal, loadBackend: LoadBackend): Promise<ExitCode> {
  const backend = await loadBackend();
  const { attempts, controls, seed, concurrency } = flags;
  const clock = flags.clock ?? (flags.agent === undefined ? 'virtual' : 'realtime');
  if (flags.agent !== undefined && clock === 'virtual') throw new BargeinError('--clock virtual: a wire takes real time', 'leave --clock or --agent out');
  if (flags.agent === undefined && flags.agentOption) throw new BargeinError('--agent-option sets an option of a wire, and there is none', 'name it with --agent');
  const corpusDir = flags.corpus ?? defaultCorpusDir;
  const served = flags.agent === undefined ? null : await backend.reachCalibrationAgent(flags.agent, typedOptions(flags.agentOption ?? {}), corpusDir);
  const view = makeProgressView(terminal, flags.quiet === true);
  const unknown = { p50Ms: null, rate: null, rateLimitMs: null, etaMs: null, elapsedMs: 0 };
  const report = await backend
    .calibrate({
      ...backend.defaultCalibration,
      clock,
      attempts,
      controls,
      fades: Math.round(attempts * fadesPerAttempt),
      seed,
      concurrency,
      corpusDir,
      wire: served?.wire ?? null,
      signal: terminal.signal,
      onProgress: (done, total) => view.show({ phase: 'calibrating', done, total, ...unknown }),
    })
    .finally(() => view.end())
    .finally(() => served?.close());
  terminal.out(flags.json ? calibrationToJson(report) : describeCalibration(report, clock));
  const { aborted } = terminal.signal;
  if (aborted) terminal.err('interrupted: these figures come from the attempts that were over\n');
  for (const failure of report.failures) terminal.err(`calibration missed its goal: ${failure}\n`);
  return worstOf([aborted ? exitCode.interrupted : exitCode.ok, report.passed ? exitCode.ok : exitCode.untrusted]);
}

/** The promised fields; numbers in ms, null where nothing was measured. */
export function calibrationToJson({ summary, missed, leftOut, p99Ms }: CalibrationReport): string {
  const { n, medianMs, p95Ms, maxMs, controls, falseYields } = summary;
  return `${JSON.stringify({ n, median_ms: medianMs, p95_ms: p95Ms, p99_ms: p99Ms, max_ms: maxMs, controls, false_yields: falseYields, missed, late: leftOut.late, unknown: leftOut.unknown }, null, 2)}\n`;
}

export function describeCalibration(report: CalibrationReport, clock: 'virtual' | 'realtime'): string {
  const { summary, goals, byCase, missed, leftOut } = report;
  const all: CaseErrors = { name: 'all but fades', n: summary.n, medianMs: summary.medianMs, p95Ms: summary.p95Ms, p99Ms: report.p99Ms, maxMs: summary.maxMs, missed };
  const table = renderTable(
    [
      { head: 'case', align: 'left' },
      { head: 'n', align: 'right' },
      { head: 'median ms', align: 'right' },
      { head: 'p95 ms', align: 'right' },
      { head: 'p99 ms', align: 'right' },
      { head: 'max ms', align: 'right' },
      { head: 'missed', align: 'right' },
    ],
    [...byCase, all].map((row) => [row.name, String(row.n), showMs(row.medianMs), showMs(row.p95Ms), showMs(row.p99Ms), showMs(row.maxMs), String(row.missed)]),
  );
  const max = Number.isFinite(goals.maxMs) ? `, max ${goals.maxMs} ms` : '';
  const verdict = report.passed ? 'met' : 'missed';
  const late = leftOut.late > 0 ? `left out: ${leftOut.late} for which the harness was too late (${goals.lateShare * 100} % may be)\n` : '';
  const unknown = leftOut.unknown > 0 ? `left out: ${leftOut.unknown} whose truth hangs on a delivery within 2 ms, or falls into a dip of the speech\n` : '';
  return [
    `Measured minus true stop ${clock === 'virtual' ? 'on the virtual clock' : 'in real time'} (p95, p99 and max: absolute error)\n\n`,
    table,
    `\nfalse yields on controls: ${summary.falseYields} of ${summary.controls}\n`,
    late,
    unknown,
    `goals: p95 ${goals.p95Ms} ms, p99 ${goals.p99Ms} ms${max}, fades ${goals.fadeMs} ms, no false yield: ${verdict}\n`,
  ].join('');
}

function showMs(value: Ms | null): string {
  return value === null ? '-' : value.toFixed(3);
}

import type { Summary } from '../measure/figures.js';
import type { RunInfo } from '../types.js';
import { counts, milliseconds } from './format.js';
import { wrap } from './layout.js';
import type { Style } from './terminal-figures.js';
import { traceTitle } from './terminal-trace.js';

/** What was run. */
export function title(run: RunInfo, style: Style): string[] {
  const { paint, width } = style;
  if (run.source === 'trace') return traceTitle(run, style);
  const part = run.shard === null ? '' : `shard ${run.shard.index}/${run.shard.of} of `;
  const draw = `${run.draw.profile} draw of ${run.corpus.name}, ${part}${run.draw.attempts} attempts, seed ${run.seed}, ${run.clock} clock`;
  const [first, ...rest] = wrap(`bargein ${run.version} · ${run.agent} · ${run.label} · run ${run.runId}`, width, '  ');
  return [paint.bold(first), ...rest, ...wrap(draw, width, '  ')];
}

/** How the attempts ended. */
export function outcomes(run: RunInfo, { groups, invalidReasons }: Summary, { width }: Style): string[] {
  const [all] = groups;
  const invalid = all.nInvalidHarness + all.nInvalidAgent;
  const ended = counts([
    ['yielded', all.nYielded],
    ['resumed', all.nResumed],
    ['talked through', all.nTalkedThrough],
    ['held', all.nHeld],
    ['invalid', invalid],
    ['errored', all.nErrored],
  ]);
  const reasons = invalidReasons.map(({ reason, count }) => [reason, count] as const);
  return [
    ...wrap(`Outcomes: ${ended}`, width, '  '),
    ...(invalid > 0 ? wrap(`  invalid: ${all.nInvalidHarness} by the harness, ${all.nInvalidAgent} by the agent (${counts(reasons)})`, width, '  ') : []),
    ...(run.unfinished > 0 ? [`  not measured: ${run.unfinished} of the attempts planned (--resume goes on)`] : []),
  ];
}

/** Error bar, verdict, clocks, lateness and the method of the intervals. */
export function trust(run: RunInfo, summary: Summary, { paint, width }: Style): string[] {
  const { calibration, agreement, lateness } = run;
  const source = calibration === null ? '' : ` (p95 of |measured - true| over ${calibration.n} calibration attempts, max ${milliseconds(calibration.maxMs, 2)})`;
  const unknown = run.source === 'trace' ? 'Error bar: none. These are the times of the pipeline itself, and nothing was played whose true time is known' : 'Error bar: not known';
  const lines = wrap(run.errorBarMs === null ? unknown : `Error bar: ${milliseconds(run.errorBarMs, 2)}${source}`, width, '  ');
  lines.push(...wrap(judgedBy(run, summary), width, '  '));
  if (agreement !== null) {
    lines.push(...wrap(`Clocks: ${agreementText(agreement)}`, width, '  '));
  }
  if (lateness !== null) {
    const send = `frames sent ${lateness.sendP50Ms.toFixed(2)} / ${lateness.sendP99Ms.toFixed(2)} / ${lateness.sendMaxMs.toFixed(2)} ms late (p50/p99/max)`;
    const loop = `empty deadlines of the same pacer ${lateness.loopP50Ms?.toFixed(2) ?? '-'} / ${lateness.loopP99Ms.toFixed(2)} / ${lateness.loopMaxMs.toFixed(2)} ms`;
    const again = lateness.triedAgain ? `, ${lateness.triedAgain} replay${lateness.triedAgain === 1 ? '' : 's'} spoilt and tried again` : '';
    lines.push(...wrap(`Lateness${run.sessions === null ? '' : ` with ${run.sessions} session${run.sessions === 1 ? '' : 's'} at once`}: ${send}, ${loop}, realtime ratio ${lateness.realtimeRatio.toFixed(3)}${again}`, width, '  '));
  }
  lines.push(...wrap(summary.method, width, '  '));
  if (run.untrusted.length === 0) return [...lines, paint.green(run.source === 'trace' ? 'Nothing was found that speaks against these figures.' : 'The run can be trusted.')];
  const reasons = run.untrusted.flatMap((reason) => wrap(`  - ${reason}`, width, '    '));
  return [...lines, paint.red(paint.bold(`This ${run.source === 'trace' ? 'trace' : 'run'} cannot be trusted:`)), ...reasons.map((line) => paint.red(line))];
}

/** What was seen, its likely cause, and what to try. */
export function warnings({ warnings: all }: RunInfo, { paint, width }: Style): string[] {
  return all.flatMap(({ seen, cause, remedy }) => [
    ...wrap(`Warning: ${seen}`, width, '  ').map((line) => paint.yellow(line)),
    ...wrap(`  likely cause: ${cause}`, width, '    '),
    ...wrap(`  try: ${remedy}`, width, '    '),
  ]);
}

/** Which detector judged, and why. */
function judgedBy({ trace, turns, undisturbedPauseMs, configuration }: RunInfo, { referenceLost }: Summary): string {
  if (trace !== null) return trace.rebuilt > 0 ? 'Judged by: the run that wrote the spans, each row as it says' : 'Judged by: the times of the spans alone; nobody has heard the calls';
  if (configuration.detector === 'energy') return 'Judged by: the energy detector, as asked for';
  switch (turns) {
    case 'response':
      return `Judged by: the reference-aware detector${referenceLost > 0 ? `, ${referenceLost} attempts by the energy detector since what was heard was not the response` : ''}`;
    case 'unprompted':
    case 'prompted': {
      const hangover = undisturbedPauseMs === null ? 'no pause of its own was seen, so that the longest hangover was used' : `longest pause of its own ${milliseconds(undisturbedPauseMs)}`;
      return `Judged by: the energy detector, since the agent says what it likes (${hangover})`;
    }
  }
}

/** How far the clocks agree, on the attempts that the machine let run in time. */
export function agreementText({ attempts, harnessLate, sameOutcome, compared, medianMs, maxMs }: NonNullable<RunInfo['agreement']>): string {
  const inTime = attempts - harnessLate;
  const late = harnessLate > 0 ? `; ${harnessLate} more came too late on this machine to be compared` : '';
  if (inTime === 0) return `all ${attempts} attempts replayed in real time came too late on this machine to be compared`;
  const apart = compared > 0 ? `, stops ${milliseconds(medianMs, 2)} apart at the median, ${milliseconds(maxMs, 2)} at most (${compared} compared)` : '';
  return `${sameOutcome} of ${inTime} attempts ended alike in real time${apart}${late}`;
}

import type { HoldFigure, PercentileFigure, RateFigure } from '../measure/figures.js';
import type { PairedDifference } from '../measure/comparison.js';
import type { UnsteadyAttempt } from '../measure/sensitivity.js';
import type { Compared, HoldName, SweepPoint } from '../measure/sweep-figures.js';
import { csvHeader, csvMs, csvRate, csvRow } from './csv.js';
import type { CsvColumn, CsvValue } from './csv.js';
import { percentileName } from './format.js';
import { sweptNames } from './sweep-report.js';
import type { SweepPointInfo, SweepReport } from './sweep-report.js';

interface Row {
  readonly report: SweepReport;
  readonly index: number;
  readonly info: SweepPointInfo;
  readonly point: SweepPoint;
}

/** sweep.csv and measure.csv: one row a point. Names, order and meaning are an interface: docs/sweep.md. */
export function sweepCsv(report: SweepReport): string {
  const columns = columnsOf(report);
  return csvHeader(columns) + report.figures.points.map((point, index) => csvRow(columns, { report, index, info: report.points[index], point })).join('');
}

function columnsOf(report: SweepReport): CsvColumn<Row>[] {
  const { withinMs, points } = report.figures;
  const { percentiles } = points[0];
  return [
    { name: 'point', value: ({ index }) => index + 1 },
    ...sweptNames(report).map((name) => of(`param_${name}`, ({ params }) => params[name])),
    { name: 'run_id', value: ({ info }) => info.runId },
    { name: 'label', value: ({ report: { run } }) => run.label },
    { name: 'agent', value: ({ report: { run } }) => run.agent },
    { name: 'clock', value: ({ report: { run } }) => run.clock },
    { name: 'folder', value: ({ info }) => info.folder },
    { name: 'reference', value: ({ report: { figures }, index }) => figures.reference === index },
    ...(report.subject === 'agent' ? choiceColumns : []),
    { name: 'trusted', value: ({ info }) => info.untrusted.length === 0 },
    { name: 'n_unfinished', value: ({ info }) => info.unfinished },
    of('n_valid', ({ nValid }) => nValid),
    of('n_interruptions', ({ nInterruptions }) => nInterruptions),
    { name: 'objective_ms', value: ({ report: { figures } }) => figures.objectiveMs },
    ...withinMs.flatMap((limitMs, i) => rateColumns(`interrupt_rate_${limitMs}ms`, ({ limits }) => limits[i].interrupt)),
    ...withinMs.flatMap((limitMs, i) => rateColumns(`quiet_rate_${limitMs}ms`, ({ limits }) => limits[i].quiet)),
    ...percentiles.flatMap(({ figure }, i) => percentileColumns(percentileName(figure.p), (point) => point.percentiles[i])),
    of('n_detected', ({ detect, nDetected }) => (detect === null ? null : nDetected)),
    ...percentileColumns('detect_p50', ({ detect }) => detect),
    ...holdColumns('false_yield_rate', 'false_yield', 'both'),
    ...holdColumns('backchannel_false_yield_rate', 'backchannel_false_yield', 'backchannel'),
    ...holdColumns('noise_false_yield_rate', 'noise_false_yield', 'noise'),
    of('n_control_yield_base', ({ controlYield }) => controlYield.n),
    of('n_control_yield', ({ controlYield }) => controlYield.count),
    { name: 'error_bar_ms', value: ({ report: { run } }) => csvMs(run.errorBarMs) },
  ];
}

/** Of a sweep of an agent: among detectors there is nothing to choose. */
const choiceColumns: readonly CsvColumn<Row>[] = [
  of('non_dominated', ({ nonDominated }) => nonDominated),
  { name: 'best', value: ({ report: { figures }, index }) => figures.budget.best === index },
  { name: 'like_best', value: ({ report: { figures }, index }) => figures.likeBest.includes(index) },
];

function of(name: string, value: (point: SweepPoint) => CsvValue): CsvColumn<Row> {
  return { name, value: ({ point }) => value(point) };
}

function rateColumns(name: string, figure: (point: SweepPoint) => Compared<RateFigure>): CsvColumn<Row>[] {
  return [
    of(name, (point) => csvRate(figure(point).figure.rate)),
    of(`${name}_lo`, (point) => csvRate(figure(point).figure.lo)),
    of(`${name}_hi`, (point) => csvRate(figure(point).figure.hi)),
    ...differenceColumns(name, '', csvRate, (point) => figure(point).difference),
  ];
}

function percentileColumns(name: string, figure: (point: SweepPoint) => Compared<PercentileFigure> | null): CsvColumn<Row>[] {
  return [
    of(`${name}_ms`, (point) => csvMs(figure(point)?.figure.valueMs ?? null)),
    of(`${name}_lo_ms`, (point) => csvMs(figure(point)?.figure.loMs ?? null)),
    of(`${name}_hi_ms`, (point) => csvMs(figure(point)?.figure.hiMs ?? null)),
    of(`${name}_more_than_ms`, (point) => csvMs(figure(point)?.figure.moreThanMs ?? null)),
    ...differenceColumns(name, '_ms', csvMs, (point) => figure(point)?.difference ?? null),
  ];
}

function holdColumns(rate: string, count: string, hold: HoldName): CsvColumn<Row>[] {
  const figure = ({ falseYields }: SweepPoint): HoldFigure => falseYields[hold].figure;
  return [
    of(`n_${count}_base`, (point) => figure(point).n),
    of(`n_${count}`, (point) => figure(point).count),
    of(`n_${count}_recovered`, (point) => figure(point).recovered),
    ...rateColumns(rate, ({ falseYields }) => falseYields[hold]),
  ];
}

function differenceColumns(name: string, unit: string, round: (value: number | null) => number | null, difference: (point: SweepPoint) => PairedDifference | null): CsvColumn<Row>[] {
  return [
    of(`${name}_diff${unit}`, (point) => round(difference(point)?.difference ?? null)),
    of(`${name}_diff_lo${unit}`, (point) => round(difference(point)?.lo ?? null)),
    of(`${name}_diff_hi${unit}`, (point) => round(difference(point)?.hi ?? null)),
    of(`${name}_n_pairs`, (point) => difference(point)?.n ?? null),
  ];
}

interface ChangeRow {
  readonly attempt: UnsteadyAttempt;
  readonly at: number;
  readonly point: SweepPoint;
}

/** measure-changes.csv: attempts that the points do not judge alike, one row an attempt and point. Columns: docs/sweep.md. */
export function changesCsv(report: SweepReport): string {
  const columns: CsvColumn<ChangeRow>[] = [
    { name: 'attempt_id', value: ({ attempt }) => attempt.attempt.id },
    { name: 'intent', value: ({ attempt }) => attempt.attempt.intent },
    { name: 'persona', value: ({ attempt }) => attempt.attempt.persona },
    { name: 'condition', value: ({ attempt }) => attempt.attempt.condition },
    { name: 'agent_clip', value: ({ attempt }) => attempt.attempt.agentClip },
    { name: 'user_clip', value: ({ attempt }) => attempt.attempt.userClip },
    { name: 'outcome_changes', value: ({ attempt }) => new Set(attempt.outcomes).size > 1 },
    { name: 'limits_crossed', value: ({ attempt }) => attempt.limitsMs.join('|') },
    { name: 'point', value: ({ at }) => at + 1 },
    ...sweptNames(report).map((name): CsvColumn<ChangeRow> => ({ name: `param_${name}`, value: ({ point }) => point.params[name] })),
    { name: 'outcome', value: ({ attempt, at }) => attempt.outcomes[at] },
    { name: 'stop_latency_ms', value: ({ attempt, at }) => csvMs(attempt.stopLatencyMs[at]) },
  ];
  const { outcomeChanged = [], limitCrossed = [] } = report.sensitivity ?? {};
  const rows = [...outcomeChanged, ...limitCrossed].flatMap((attempt) => report.figures.points.map((point, at) => ({ attempt, at, point })));
  return csvHeader(columns) + rows.map((row) => csvRow(columns, row)).join('');
}

import type { GroupFigures, HoldFigure, PercentileFigure, RateFigure, Summary } from '../measure/figures.js';
import type { RunInfo } from '../types.js';
import { csvHeader, csvMs, csvRate, csvRow } from './csv.js';
import type { CsvColumn } from './csv.js';
import { percentileName } from './format.js';

export type RunOfSummary = Pick<RunInfo, 'runId' | 'label' | 'agent' | 'clock'>;

interface Row {
  readonly run: RunOfSummary;
  readonly summary: Summary;
  readonly figures: GroupFigures;
}

/** Names, order and meaning are an interface: docs/csv.md. Promised columns first, more of each figure after them. */
function columnsOf({ withinMs, groups }: Summary): CsvColumn<Row>[] {
  const percentiles = groups[0].percentiles.map(({ p }) => p);
  return [
    { name: 'run_id', value: ({ run }) => run.runId },
    { name: 'label', value: ({ run }) => run.label },
    { name: 'agent', value: ({ run }) => run.agent },
    { name: 'clock', value: ({ run }) => run.clock },
    { name: 'group', value: ({ figures }) => figures.group },
    { name: 'value', value: ({ figures }) => figures.value },
    { name: 'intent', value: ({ figures }) => figures.intents.join('|') },
    { name: 'n', value: ({ figures }) => figures.n },
    { name: 'n_valid', value: ({ figures }) => figures.nValid },
    { name: 'n_invalid_harness', value: ({ figures }) => figures.nInvalidHarness },
    { name: 'n_invalid_agent', value: ({ figures }) => figures.nInvalidAgent },
    { name: 'n_errored', value: ({ figures }) => figures.nErrored },
    { name: 'n_yielded', value: ({ figures }) => figures.nYielded },
    { name: 'n_resumed', value: ({ figures }) => figures.nResumed },
    { name: 'n_talked_through', value: ({ figures }) => figures.nTalkedThrough },
    { name: 'n_held', value: ({ figures }) => figures.nHeld },
    ...withinMs.flatMap((limitMs, i) => rateColumns(`interrupt_rate_${limitMs}ms`, ({ limits }) => limits[i].interrupt)),
    ...withinMs.map((limitMs, i) => figure(`quiet_rate_${limitMs}ms`, ({ limits }) => csvRate(limits[i].quiet.rate))),
    ...withinMs.map((limitMs, i) => figure(`n_borderline_${limitMs}ms`, ({ limits }) => limits[i].borderline)),
    ...percentiles.flatMap((p, i) => percentileColumns(percentileName(p), ({ percentiles: of }) => of[i])),
    ...rateColumns('false_yield_rate', ({ falseYield }) => falseYield),
    { name: 'error_bar_ms', value: ({ summary }) => csvMs(summary.errorBarMs) },
    figure('n_interruptions', ({ nInterruptions }) => nInterruptions),
    ...withinMs.flatMap((limitMs, i) => [
      figure(`quiet_rate_${limitMs}ms_lo`, ({ limits }) => csvRate(limits[i].quiet.lo)),
      figure(`quiet_rate_${limitMs}ms_hi`, ({ limits }) => csvRate(limits[i].quiet.hi)),
      figure(`interrupt_rate_${limitMs}ms_lowest`, ({ limits }) => csvRate(limits[i].lowest)),
      figure(`interrupt_rate_${limitMs}ms_highest`, ({ limits }) => csvRate(limits[i].highest)),
      figure(`interrupt_rate_${limitMs}ms_without_natural_ends`, ({ limits }) => csvRate(limits[i].withoutNaturalEnds)),
      figure(`n_effective_${limitMs}ms`, ({ limits }) => csvMs(limits[i].interrupt.effective)),
    ]),
    ...percentiles.map((p, i) => figure(`${percentileName(p)}_more_than_ms`, ({ percentiles: of }) => csvMs(of[i].moreThanMs))),
    ...holdColumns('false_yield', ({ falseYield }) => falseYield),
    ...holdColumns('control_yield', ({ controlYield }) => controlYield),
    ...rateColumns('control_yield_rate', ({ controlYield }) => controlYield),
    figure('wire_stop_median_ms', ({ wireStop }) => csvMs(wireStop.medianMs)),
    figure('detect_median_ms', ({ detect }) => csvMs(detect.medianMs)),
    figure('cancel_median_ms', ({ cancel }) => csvMs(cancel.medianMs)),
    figure('heard_after_cancel_median_ms', ({ heardAfterCancel }) => csvMs(heardAfterCancel.medianMs)),
    figure('synthetic_share', ({ syntheticShare }) => csvRate(syntheticShare)),
    figure('n_user_clips', ({ userClips }) => userClips),
    figure('n_agent_clips', ({ agentClips }) => agentClips),
    figure('interval_method', ({ intervalMethod }) => intervalMethod),
  ];
}

function figure(name: string, value: (figures: GroupFigures) => string | number | null): CsvColumn<Row> {
  return { name, value: ({ figures }) => value(figures) };
}

function rateColumns(name: string, of: (figures: GroupFigures) => RateFigure): CsvColumn<Row>[] {
  return [
    figure(name, (figures) => csvRate(of(figures).rate)),
    figure(`${name}_lo`, (figures) => csvRate(of(figures).lo)),
    figure(`${name}_hi`, (figures) => csvRate(of(figures).hi)),
  ];
}

function percentileColumns(name: string, of: (figures: GroupFigures) => PercentileFigure): CsvColumn<Row>[] {
  return [
    figure(`${name}_ms`, (figures) => csvMs(of(figures).valueMs)),
    figure(`${name}_lo_ms`, (figures) => csvMs(of(figures).loMs)),
    figure(`${name}_hi_ms`, (figures) => csvMs(of(figures).hiMs)),
  ];
}

function holdColumns(name: string, of: (figures: GroupFigures) => HoldFigure): CsvColumn<Row>[] {
  return [
    figure(`n_${name}_base`, (figures) => of(figures).n),
    figure(`n_${name}`, (figures) => of(figures).count),
    figure(`n_${name}_recovered`, (figures) => of(figures).recovered),
  ];
}

/** summary.csv: one row a group, the first is `all`. */
export function summaryCsv(run: RunOfSummary, summary: Summary): string {
  const columns = columnsOf(summary);
  return csvHeader(columns) + summary.groups.map((figures) => csvRow(columns, { run, summary, figures })).join('');
}

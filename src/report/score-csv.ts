import { basename } from 'node:path';
import { csvHeader, csvMs, csvRow } from './csv.js';
import type { CsvColumn } from './csv.js';
import type { ScoredOnset } from './score-report.js';

/** Names, order and meaning are an interface: docs/score.md. Columns of a run's attempts.csv have its names and meaning. */
const columns: readonly CsvColumn<ScoredOnset>[] = [
  { name: 'file', value: ({ file }) => file },
  { name: 'user_onset_ms', value: ({ userOnsetMs }) => csvMs(userOnsetMs) },
  { name: 'attempt_id', value: ({ result }) => result.attempt.id },
  { name: 'intent', value: ({ intent }) => intent },
  { name: 'actual_offset_ms', value: ({ result }) => csvMs(result.actualOffsetMs) },
  { name: 'outcome', value: ({ result }) => result.outcome },
  { name: 'stop_latency_ms', value: ({ result }) => csvMs(result.stopLatencyMs) },
  { name: 'stop_latency_lo_ms', value: ({ result }) => csvMs(result.stopLatencyLoMs) },
  { name: 'response_latency_ms', value: ({ result }) => csvMs(result.responseLatencyMs) },
  { name: 'resumed_after_ms', value: ({ result }) => csvMs(result.resumedAfterMs) },
  { name: 'observed_ms', value: ({ result }) => csvMs(result.observedMs) },
  { name: 'stopped_in_pause', value: ({ result }) => result.stoppedInPause },
  { name: 'detector', value: ({ result }) => result.detector },
  { name: 'invalid_reason', value: ({ result }) => result.invalidReason },
  { name: 'truncated', value: ({ result }) => result.truncated },
  { name: 'leak_ms', value: ({ result }) => csvMs(result.leakMs) },
  { name: 'attempt_index', value: ({ result }) => result.attempt.index },
  { name: 'user_end_ms', value: ({ userEndMs }) => csvMs(userEndMs) },
  { name: 'talk_over_ms', value: ({ talkOverMs }) => csvMs(talkOverMs) },
  { name: 'onset_source', value: ({ onsetSource }) => onsetSource },
  { name: 'label_ms', value: ({ labelMs }) => csvMs(labelMs) },
];

/** attempts.csv of scored calls: one row an onset. */
export function scoreCsv(onsets: readonly ScoredOnset[]): string {
  return csvHeader(columns) + onsets.map((onset) => csvRow(columns, onset)).join('');
}

/** A labels file to fill in: what was found, with what a listener needs to find it again. Columns that labels do not have are passed over. */
const labelColumns: readonly CsvColumn<ScoredOnset>[] = [
  { name: 'file', value: ({ file }) => file },
  { name: 'time_s', value: ({ userOnsetMs }) => Math.round(userOnsetMs) / 1000 },
  { name: 'intent', value: ({ intent }) => intent },
  { name: 'end_s', value: ({ userEndMs }) => Math.round(userEndMs) / 1000 },
  { name: 'outcome', value: ({ result }) => result.outcome },
  { name: 'stop_latency_ms', value: ({ result }) => csvMs(result.stopLatencyMs) },
];

/** labels.csv of scored calls: what `--labels` reads, once the intents are filled in. */
export function labelsCsv(onsets: readonly ScoredOnset[]): string {
  return csvHeader(labelColumns) + onsets.map((onset) => csvRow(labelColumns, onset)).join('');
}

/** Names of the files that `score` writes into its folder. */
export const scoreFiles = { attempts: 'attempts.csv', labels: 'labels.csv', report: 'score.json' } as const;

/** A recording's name without its folders. */
export function shortName(file: string): string {
  return basename(file);
}

import type { AttemptResult, RunInfo } from '../types.js';
import { csvHeader, csvMs, csvRow } from './csv.js';
import type { CsvColumn, CsvValue } from './csv.js';

/** What a row says of its run. */
export type RunOfRow = Pick<RunInfo, 'runId' | 'label' | 'agent' | 'agentOptions'>;

interface Row {
  readonly run: RunOfRow;
  readonly result: AttemptResult;
}

/** Names, order and meaning are an interface: docs/csv.md. */
const columns: readonly CsvColumn<Row>[] = [
  { name: 'run_id', value: ({ run }) => run.runId },
  { name: 'label', value: ({ run }) => run.label },
  { name: 'attempt_id', value: ({ result }) => result.attempt.id },
  { name: 'agent', value: ({ run }) => run.agent },
  { name: 'agent_clip', value: ({ result }) => result.attempt.agentClip },
  { name: 'user_clip', value: ({ result }) => result.attempt.userClip },
  { name: 'user_clip_kind', value: ({ result }) => result.attempt.userClipKind },
  { name: 'intent', value: ({ result }) => result.attempt.intent },
  { name: 'persona', value: ({ result }) => result.attempt.persona },
  { name: 'condition', value: ({ result }) => result.attempt.condition },
  { name: 'offset_ms', value: ({ result }) => ofReplay(result, csvMs(result.attempt.offsetMs)) },
  { name: 'actual_offset_ms', value: ({ result }) => csvMs(result.actualOffsetMs) },
  { name: 'outcome', value: ({ result }) => result.outcome },
  { name: 'stop_latency_ms', value: ({ result }) => csvMs(result.stopLatencyMs) },
  { name: 'stop_latency_lo_ms', value: ({ result }) => csvMs(result.stopLatencyLoMs) },
  { name: 'packetization_ms', value: ({ result }) => csvMs(result.packetizationMs) },
  { name: 'wire_stop_latency_ms', value: ({ result }) => csvMs(result.wireStopLatencyMs) },
  { name: 'detect_ms', value: ({ result }) => csvMs(result.detectMs) },
  { name: 'cancel_ms', value: ({ result }) => csvMs(result.cancelMs) },
  { name: 'response_latency_ms', value: ({ result }) => csvMs(result.responseLatencyMs) },
  { name: 'resumed_after_ms', value: ({ result }) => csvMs(result.resumedAfterMs) },
  { name: 'observed_ms', value: ({ result }) => csvMs(result.observedMs) },
  { name: 'stopped_in_pause', value: ({ result }) => result.stoppedInPause },
  { name: 'buffer_depth_ms', value: ({ result }) => csvMs(result.bufferDepthMs) },
  { name: 'underruns', value: ({ result }) => ofReplay(result, result.underruns) },
  { name: 'send_lateness_ms', value: ({ result }) => csvMs(result.sendLatenessMs) },
  { name: 'detector', value: ({ result }) => result.detector },
  { name: 'invalid_reason', value: ({ result }) => result.invalidReason },
  { name: 'error', value: ({ result }) => result.error },
  { name: 'offset_band', value: ({ result }) => result.attempt.offsetBand },
  { name: 'gain_db', value: ({ result }) => ofReplay(result, csvMs(result.attempt.gainDb)) },
  { name: 'bed_clip', value: ({ result }) => result.attempt.bed?.clip ?? null },
  { name: 'bed_snr_db', value: ({ result }) => csvMs(result.attempt.bed?.snrDb ?? null) },
  { name: 'energy_stop_latency_ms', value: ({ result }) => csvMs(result.energyStopLatencyMs) },
  { name: 'truncated', value: ({ result }) => result.truncated },
  { name: 'leak_ms', value: ({ result }) => csvMs(result.leakMs) },
  { name: 'ducked_after_ms', value: ({ result }) => csvMs(result.duckedAfterMs) },
  { name: 'down_20db_ms', value: ({ result }) => csvMs(result.down20DbMs) },
  { name: 'max_buffer_depth_ms', value: ({ result }) => csvMs(result.maxBufferDepthMs) },
  { name: 'largest_gap_ms', value: ({ result }) => csvMs(result.largestGapMs) },
  { name: 'jitter_ms', value: ({ result }) => csvMs(result.jitterMs) },
  { name: 'reference_lost', value: ({ result }) => result.referenceLost },
  { name: 'seed', value: ({ result }) => ofReplay(result, result.attempt.seed) },
  { name: 'attempt_index', value: ({ result }) => result.attempt.index },
  { name: 'flush_ms', value: ({ result }) => csvMs(result.flushMs) },
  { name: 'agent_vad_detect_ms', value: ({ result }) => csvMs(result.agentVadDetectMs) },
  { name: 'agent_cancel_ms', value: ({ result }) => csvMs(result.agentCancelMs) },
  { name: 'agent_flush_ms', value: ({ result }) => csvMs(result.agentFlushMs) },
  { name: 'belief_error_ms', value: ({ result }) => csvMs(result.beliefErrorMs) },
  { name: 'arrival_pace', value: ({ result }) => csvMs(result.arrivalPace) },
];

const ofTheRun: ReadonlySet<string> = new Set(['run_id', 'label', 'agent']);

/** What the fixed columns say of an attempt, by name, as the file has it: all but those of the run. */
export function attemptValues(run: RunOfRow, result: AttemptResult): Record<string, CsvValue> {
  return Object.fromEntries(columns.filter(({ name }) => !ofTheRun.has(name)).map(({ name, value }) => [name, value({ run, result })]));
}

/** What was chosen for a replay or counted in it; nobody chose or counted it in a call that was only traced. */
function ofReplay(result: AttemptResult, value: number | null): number | null {
  return result.detector === 'spans' ? null : value;
}

/** Every column: the fixed ones, then one `param_<name>` an agent option, sorted by name. */
function columnsOf({ agentOptions }: Pick<RunInfo, 'agentOptions'>): CsvColumn<Row>[] {
  const params = Object.keys(agentOptions).sort((a, b) => (a < b ? -1 : 1));
  return [...columns, ...params.map((name) => ({ name: `param_${name}`, value: ({ run }: Row) => run.agentOptions[name] ?? null }))];
}

/** The first line of attempts.csv. */
export function attemptsCsvHeader(run: RunOfRow): string {
  return csvHeader(columnsOf(run));
}

/** One line of attempts.csv, so that a file can be written as attempts finish. */
export function attemptsCsvRow(run: RunOfRow, result: AttemptResult): string {
  return csvRow(columnsOf(run), { run, result });
}

/** attempts.csv as a whole, in the order of the results. */
export function attemptsCsv(run: RunOfRow, results: readonly AttemptResult[]): string {
  return attemptsCsvHeader(run) + results.map((result) => attemptsCsvRow(run, result)).join('');
}

import { parse } from 'csv-parse/sync';
import { BargeinError, messageOf } from '../errors.js';
import type { Attempt, AttemptResult } from '../types.js';
import type { CsvValue } from './csv.js';

type Cells = Readonly<Record<string, string>>;

/** Columns without which a row says nothing. */
const needed = ['attempt_id', 'agent_clip', 'intent', 'persona', 'condition', 'outcome', 'stop_latency_ms', 'detector', 'attempt_index'] as const;
const outcomes: readonly AttemptResult['outcome'][] = ['yielded', 'resumed', 'talked-through', 'held', 'invalid', 'errored'];
const intents: readonly Attempt['intent'][] = ['interruption', 'backchannel', 'noise', 'control'];

/**
 * The verdicts of an attempts.csv, in its order.
 * @param path what to call the file in errors
 * @throws BargeinError for a file that no run has written
 */
export function readAttemptsCsv(text: string, path: string): AttemptResult[] {
  let rows: Cells[];
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true });
  } catch (thrown) {
    throw new BargeinError(`${path}: ${messageOf(thrown)}`, 'it must be as `bargein run` has written it');
  }
  const missing = needed.find((name) => rows.length > 0 && rows[0][name] === undefined);
  if (missing) throw new BargeinError(`${path} has no column '${missing}'`, 'it must be as `bargein run` has written it (docs/csv.md)');
  return rows.map((cells, i) => toResult(new Row(cells, `${path}, row ${i + 1}`)));
}

/**
 * A verdict from the values of its columns, as `attemptValues` gives them; what is null may be left out.
 * @param place what to call their origin in errors
 * @throws BargeinError for values that no run has written
 */
export function resultOfValues(values: Readonly<Record<string, CsvValue | undefined>>, place: string): AttemptResult {
  const cells = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' && formula.test(value) ? `'${value}` : String(value ?? '')]);
  const row = new Row(Object.fromEntries(cells) as Cells, place);
  const missing = needed.find((name) => name !== 'stop_latency_ms' && row.text(name) === null);
  if (missing) throw new BargeinError(`${place} has no '${missing}'`, 'it must be as `bargein run` has written it (docs/csv.md)');
  return toResult(row);
}

/** What a spreadsheet takes for a formula is written with an apostrophe in front. */
const formula = /^[=+\-@\t\r]/;

/** One row, whose cells are read by kind. */
class Row {
  readonly #cells: Cells;
  readonly #place: string;

  constructor(cells: Cells, place: string) {
    this.#cells = cells;
    this.#place = place;
  }

  /** The text as it was before a spreadsheet's formulas were fended off; null where the cell is empty. */
  text(name: string): string | null {
    const cell = this.#cells[name] ?? '';
    return cell === '' ? null : /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
  }

  number(name: string): number | null {
    const cell = this.#cells[name] ?? '';
    if (cell === '') return null;
    const value = Number(cell);
    return Number.isFinite(value) ? value : this.#refuse(name, cell, 'is not a number');
  }

  flag(name: string): boolean {
    return this.#cells[name] === 'true';
  }

  word<T extends string>(name: string, known: readonly T[]): T {
    const cell = this.#cells[name] ?? '';
    return known.find((value) => value === cell) ?? this.#refuse(name, cell, `is none of ${known.join(', ')}`);
  }

  #refuse(name: string, cell: string, problem: string): never {
    throw new BargeinError(`${this.#place}: ${name} '${cell}' ${problem}`, 'it must be as `bargein run` has written it (docs/csv.md)');
  }
}

function toAttempt(row: Row): Attempt {
  const bedClip = row.text('bed_clip');
  return {
    index: row.number('attempt_index') ?? 0,
    id: row.text('attempt_id') ?? '',
    agentClip: row.text('agent_clip') ?? '',
    userClip: row.text('user_clip'),
    userClipKind: row.text('user_clip_kind') as Attempt['userClipKind'],
    intent: row.word('intent', intents),
    persona: row.text('persona') as Attempt['persona'],
    condition: row.text('condition') as Attempt['condition'],
    offsetBand: row.text('offset_band') as Attempt['offsetBand'],
    offsetMs: row.number('offset_ms') ?? 0,
    gainDb: row.number('gain_db') ?? 0,
    bed: bedClip === null ? null : { clip: bedClip, snrDb: row.number('bed_snr_db') ?? 0 },
    seed: row.number('seed') ?? 0,
  };
}

function toResult(row: Row): AttemptResult {
  return {
    attempt: toAttempt(row),
    outcome: row.word('outcome', outcomes),
    detector: row.word('detector', ['energy', 'reference-aware', 'spans']),
    actualOffsetMs: row.number('actual_offset_ms'),
    stopLatencyMs: row.number('stop_latency_ms'),
    stopLatencyLoMs: row.number('stop_latency_lo_ms'),
    stoppedInPause: row.flag('stopped_in_pause'),
    energyStopLatencyMs: row.number('energy_stop_latency_ms'),
    packetizationMs: row.number('packetization_ms'),
    wireStopLatencyMs: row.number('wire_stop_latency_ms'),
    detectMs: row.number('detect_ms'),
    cancelMs: row.number('cancel_ms'),
    flushMs: row.number('flush_ms'),
    agentVadDetectMs: row.number('agent_vad_detect_ms'),
    agentCancelMs: row.number('agent_cancel_ms'),
    agentFlushMs: row.number('agent_flush_ms'),
    beliefErrorMs: row.number('belief_error_ms'),
    responseLatencyMs: row.number('response_latency_ms'),
    resumedAfterMs: row.number('resumed_after_ms'),
    observedMs: row.number('observed_ms'),
    truncated: row.flag('truncated'),
    leakMs: row.number('leak_ms'),
    duckedAfterMs: row.number('ducked_after_ms'),
    down20DbMs: row.number('down_20db_ms'),
    bufferDepthMs: row.number('buffer_depth_ms'),
    maxBufferDepthMs: row.number('max_buffer_depth_ms'),
    underruns: row.number('underruns') ?? 0,
    largestGapMs: row.number('largest_gap_ms'),
    jitterMs: row.number('jitter_ms'),
    arrivalPace: row.number('arrival_pace'),
    sendLatenessMs: row.number('send_lateness_ms'),
    referenceLost: row.flag('reference_lost'),
    invalidReason: row.text('invalid_reason') as AttemptResult['invalidReason'],
    error: row.text('error'),
  };
}

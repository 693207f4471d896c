import { wallClockStamp } from '../time/index.js';
import { Relations } from './relations.js';
import type { Span, SpanDraft } from './span.js';
import { FaultCounts } from './tally.js';
import type { ReadTally } from './tally.js';

const dayMs = 86_400_000;
const year2000Ms = Date.UTC(2000);
const nsPerMs = 1e6;

export interface IntakeOptions {
  /** The wall clock, ms since 1970. */
  readonly nowMs?: () => number;
  /** Ids that are remembered. */
  readonly mostIds?: number;
}

/** What the readers of formats give spans to, and tell what is wrong. */
export interface SpanSink {
  readonly faults: FaultCounts;
  offer(draft: SpanDraft): void;
}

/** Where spans of every format come in: checks each, counts what is wrong, hands on what can be used. */
export class Intake implements SpanSink {
  readonly faults = new FaultCounts();
  readonly #relations: Relations;
  readonly #onSpan: (span: Span) => void;
  readonly #now: () => number;
  #latestMs: number;
  #offered = 0;
  #spans = 0;
  #bytes = 0;
  #interrupted = false;

  constructor(onSpan: (span: Span) => void, { nowMs = () => Date.parse(wallClockStamp()), mostIds }: IntakeOptions = {}) {
    this.#onSpan = onSpan;
    this.#now = nowMs;
    this.#latestMs = nowMs() + dayMs;
    this.#relations = new Relations(this.faults, mostIds);
  }

  /** Spans that came, handed on or not. */
  get offered(): number {
    return this.#offered;
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  /** Passes on whatever `onSpan` throws. */
  offer(draft: SpanDraft): void {
    this.#offered++;
    const { traceId, spanId, startNs, endNs } = draft;
    if (traceId === null || spanId === null) return this.faults.add('bad-id', () => `span '${draft.name}' has no ${traceId === null ? 'trace' : 'span'} id`);
    const timed = startNs !== null && endNs !== null;
    const startMs = timed ? Number(startNs) / nsPerMs : NaN;
    const endMs = timed ? Number(endNs) / nsPerMs : NaN;
    const forward = timed && endNs >= startNs;
    if (!this.#relations.add({ traceId, spanId }, forward ? { startMs, endMs } : null)) return this.faults.add('duplicate', () => `span ${spanId} of trace ${traceId} once more`);
    if (!timed) return this.faults.add('no-time', () => `span ${spanId} has no ${startNs === null ? 'start' : 'end'}`);
    if (!forward) return this.faults.add('negative-duration', () => `span ${spanId} ends ${(Number(startNs - endNs) / nsPerMs).toFixed(3)} ms before it starts`);
    if (startMs < year2000Ms || this.#isAhead(endMs)) this.faults.add('implausible-time', () => `span ${spanId} is of ${dateText(startMs)} to ${dateText(endMs)}`);
    this.#relations.relate(draft as Span, startMs);
    this.#spans++;
    this.#onSpan(draft as Span);
  }

  #isAhead(ms: number): boolean {
    if (ms <= this.#latestMs) return false;
    this.#latestMs = this.#now() + dayMs;
    return ms > this.#latestMs;
  }

  /** As it stands; may be asked again. */
  tally(): ReadTally {
    const faults = this.faults.list(this.#relations.missing());
    const withheld = faults.reduce((sum, { fate, count }) => sum + (fate === 'withheld' ? count : 0), 0);
    return { bytes: this.#bytes, spans: this.#spans, traces: this.#relations.traces, withheld, faults, interrupted: this.#interrupted };
  }
}

function dateText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}

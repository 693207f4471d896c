import { IdTable } from './id-table.js';
import type { Span } from './span.js';
import { FaultCounts } from './tally.js';

/** Ids that are remembered: 1.5 GB at the most, some 50 MB for a million spans. */
export const mostIds = 25_000_000;
/** How far a child may begin outside its parent before a clock is suspected, ms. */
const stepMs = 1000;
/** Spans whose parent has not come yet, kept as examples of those that never do. */
const mostExamples = 64;

const seen = 2 ** 31;
const flagged = 2 ** 30;
const childrenMask = flagged - 1;
/** Of a span that is in the input: its start and end. Of one that only children speak of: their earliest and latest start. Milliseconds since 1970. */
const earlier = 0;
const later = 1;

type Ids = Pick<Span, 'traceId' | 'spanId'>;

/**
 * How spans relate to each other: duplicates, parents, order. In bounded memory and in any order: a child is usually
 * exported before its parent, which ends later.
 */
export class Relations {
  readonly #faults: FaultCounts;
  readonly #spans: IdTable;
  readonly #traces: IdTable;
  readonly #orphans = new Map<string, { where: string; why: string }>();

  constructor(faults: FaultCounts, most = mostIds) {
    this.#faults = faults;
    this.#spans = new IdTable(2, most);
    this.#traces = new IdTable(1, most);
  }

  get traces(): number {
    return this.#traces.size;
  }

  /** Takes note of a span; false for one that has been before. `start` and `end` in ms, null where they are of no use. */
  add({ traceId, spanId }: Ids, times: { startMs: number; endMs: number } | null): boolean {
    const at = this.#spans.place(traceId, spanId);
    if (at < 0) return true;
    const { words, columns } = this.#spans;
    const word = words[at];
    if (word >= seen) return false;
    words[at] = (word | seen) >>> 0;
    const [first, last] = [columns[earlier][at], columns[later][at]];
    columns[earlier][at] = times?.startMs ?? NaN;
    columns[later][at] = times?.endMs ?? NaN;
    if (word > 0) {
      if (this.#orphans.size > 0) this.#orphans.delete(traceId + spanId);
      if (times) {
        this.#compare(at, first, spanId);
        this.#compare(at, last, spanId);
      }
    }
    return true;
  }

  /** Holds a span that is handed on against its parent and against the one before it of its trace. */
  relate(span: Pick<Span, 'traceId' | 'spanId' | 'parentId'>, startMs: number): void {
    const { traceId, spanId, parentId } = span;
    const trace = this.#traces.place(traceId, '');
    if (trace < 0) return this.#faults.add('unchecked', () => `span ${spanId}: more than ${this.#spans.size} ids`);
    const [lastStart] = this.#traces.columns;
    if (startMs < lastStart[trace]) this.#faults.add('out-of-order', () => `span ${spanId} starts ${(lastStart[trace] - startMs).toFixed(3)} ms before the one before it of trace ${traceId}`);
    lastStart[trace] = startMs;
    if (parentId !== null) this.#relateToParent(traceId, spanId, parentId, startMs);
  }

  #relateToParent(traceId: string, spanId: string, parentId: string, startMs: number): void {
    const at = this.#spans.place(traceId, parentId);
    if (at < 0) return this.#faults.add('unchecked', () => `span ${spanId}: more than ${this.#spans.size} ids`);
    const { words, columns } = this.#spans;
    if (words[at] >= seen) return this.#compare(at, startMs, parentId);
    if ((words[at] & childrenMask) < childrenMask) words[at]++;
    if (!(columns[earlier][at] <= startMs)) columns[earlier][at] = startMs;
    if (!(columns[later][at] >= startMs)) columns[later][at] = startMs;
    if (this.#orphans.size < mostExamples && !this.#orphans.has(traceId + parentId)) this.#orphans.set(traceId + parentId, { where: this.#faults.where, why: `span ${spanId} names ${parentId} as its parent` });
  }

  #compare(at: number, childMs: number, parentId: string): void {
    const { words, columns } = this.#spans;
    const before = columns[earlier][at] - childMs;
    const after = childMs - columns[later][at];
    if (!(before > stepMs || after > stepMs) || (words[at] & flagged) !== 0) return;
    words[at] = (words[at] | flagged) >>> 0;
    const how = before > stepMs ? `${(before / 1000).toFixed(3)} s before its parent` : `${(after / 1000).toFixed(3)} s after the end of its parent`;
    this.#faults.add('clock-step', () => `a child begins ${how} ${parentId}`);
  }

  /** What can be said only once all is read: the spans whose parent has not come. */
  missing(): FaultCounts {
    const { words } = this.#spans;
    let count = 0;
    for (const word of words) if (word > 0 && word < seen) count += word & childrenMask;
    const faults = new FaultCounts();
    const [example] = this.#orphans.values();
    faults.add('missing-parent', () => example?.why ?? 'a span names a parent that never came', { count, where: example?.where ?? 'after the first spans' });
    return faults;
  }
}

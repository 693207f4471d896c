/**
 * Everything that can be wrong with a trace, and what becomes of it. `lost`: a part of the input is not read; `withheld`: a span is not
 * handed on; `kept`: it is, and whoever averages should know.
 */
export const faultKinds = {
  'not-json': { fate: 'lost', means: 'text that is not JSON' },
  'not-protobuf': { fate: 'lost', means: 'a message that is no OTLP protobuf' },
  'not-spans': { fate: 'lost', means: 'JSON that holds no spans' },
  'too-long': { fate: 'lost', means: 'a line, message or value longer than is read' },
  'too-deep': { fate: 'lost', means: 'a value nested deeper than is read' },
  'cut-short': { fate: 'lost', means: 'the input ends in the middle' },
  'refused-request': { fate: 'lost', means: 'a request to the receiver that was not taken' },
  'no-spans': { fate: 'lost', means: 'an input without any span' },
  'bad-id': { fate: 'withheld', means: 'a trace or span id that is missing or is none' },
  'no-time': { fate: 'withheld', means: 'a start or end that is missing, 0 or no time' },
  'negative-duration': { fate: 'withheld', means: 'an end before the start' },
  duplicate: { fate: 'withheld', means: 'a span of the same trace and span id once more' },
  'bad-parent-id': { fate: 'kept', means: 'a parent id that is none' },
  'missing-parent': { fate: 'kept', means: 'a parent that is nowhere in the input' },
  'implausible-time': { fate: 'kept', means: 'a time before 2000 or more than a day ahead of this machine' },
  'clock-step': { fate: 'kept', means: 'a parent of which a child begins more than 1 s before it or after its end: a clock that stepped, or two that differ' },
  'out-of-order': { fate: 'kept', means: 'a span that starts before the one before it of its trace' },
  'rounded-time': { fate: 'kept', means: 'a time written as a number, which has lost up to 256 ns' },
  'late-resource': { fate: 'kept', means: 'spans handed on before their resource or scope was reached' },
  'lost-event': { fate: 'kept', means: 'an event without a time, which is left out of its span' },
  'deep-attribute': { fate: 'kept', means: 'an attribute nested deeper than 16, of which the rest is left out' },
  unchecked: { fate: 'kept', means: 'spans beyond those whose ids are remembered: not checked for duplicates, parents and order' },
} as const satisfies Record<string, { fate: 'lost' | 'withheld' | 'kept'; means: string }>;

export type FaultKind = keyof typeof faultKinds;

export interface Fault {
  readonly kind: FaultKind;
  /** What becomes of it. */
  readonly fate: 'lost' | 'withheld' | 'kept';
  /** The kind in words. */
  readonly means: string;
  readonly count: number;
  /** The first one: `where` such as `calls.jsonl, line 7`. */
  readonly first: { readonly where: string; readonly why: string };
}

/** What was read, and what was wrong with it. Plain data. */
export interface ReadTally {
  /** Bytes of all inputs, unpacked. */
  readonly bytes: number;
  /** Spans handed on. */
  readonly spans: number;
  /** Distinct traces among the spans with a usable id. */
  readonly traces: number;
  /** Spans that were there and are not handed on. */
  readonly withheld: number;
  /** Only kinds that occurred, in the order of `faultKinds`. */
  readonly faults: readonly Fault[];
  /** Reading was stopped before the end. */
  readonly interrupted: boolean;
}

/** Counts faults, and keeps the first of each kind. */
export class FaultCounts {
  readonly #counts = new Map<FaultKind, { count: number; where: string; why: string }>();
  #source = '';
  #unit = '';
  #number = 0;

  /** Where what comes next is from, e.g. `calls.jsonl`, `line`, 7; a number of 0 is not told. */
  at(source: string, unit: string, number: number): void {
    this.#source = source;
    this.#unit = unit;
    this.#number = number;
  }

  get where(): string {
    return this.#number > 0 ? `${this.#source}, ${this.#unit} ${this.#number}` : this.#source;
  }

  /** @param why asked for the first of its kind only */
  add(kind: FaultKind, why: () => string, { count = 1, where }: { count?: number; where?: string } = {}): void {
    if (count === 0) return;
    const known = this.#counts.get(kind);
    if (known) known.count += count;
    else this.#counts.set(kind, { count, where: where ?? this.where, why: why() });
  }

  count(kind: FaultKind): number {
    return this.#counts.get(kind)?.count ?? 0;
  }

  /** @param more faults that are known only now, with their first example */
  list(more: FaultCounts | null = null): Fault[] {
    return (Object.keys(faultKinds) as FaultKind[]).flatMap((kind) => {
      const own = this.#counts.get(kind);
      const other = more === null ? undefined : more.#counts.get(kind);
      const first = own ?? other;
      if (!first) return [];
      return [{ kind, ...faultKinds[kind], count: (own?.count ?? 0) + (other?.count ?? 0), first: { where: first.where, why: first.why } }];
    });
  }
}

/** One line for people: what, how many, what became of it, and where it first was. */
export function describeFault({ kind, fate, means, count, first }: Fault): string {
  return `${count} x ${kind} (${means}; ${fate}), first at ${first.where}: ${first.why}`;
}

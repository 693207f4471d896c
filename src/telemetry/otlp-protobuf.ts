import { BinaryReader } from '@bufbuild/protobuf';
import { messageOf } from '../errors.js';
import { deepestValue, emptyBag, int64Of, noAttributes, put } from './attributes.js';
import type { Bag, LooseValue } from './attributes.js';
import { readParent } from './otlp-json.js';
import { readId } from './ids.js';
import { errorStatus, spanKinds } from './span.js';
import type { Attributes, SpanDraft, SpanEvent } from './span.js';
import type { FaultCounts } from './tally.js';

/**
 * OTLP in protobuf, by hand from the field numbers of opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto: spans are made as
 * the bytes are walked, without a message object for each value. A field is met by its tag: its number times 8, plus its wire type.
 * Fields that are not known, or of another wire type, are passed over.
 */
const text = new TextDecoder();

/** The tag of a field that is text, bytes or a message; of one that is 8 bytes; of a varint. */
const block = (field: number): number => field * 8 + 2;
const fixed64 = (field: number): number => field * 8 + 1;
const varint = (field: number): number => field * 8;
const instrumentationLibrarySpans = block(1000);

/**
 * The spans of an ExportTraceServiceRequest or TracesData, each given to `onSpan`.
 * @throws Error for what is no such message; what came before may have been given
 */
export function decodeRequest(bytes: Uint8Array, onSpan: (draft: SpanDraft) => void, faults: FaultCounts): void {
  const walk = new Walk(bytes, faults);
  walk.fields(bytes.length, (tag, end) => {
    if (tag !== block(1)) return false;
    walk.resourceSpans(end(), onSpan);
    return true;
  });
}

/** The same, with what is thrown counted. False for a broken message. */
export function tryDecodeRequest(bytes: Uint8Array, onSpan: (draft: SpanDraft) => void, faults: FaultCounts): boolean {
  let drafts = 0;
  // What is thrown by whoever takes the span is not the message's fault.
  let taking = false;
  const take = (draft: SpanDraft): void => {
    drafts++;
    taking = true;
    onSpan(draft);
    taking = false;
  };
  try {
    decodeRequest(bytes, take, faults);
    return true;
  } catch (thrown) {
    if (taking) throw thrown;
    faults.add('not-protobuf', () => `${messageOf(thrown)}, after ${drafts} spans of ${bytes.length} bytes`);
    return false;
  }
}

class Walk {
  readonly #reader: BinaryReader;
  readonly #faults: FaultCounts;
  readonly #length: number;

  constructor(bytes: Uint8Array, faults: FaultCounts) {
    this.#reader = new BinaryReader(bytes, text);
    this.#length = bytes.length;
    this.#faults = faults;
  }

  /** Visits the fields up to `end`; `read` says whether it has read the field. Its second argument reads the length of a block and gives its end. */
  fields(end: number, read: (tag: number, end: () => number) => boolean): void {
    const reader = this.#reader;
    const blockEnd = (): number => {
      const length = reader.uint32();
      if (reader.pos + length > end) throw new RangeError(`a field of ${length} bytes at byte ${reader.pos} is longer than what holds it`);
      return reader.pos + length;
    };
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag < 8) throw new RangeError(`no field has the number 0 (byte ${reader.pos})`);
      if (!read(tag, blockEnd)) this.#skip(tag);
      if (reader.pos > end) throw new RangeError(`a field goes on beyond what holds it (byte ${end})`);
    }
  }

  #skip(tag: number): void {
    const wireType = tag & 7;
    // Groups have long been out of use, and nest without end.
    if (wireType === 3 || wireType === 4) throw new RangeError(`a group at byte ${this.#reader.pos}`);
    this.#reader.skip(wireType);
  }

  resourceSpans(end: number, onSpan: (draft: SpanDraft) => void): void {
    let resource = noAttributes;
    const scopes: { from: number; to: number }[] = [];
    this.fields(end, (tag, blockEnd) => {
      if (tag === block(1)) resource = this.#attributesOf(blockEnd(), block(1));
      else if (tag === block(2) || tag === instrumentationLibrarySpans) {
        const to = blockEnd();
        scopes.push({ from: this.#reader.pos, to });
        this.#reader.pos = to;
      } else return false;
      return true;
    });
    for (const { from, to } of scopes) this.#scopeSpans(from, to, resource, onSpan);
    this.#reader.pos = end;
  }

  #scopeSpans(from: number, to: number, resource: Attributes, onSpan: (draft: SpanDraft) => void): void {
    let scope: string | null = null;
    const spans: { from: number; to: number }[] = [];
    this.#reader.pos = from;
    this.fields(to, (tag, blockEnd) => {
      if (tag === block(1)) scope = this.#scopeName(blockEnd());
      else if (tag === block(2)) {
        const end = blockEnd();
        spans.push({ from: this.#reader.pos, to: end });
        this.#reader.pos = end;
      } else return false;
      return true;
    });
    for (const span of spans) {
      this.#reader.pos = span.from;
      onSpan(this.#span(span.to, resource, scope));
    }
  }

  #scopeName(end: number): string | null {
    let name = '';
    this.fields(end, (tag) => {
      if (tag !== block(1)) return false;
      name = this.#reader.string();
      return true;
    });
    return name === '' ? null : name;
  }

  #span(end: number, resource: Attributes, scope: string | null): SpanDraft {
    const reader = this.#reader;
    const events: SpanEvent[] = [];
    let bag: Bag | null = null;
    let [traceId, spanId, parentId, name, kind] = ['', '', '', '', 0];
    let [startNs, endNs] = [0n, 0n];
    let status: { error: boolean; message: string | null } | null = null;
    this.fields(end, (tag, blockEnd) => {
      if (tag === block(1)) traceId = hexOf(reader.bytes());
      else if (tag === block(2)) spanId = hexOf(reader.bytes());
      else if (tag === block(4)) parentId = hexOf(reader.bytes());
      else if (tag === block(5)) name = reader.string();
      else if (tag === varint(6)) kind = reader.int32();
      else if (tag === fixed64(7)) startNs = BigInt(reader.fixed64());
      else if (tag === fixed64(8)) endNs = BigInt(reader.fixed64());
      else if (tag === block(9)) this.#keyValue(blockEnd(), (bag ??= emptyBag()));
      else if (tag === block(11)) this.#event(blockEnd(), events);
      else if (tag === block(15)) status = this.#status(blockEnd());
      else return false;
      return true;
    });
    const { error, message } = (status ?? { error: false, message: null }) as { error: boolean; message: string | null };
    return {
      traceId: readId(traceId, 32),
      spanId: readId(spanId, 16),
      parentId: readParent(parentId, this.#faults),
      name,
      kind: spanKinds[kind] ?? null,
      startNs: startNs > 0n ? startNs : null,
      endNs: endNs > 0n ? endNs : null,
      attributes: bag ?? noAttributes,
      events,
      error,
      statusMessage: message,
      resource,
      scope,
    };
  }

  #event(end: number, events: SpanEvent[]): void {
    let bag: Bag | null = null;
    let name = '';
    let atNs = 0n;
    this.fields(end, (tag, blockEnd) => {
      if (tag === fixed64(1)) atNs = BigInt(this.#reader.fixed64());
      else if (tag === block(2)) name = this.#reader.string();
      else if (tag === block(3)) this.#keyValue(blockEnd(), (bag ??= emptyBag()));
      else return false;
      return true;
    });
    if (atNs > 0n) events.push({ name, atNs, attributes: bag ?? noAttributes });
    else this.#faults.add('lost-event', () => 'an event without a time');
  }

  #status(end: number): { error: boolean; message: string | null } {
    let [message, code] = ['', 0];
    this.fields(end, (tag) => {
      if (tag === block(2)) message = this.#reader.string();
      else if (tag === varint(3)) code = this.#reader.int32();
      else return false;
      return true;
    });
    return { error: code === errorStatus, message: message === '' ? null : message };
  }

  #attributesOf(end: number, keyValues: number): Attributes {
    const bag = emptyBag();
    this.fields(end, (tag, blockEnd) => {
      if (tag !== keyValues) return false;
      this.#keyValue(blockEnd(), bag);
      return true;
    });
    return bag;
  }

  #keyValue(end: number, bag: Bag): void {
    const [key, value] = this.#pair(end, deepestValue);
    put(bag, key, value);
  }

  #pair(end: number, depth: number): [string, LooseValue] {
    let key = '';
    let value: LooseValue = null;
    this.fields(end, (tag, blockEnd) => {
      if (tag === block(1)) key = this.#reader.string();
      else if (tag === block(2)) value = this.#anyValue(blockEnd(), depth);
      else return false;
      return true;
    });
    return [key, value];
  }

  #anyValue(end: number, depth: number): LooseValue {
    const reader = this.#reader;
    let value: LooseValue = null;
    this.fields(end, (tag, blockEnd) => {
      if (tag === block(1)) value = reader.string();
      else if (tag === varint(2)) value = reader.bool();
      else if (tag === varint(3)) value = int64Of(BigInt(reader.int64()));
      else if (tag === fixed64(4)) value = reader.double();
      else if (tag === block(5) || tag === block(6)) value = this.#nested(blockEnd(), depth, tag === block(6));
      else if (tag === block(7)) value = Buffer.from(reader.bytes()).toString('base64');
      else return false;
      return true;
    });
    return value;
  }

  #nested(end: number, depth: number, keyed: boolean): LooseValue {
    if (depth === 0) {
      this.#faults.add('deep-attribute', () => `at byte ${this.#reader.pos} of a message of ${this.#length}`);
      this.#reader.pos = end;
      return null;
    }
    const items: LooseValue[] = [];
    const fields = new Map<string, LooseValue>();
    this.fields(end, (tag, blockEnd) => {
      if (tag !== block(1)) return false;
      if (keyed) fields.set(...this.#pair(blockEnd(), depth - 1));
      else items.push(this.#anyValue(blockEnd(), depth - 1));
      return true;
    });
    return keyed ? fields : items;
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * What every reader of traces makes of its format: plain data. Times are nanoseconds since the Unix epoch as the exporter's clock
 * had them, so two services' times differ by their clocks' difference.
 */

type Plain = string | number | boolean;

/** An int64 beyond 2^53 is its decimal text, bytes are base64 text; what a list holds besides plain values is JSON text. */
export type AttributeValue = Plain | readonly Plain[];
/** By name; the fields of a nested value have dotted names. Has no prototype members: any name may be looked up. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Where a span is, for whoever looks for it. */
export function spanPlace({ name, traceId, spanId }: Pick<Span, 'name' | 'traceId' | 'spanId'>): string {
  return `${name}, trace ${traceId}, span ${spanId}`;
}

export interface SpanEvent {
  readonly name: string;
  readonly atNs: bigint;
  readonly attributes: Attributes;
}

export interface Span {
  /** 32 hex digits, lower case. */
  readonly traceId: string;
  /** 16 hex digits, lower case. */
  readonly spanId: string;
  /** 16 hex digits, lower case; null for a root. */
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: SpanKind | null;
  readonly startNs: bigint;
  /** Not before `startNs`. */
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** Its status is an error. */
  readonly error: boolean;
  readonly statusMessage: string | null;
  /** Of the service; one object for all spans of a batch. */
  readonly resource: Attributes;
  /** Name of the instrumentation scope. */
  readonly scope: string | null;
}

/** A span as its format had it, before it is checked: null where there is none, or one that is no id or time. */
export type SpanDraft = Omit<Span, 'traceId' | 'spanId' | 'startNs' | 'endNs'> & {
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
};

export const spanKinds: readonly (SpanKind | null)[] = [null, 'internal', 'server', 'client', 'producer', 'consumer'];
/** `STATUS_CODE_ERROR` of OTLP. */
export const errorStatus = 2;

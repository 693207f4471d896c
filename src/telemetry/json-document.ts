import { noAttributes } from './attributes.js';
import type { SpanSink } from './intake.js';
import { readJaegerSpan, readProcesses } from './jaeger.js';
import type { Processes } from './jaeger.js';
import { JsonPieces, pieceLimits } from './json-pieces.js';
import type { PieceHandlers, PieceLimits, Route } from './json-pieces.js';
import { notSpans } from './json-value.js';
import { isJson, readResource, readScope, readSpan } from './otlp-json.js';
import type { Json } from './otlp-json.js';
import type { Attributes } from './span.js';

type Role = 'document' | 'way' | 'resource-spans' | 'resource' | 'scope-spans' | 'scope' | 'span' | 'jaeger-trace' | 'processes' | 'jaeger-span';

const listOf = (item: Route<Role>): Route<Role> => ({ role: 'way', fields: { '*': item } });
const resourceOrScope = (role: 'resource' | 'scope'): Route<Role> => ({ role });
const scopeSpans: Route<Role> = {
  role: 'scope-spans',
  fields: { scope: resourceOrScope('scope'), instrumentationLibrary: resourceOrScope('scope'), spans: listOf({ role: 'span' }) },
};
const resourceSpans: Route<Role> = {
  role: 'resource-spans',
  fields: { resource: resourceOrScope('resource'), scopeSpans: listOf(scopeSpans), instrumentationLibrarySpans: listOf(scopeSpans) },
};
const batches = { resourceSpans: listOf(resourceSpans), batches: listOf(resourceSpans) };
const jaegerTrace: Route<Role> = { role: 'jaeger-trace', fields: { processes: { role: 'processes' }, spans: listOf({ role: 'jaeger-span' }) } };
const fields = { ...batches, trace: { role: 'way', fields: batches } as Route<Role>, data: listOf(jaegerTrace) };
const documentRoute: Route<Role> = { role: 'document', fields: { ...fields, '*': { role: 'document', fields } } };

/** Spans that wait for their resource, scope or processes, which JSON may give after them: bytes of JSON. */
const mostHeldBytes = 16 * 2 ** 20;

interface Held {
  readonly span: Json;
  readonly scope: { name: string | null };
}

/** Reads JSON documents in chunks: OTLP, Tempo and Jaeger in the memory of a few spans, however long. */
export class JsonDocument implements PieceHandlers<Role> {
  readonly #pieces: JsonPieces<Role>;
  readonly #sink: SpanSink;
  #resource: Attributes | null = null;
  #processes: Processes | null = null;
  #scope: { name: string | null; known: boolean } = { name: null, known: false };
  #held: Held[] = [];
  #heldBytes = 0;
  /** Too much was held: the rest of this batch goes on as it comes. */
  #waiting = true;
  #found = false;

  constructor(sink: SpanSink, limits: PieceLimits = pieceLimits) {
    this.#sink = sink;
    this.#pieces = new JsonPieces(documentRoute, this, limits);
  }

  /** False when nothing more can be read. */
  push(chunk: Uint8Array): boolean {
    this.#pieces.push(chunk);
    return this.#pieces.broken === null;
  }

  /** After the last chunk. False where something of the document was not read to its end. */
  finish(): boolean {
    const { broken, partial } = this.#pieces;
    this.#release('all');
    if (broken !== null) this.#sink.faults.add('not-json', () => `${broken}: what follows is not read`);
    else if (partial) this.#sink.faults.add('cut-short', () => 'the JSON ends in the middle of a value');
    return broken === null && !partial;
  }

  begin(role: Role): void {
    if (role === 'resource-spans' || role === 'jaeger-trace') [this.#resource, this.#processes, this.#waiting, this.#scope] = [null, null, true, { name: null, known: false }];
    else if (role === 'scope-spans') this.#scope = { name: null, known: false };
    else if (role === 'document') this.#found = false;
    if (role !== 'document') this.#found = true;
  }

  piece(role: Role, value: unknown, bytes: number): void {
    if (role === 'resource') {
      this.#resource = readResource(value, this.#sink.faults);
      if (this.#scope.known) this.#release('otlp');
    } else if (role === 'scope') {
      [this.#scope.name, this.#scope.known] = [readScope(value), true];
      if (this.#resource) this.#release('otlp');
    } else if (role === 'processes') {
      this.#processes = readProcesses(value);
      this.#release('jaeger');
    } else this.#span(role === 'jaeger-span' ? 'jaeger' : 'otlp', value, bytes);
  }

  #span(format: 'otlp' | 'jaeger', span: unknown, bytes: number): void {
    if (!isJson(span)) return notSpans(span, 'a span', this.#sink);
    const known = format === 'jaeger' ? this.#processes !== null : this.#resource !== null && this.#scope.known;
    if (!known && !this.#waiting) this.#late(1);
    if (known || !this.#waiting) return this.#offer(format, { span, scope: this.#scope });
    this.#held.push({ span, scope: this.#scope });
    this.#heldBytes += bytes;
    if (this.#heldBytes <= mostHeldBytes) return;
    this.#waiting = false;
    this.#late(this.#held.length);
    this.#release(format);
  }

  #late(count: number): void {
    this.#sink.faults.add('late-resource', () => `more than ${mostHeldBytes} bytes of spans without their resource, scope or processes`, { count });
  }

  end(role: Role): void {
    if (role === 'scope-spans' && this.#resource) this.#release('otlp');
    else if (role === 'resource-spans') this.#release('otlp');
    else if (role === 'jaeger-trace') this.#release('jaeger');
    else if (role === 'document' && !this.#found) this.#sink.faults.add('not-spans', () => 'a document that is nothing that spans are in');
  }

  fault(kind: 'not-json' | 'too-long' | 'too-deep', why: string): void {
    this.#sink.faults.add(kind, () => why);
  }

  #release(format: 'otlp' | 'jaeger' | 'all'): void {
    const held = this.#held;
    [this.#held, this.#heldBytes] = [[], 0];
    for (const one of held) this.#offer(format === 'all' ? ('spanID' in one.span ? 'jaeger' : 'otlp') : format, one);
  }

  #offer(format: 'otlp' | 'jaeger', { span, scope }: Held): void {
    const { faults } = this.#sink;
    this.#sink.offer(format === 'jaeger' ? readJaegerSpan(span, this.#processes ?? new Map(), faults) : readSpan(span, this.#resource ?? noAttributes, scope.name, faults));
  }
}

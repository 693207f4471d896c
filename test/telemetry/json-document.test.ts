import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Intake } from '../../src/telemetry/intake.js';
import { JsonDocument } from '../../src/telemetry/json-document.js';
import { JsonPieces } from '../../src/telemetry/json-pieces.js';
import type { PieceLimits, Route } from '../../src/telemetry/json-pieces.js';
import type { Span } from '../../src/telemetry/span.js';
import { startNs, traceId } from './sdk-spans.js';

/** Cuts a text into chunks of so many bytes. */
function chunks(text: string, bytes: number): Buffer[] {
  const all = Buffer.from(text);
  return Array.from({ length: Math.ceil(all.length / bytes) }, (_, i) => all.subarray(i * bytes, (i + 1) * bytes));
}

const route: Route<string> = { role: 'root', fields: { wanted: { role: 'list', fields: { '*': { role: 'item' } } } } };
const lists = (value: unknown): unknown[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []);

function piecesOf(text: string, bytes: number, limits?: PieceLimits): { pieces: unknown[]; faults: string[]; broken: boolean; partial: boolean } {
  const pieces: unknown[] = [];
  const faults: string[] = [];
  const cutter = new JsonPieces(route, { begin: () => {}, end: () => {}, piece: (_, value) => pieces.push(value), fault: (kind) => faults.push(kind) }, limits);
  for (const chunk of chunks(text, bytes)) cutter.push(chunk);
  return { pieces, faults, broken: cutter.broken !== null, partial: cutter.partial };
}

describe('pieces of a document', () => {
  it('are what JSON.parse finds there, wherever the chunks are cut', () => {
    const value = fc.record({ before: fc.jsonValue(), wanted: fc.jsonValue(), after: fc.jsonValue(), 'wan"ted': fc.jsonValue(), '*': fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 1, '\t'), (document, bytes, indent) => {
        const text = JSON.stringify(document, null, indent);
        expect(piecesOf(text, bytes)).toEqual({ pieces: lists((JSON.parse(text) as { wanted?: unknown }).wanted), faults: [], broken: false, partial: false });
      }),
    );
  });

  it('that are too long, too deep or no JSON are left out, and the others are not', () => {
    const items = ['{"a":1}', `{"a":"${'x'.repeat(100)}"}`, '[[[[1]]]]', '{"a":x}', '{"b":"]}"}'];
    expect(piecesOf(`{"wanted":[${items.join(',')}]}`, 7, { bytes: 50, depth: 3 })).toEqual({ pieces: [{ a: 1 }, { b: ']}' }], faults: ['too-long', 'too-deep', 'not-json'], broken: false, partial: false });
  });

  it.each(['{"wanted":[{}]]', '{"wanted":[{}}', '"x"', '{} x', '{"wanted":[{},#]}', 'null'])('end where %j is no JSON', (text) => {
    expect(piecesOf(text, 3).broken).toBe(true);
  });
});

const span = (number: number): object => ({ traceId, spanId: number.toString(16).padStart(16, '0'), name: 'x', startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs), attributes: [{ key: 'text', value: { stringValue: 'x'.repeat(1000) } }] });
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'voice' } }] };

function read(text: string, bytes = 1000): { spans: Span[]; faults: Record<string, number> } {
  const spans: Span[] = [];
  const intake = new Intake((one) => spans.push(one));
  const document = new JsonDocument(intake);
  for (const chunk of chunks(text, bytes)) document.push(chunk);
  document.finish();
  return { spans, faults: Object.fromEntries(intake.tally().faults.map(({ kind, count }) => [kind, count])) };
}

describe('a document of spans', () => {
  it('may give resource and scope after the spans', () => {
    const { spans, faults } = read(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span(1)], scope: { name: 'a' } }, { spans: [span(2)] }, { scope: { name: 'c' }, spans: [span(3)] }], resource }, { scopeSpans: [{ spans: [span(4)] }] }] }), 50);
    expect(spans.map((one) => [one.spanId.slice(-1), one.resource['service.name'], one.scope])).toEqual([
      ['1', 'voice', 'a'],
      ['2', 'voice', null],
      ['3', 'voice', 'c'],
      ['4', undefined, null],
    ]);
    expect(faults).toEqual({});
  });

  it('hands spans on without a resource that comes too late for its memory, and says so', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => span(i + 1));
    const { spans, faults } = read(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: 'a' }, spans: many }], resource }] }), 65536);
    expect(spans).toHaveLength(20_000);
    expect(spans[0].resource).toEqual({});
    expect(faults).toEqual({ 'late-resource': 20_000 });
  });

  it('counts what are no spans, and documents of something else', () => {
    expect(read('{"resourceSpans":[{"scopeSpans":[{"spans":[[],{}]}]}]} {"a":{}} {"resourceSpans":[]}').faults).toEqual({ 'not-spans': 2, 'bad-id': 1 });
  });
});

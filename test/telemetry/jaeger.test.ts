import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSpans } from '../../src/telemetry/read.js';
import type { Span } from '../../src/telemetry/span.js';
import type { ReadTally } from '../../src/telemetry/tally.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bargein-jaeger-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(value: unknown, indent?: number): Promise<{ spans: Span[]; tally: ReadTally }> {
  writeFileSync(join(folder, 'trace.json'), JSON.stringify(value, null, indent));
  const spans: Span[] = [];
  return { tally: await readSpans(join(folder, 'trace.json'), (span) => spans.push(span)), spans };
}

const traceID = '8ff7e983d1a2b3c4';
const root = { traceID, spanID: 'a1', operationName: 'voice.turn', references: [], startTime: 1_780_000_000_123_456, duration: 2_000_000, tags: [{ key: 'span.kind', type: 'string', value: 'server' }], logs: [], processID: 'p1', warnings: null };
const child = {
  traceID,
  spanID: '00000000000000b2',
  operationName: 'audio.barge_in',
  references: [
    { refType: 'FOLLOWS_FROM', traceID, spanID: 'c3' },
    { refType: 'CHILD_OF', traceID, spanID: 'a1' },
  ],
  startTime: 1_780_000_000_123_457,
  duration: 60_250,
  tags: [
    { key: 'audio.silence_ms', type: 'float64', value: 60.25 },
    { key: 'audio.n', type: 'int64', value: 7 },
    { key: 'audio.big', type: 'int64', value: '9223372036854775807' },
    { key: 'error', type: 'bool', value: true },
    { key: 'otel.status_code', type: 'string', value: 'ERROR' },
    { key: 'otel.status_description', type: 'string', value: 'late' },
    { key: 'otel.scope.name', type: 'string', value: 'pipeline' },
    { key: 'payload', type: 'binary', value: 'AQI=' },
  ],
  logs: [{ timestamp: 1_780_000_000_148_456.5, fields: [{ key: 'event', type: 'string', value: 'vad' }, { key: 'p', type: 'float64', value: '0.75' }] }],
  processID: 'p2',
};
const processes = { p1: { serviceName: 'gateway', tags: [] }, p2: { serviceName: 'voice', tags: [{ key: 'host', type: 'string', value: 'h1' }] } };
const document = { data: [{ traceID, spans: [root, child], processes, warnings: null }], total: 0, limit: 0, offset: 0, errors: null };

const padded = `0000000000000000${traceID}`;
const expected = [
  { traceId: padded, spanId: '00000000000000a1', parentId: null, name: 'voice.turn', kind: 'server', startNs: 1_780_000_000_123_456_000n, endNs: 1_780_000_002_123_456_000n, attributes: { 'span.kind': 'server' }, events: [], error: false, statusMessage: null, resource: { 'service.name': 'gateway' }, scope: null },
  {
    traceId: padded,
    spanId: '00000000000000b2',
    parentId: '00000000000000a1',
    name: 'audio.barge_in',
    kind: null,
    startNs: 1_780_000_000_123_457_000n,
    endNs: 1_780_000_000_183_707_000n,
    attributes: { 'audio.silence_ms': 60.25, 'audio.n': 7, 'audio.big': '9223372036854775807', error: true, 'otel.status_code': 'ERROR', 'otel.status_description': 'late', 'otel.scope.name': 'pipeline', payload: 'AQI=' },
    events: [{ name: 'vad', atNs: 1_780_000_000_148_456_500n, attributes: { event: 'vad', p: 0.75 } }],
    error: true,
    statusMessage: 'late',
    resource: { 'service.name': 'voice', host: 'h1' },
    scope: 'pipeline',
  },
];

describe("Jaeger's JSON", () => {
  it.each([
    ['on one line', document, undefined],
    ['indented, processes after the spans', document, 2],
    ['indented, processes before the spans', { data: [{ processes, spans: [root, child], traceID }] }, 2],
    ['of one trace', document.data[0], undefined],
  ])('is read %s', async (_, value, indent) => {
    const { spans, tally } = await read(value, indent);
    expect(spans).toEqual(expected);
    expect(tally.faults).toEqual([]);
  });

  it.each([
    ['bad-id', { spanID: 'x1' }],
    ['bad-id', { traceID: '0' }],
    ['no-time', { startTime: 0 }],
    ['no-time', { duration: null }],
    ['negative-duration', { duration: -1 }],
    ['lost-event', { logs: [{ fields: [] }] }],
    ['bad-parent-id', { references: [], parentSpanID: 'parent' }],
    ['missing-parent', { references: [{ refType: 'CHILD_OF', traceID, spanID: 'ff' }] }],
  ])('has faults, which are counted: %s', async (kind, fields) => {
    const { tally } = await read({ data: [{ traceID, spans: [{ ...root, ...fields }], processes }] });
    expect(tally.faults).toEqual([expect.objectContaining({ kind, count: 1 })]);
  });

  it('has references into other traces, which are no parents', async () => {
    const { spans } = await read({ data: [{ traceID, spans: [{ ...root, references: [{ refType: 'CHILD_OF', traceID: 'abc', spanID: 'b2' }] }], processes }] });
    expect(spans[0].parentId).toBeNull();
  });
});

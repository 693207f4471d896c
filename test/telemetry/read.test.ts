import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { readSpans } from '../../src/telemetry/read.js';
import type { ReadOptions } from '../../src/telemetry/read.js';
import type { Span } from '../../src/telemetry/span.js';
import type { ReadTally } from '../../src/telemetry/tally.js';
import { expectedSpans, sdkSpans, startNs, traceId } from './sdk-spans.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bargein-traces-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Read = { spans: Span[]; tally: ReadTally; faults: Record<string, number> };
async function read(content: string | Uint8Array | readonly (string | Uint8Array)[], options: ReadOptions = {}): Promise<Read> {
  const contents = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const paths = contents.map((one, i) => {
    writeFileSync(join(folder, `input-${i}`), one);
    return join(folder, `input-${i}`);
  });
  const spans: Span[] = [];
  const tally = await readSpans(paths, (span) => spans.push(span), options);
  return { spans, tally, faults: Object.fromEntries(tally.faults.map(({ kind, count }) => [kind, count])) };
}

const json = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(sdkSpans())!).toString()) as { resourceSpans: [{ scopeSpans: [{ spans: Record<string, unknown>[] }] }] };
const protobuf = ProtobufTraceSerializer.serializeRequest(sdkSpans())!;
const line = JSON.stringify(json);
const framed = (message: Uint8Array): Buffer => Buffer.concat([Buffer.from(Uint8Array.of(0, 0, message.length >> 8, message.length & 255)), message]);
/** Another request of the same spans, as another trace. */
const otherTrace = line.replaceAll(traceId, traceId.replace('5b', '6c'));
const otherProtobuf = Buffer.from(Buffer.from(protobuf).toString('latin1').replaceAll('\x5b\x8e\xff', '\x6c\x8e\xff'), 'latin1');
const asOther = (spans: readonly Span[]): Span[] => spans.map((span) => ({ ...span, traceId: traceId.replace('5b', '6c') }));

describe("spans of the OpenTelemetry SDK's own serializers", () => {
  const otlp: readonly [string, string | Uint8Array][] = [
    ['one line of JSON', line],
    ['a line with its line feed, blank lines and carriage returns', `\r\n${line}\r\n\r\n`],
    ['an indented document', JSON.stringify(json, null, 2)],
    ['a document whose parts begin at the margin', JSON.stringify(json, null, 1).replaceAll(/\n +/g, '\n')],
    ['a byte order mark', `\ufeff${line}`],
    ['protobuf', protobuf],
    ['framed protobuf', framed(protobuf)],
    ['a bare ResourceSpans', JSON.stringify(json.resourceSpans[0])],
    ['a list of them', JSON.stringify(json.resourceSpans)],
    ["Tempo's first API", JSON.stringify({ batches: json.resourceSpans })],
    ["Tempo's second API", JSON.stringify({ trace: json })],
    ["Tempo's second API, indented", JSON.stringify({ trace: json }, null, 4)],
  ];
  it.each([...otlp, ...otlp.map(([name, content]) => [`${name}, gzipped`, gzipSync(content)] as const)])('come equal out of %s', async (_, content) => {
    const { spans, tally } = await read(content);
    expect(spans).toEqual(expectedSpans);
    expect(tally.faults).toEqual([]);
    expect(tally).toMatchObject({ spans: 2, traces: 1, withheld: 0, interrupted: false });
    expect(spans[0].resource).toBe(spans[1].resource);
  });

  it('come out of one span a line without their batch', async () => {
    const { spans } = await read(json.resourceSpans[0].scopeSpans[0].spans.map((span) => JSON.stringify(span)).join('\n'));
    expect(spans).toEqual(expectedSpans.map((span) => ({ ...span, resource: {}, scope: null })));
  });

  it.each([
    ['lines', `${line}\n${otherTrace}\n`],
    ['documents one after another', `${JSON.stringify(json, null, 2)}\n${JSON.stringify(JSON.parse(otherTrace), null, 2)}`],
    ['batches of one protobuf message', Buffer.concat([protobuf, otherProtobuf])],
    ['framed messages', Buffer.concat([framed(protobuf), framed(otherProtobuf)])],
    ['gzip members', Buffer.concat([gzipSync(`${line}\n`), gzipSync(otherTrace)])],
  ])('come out of several %s', async (_, content) => {
    const { spans, tally } = await read(content);
    expect(spans).toEqual([...expectedSpans, ...asOther(expectedSpans)]);
    expect(tally).toMatchObject({ spans: 4, traces: 2, faults: [] });
  });

  it('come out of standard input', () => {
    const script = `import('${join(process.cwd(), 'dist/telemetry/read.js')}').then(async ({ readSpans }) => { const names = []; await readSpans('-', ({ name }) => names.push(name)); console.log(names.join()); })`;
    expect(execFileSync(process.execPath, ['-e', script], { input: gzipSync(line) }).toString()).toBe('audio.barge_in,voice.turn\n');
  });

  it('carry bytes, empty and nested values', async () => {
    const [span] = sdkSpans();
    const attributes = { bytes: Uint8Array.of(1, 2, 250), empty: null, list: ['a', null, [1, 'b'], { c: true }], map: { a: 1, inner: { b: 'x' } }, text: '' };
    const changed = Object.assign(Object.create(span) as typeof span, { attributes });
    const expected = { bytes: 'AQL6', list: ['a', 'null', '[1,"b"]', '{"c":true}'], 'map.a': 1, 'map.inner.b': 'x', text: '' };
    for (const serializer of [JsonTraceSerializer, ProtobufTraceSerializer]) {
      const { spans, faults } = await read(serializer.serializeRequest([changed])!);
      expect(spans.map((one) => one.attributes)).toEqual([expected]);
      expect(faults).toEqual({ 'missing-parent': 1 });
    }
  });
});

describe('OTLP written otherwise', () => {
  const span = { traceId, spanId: 'eee19b7ec3c1b174', name: 'x', startTimeUnixNano: String(startNs), endTimeUnixNano: String(startNs + 5n) };
  const one = async (fields: object): Promise<Read> => read(JSON.stringify({ ...span, ...fields }));

  it.each([
    [{ traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=' }, { traceId, spanId: 'eee19b7ec3c1b174' }],
    [{ traceId: traceId.toUpperCase(), spanId: 'EEE19B7EC3C1B174', parentSpanId: '' }, { traceId, spanId: 'eee19b7ec3c1b174', parentId: null }],
    [{ parentSpanId: '0000000000000000' }, { parentId: null }],
    [{ kind: 'SPAN_KIND_CONSUMER', status: { code: 'STATUS_CODE_ERROR' } }, { kind: 'consumer', error: true, statusMessage: null }],
    [{ kind: 0, status: { code: 1, message: '' } }, { kind: null, error: false, statusMessage: null }],
    [{ kind: 5, status: null }, { kind: 'consumer', error: false }],
    [{ attributes: [{ key: 'i', value: { intValue: '-7' } }, { key: 'big', value: { intValue: '9223372036854775807' } }] }, { attributes: { i: -7, big: '9223372036854775807' } }],
    [{ attributes: [{ key: 'd', value: { doubleValue: 'NaN' } }, { key: 'e', value: { doubleValue: '-Infinity' } }, { key: 'f', value: { doubleValue: '1.5' } }] }, { attributes: { d: NaN, e: -Infinity, f: 1.5 } }],
    [{ attributes: [{ key: '__proto__', value: { stringValue: 'x' } }, { key: 'constructor', value: { boolValue: true } }] }, { attributes: Object.fromEntries([['__proto__', 'x'], ['constructor', true]]) }],
    [{ attributes: [null, 7, { key: 3 }, { key: 'a' }, { key: 'b', value: null }, { key: 'c', value: { intValue: 'x' } }] }, { attributes: {} }],
    [{ name: 7, attributes: 'x', events: { a: 1 } }, { name: '', attributes: {}, events: [] }],
  ])('%j', async (fields, expected) => {
    const { spans, tally } = await one(fields);
    expect(spans).toEqual([expect.objectContaining(expected)]);
    expect(tally.faults).toEqual([]);
  });

  it('has no names that nobody wrote', async () => {
    const { spans } = await one({});
    expect(spans[0].attributes.toString).toBeUndefined();
    expect(spans[0].resource.constructor).toBeUndefined();
  });

  it('names the instrumentation library of old', async () => {
    const { spans } = await read(JSON.stringify({ batches: [{ resource: {}, instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'old' }, spans: [span] }] }] }));
    expect(spans).toEqual([expect.objectContaining({ scope: 'old' })]);
  });

  it.each([
    ['bad-id', { traceId: '5b8e' }, 0],
    ['bad-id', { traceId: '0'.repeat(32) }, 0],
    ['bad-id', { spanId: 'zzz19b7ec3c1b174' }, 0],
    ['no-time', { startTimeUnixNano: '0' }, 0],
    ['no-time', { endTimeUnixNano: undefined }, 0],
    ['no-time', { endTimeUnixNano: '18446744073709551616' }, 0],
    ['no-time', { endTimeUnixNano: '1e18' }, 0],
    ['negative-duration', { endTimeUnixNano: String(startNs - 1n) }, 0],
    ['bad-parent-id', { parentSpanId: 'abc' }, 1],
    ['missing-parent', { parentSpanId: 'eee19b7ec3c1b199' }, 1],
    ['rounded-time', { startTimeUnixNano: Number(startNs - 1000n) }, 1],
    ['implausible-time', { startTimeUnixNano: '1', endTimeUnixNano: '2' }, 1],
    ['lost-event', { events: [{ name: 'x' }] }, 1],
    ['deep-attribute', { attributes: [{ key: 'a', value: nested(17) }] }, 1],
  ])('%s is counted: %j', async (kind, fields, handedOn) => {
    const { spans, faults, tally } = await one(fields);
    expect(faults).toMatchObject({ [kind]: 1 });
    expect(spans).toHaveLength(handedOn);
    expect(tally.withheld).toBe(1 - handedOn);
    expect(tally.faults.find((fault) => fault.kind === kind)?.first.where).toMatch(/input-0, line 1$/);
  });
});

function nested(depth: number): object {
  return depth === 0 ? { intValue: '1' } : { arrayValue: { values: [nested(depth - 1)] } };
}

describe('a broken input', () => {
  it('loses its broken lines only, and says where', async () => {
    const { spans, tally, faults } = await read(`{"resourceSpans":[{"res\n${line}\nnull\n{"a":1}\n[]\n{}\nplain\n${line}\n`);
    expect(spans).toEqual(expectedSpans);
    expect(faults).toEqual({ 'not-json': 2, 'not-spans': 2, duplicate: 2 });
    expect(tally.faults.map(({ first }) => [first.where.replace(/.*input/, 'input'), first.why])).toEqual([
      ['input-0, line 1', `'{"resourceSpans":[{"res'`],
      ['input-0, line 3', 'null is nothing that spans are in'],
      ['input-0, line 8', `span eee19b7ec3c1b175 of trace ${traceId} once more`],
    ]);
    expect(tally.withheld).toBe(2);
  });

  it.each([
    ['JSON', JSON.stringify(json, null, 1).slice(0, -200), 'cut-short'],
    ['gzip', gzipSync(line.repeat(20)).subarray(0, -9), 'cut-short'],
    ['a framed message', Buffer.concat([framed(protobuf), framed(protobuf).subarray(0, -3)]), 'cut-short'],
    ['a batch', Buffer.concat([protobuf, protobuf.subarray(0, -3)]), 'cut-short'],
  ])('that ends within %s is told', async (_, content, kind) => {
    expect((await read(content)).faults).toHaveProperty(kind, 1);
  });

  it('goes on after a framed message that is none, and not after bytes that frame nothing', async () => {
    const broken = Buffer.from(protobuf);
    broken[3] = 0xff;
    const after = await read(Buffer.concat([framed(protobuf), framed(broken), framed(otherProtobuf)]));
    expect(after.spans).toHaveLength(4);
    expect(after.faults).toEqual({ 'not-protobuf': 1 });
    const lost = await read(Buffer.concat([framed(protobuf), Buffer.alloc(8, 0xff), framed(otherProtobuf)]));
    expect(lost.spans).toHaveLength(2);
    expect(lost.faults).toEqual({ 'not-protobuf': 1 });
  });

  it.each([
    ['a text', 'once upon a time\nthere was\n'],
    ['bytes', Uint8Array.of(1, 2, 3, 4, 5, 6, 7)],
    ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0)],
    ['zstd in frames', Uint8Array.of(0, 0, 1, 1, 0x28, 0xb5, 0x2f, 0xfd, 0, 0)],
    ['gzip of a text', gzipSync('once upon a time')],
  ])('of %s is refused', async (_, content) => {
    await expect(read(content)).rejects.toThrow(BargeinError);
  });

  it('that is not there is refused', async () => {
    await expect(readSpans(join(folder, 'none'), () => {})).rejects.toThrow(/no such file/);
    await expect(readSpans(folder, () => {})).rejects.toThrow(/folder/);
  });

  it.each(['', '{}', '{"resourceSpans":[]}', '\n\n{}\n'])('without spans says so: %j', async (content) => {
    expect((await read(content)).faults).toEqual({ 'no-spans': 1 });
  });

  it('never throws anything but a BargeinError', async () => {
    const document = Buffer.from(JSON.stringify(json, null, 1));
    const whole = fc.constantFrom<Uint8Array>(Buffer.from(`${line}\n${otherTrace}`), document, protobuf, framed(protobuf), gzipSync(line));
    const broken = fc.tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(), fc.boolean()).map(([bytes, flips, end, cut]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, byte] of flips) copy[at % copy.length] = byte;
      return cut ? copy.subarray(0, end % (copy.length + 1)) : copy;
    });
    const anyJson = fc.oneof(fc.json(), fc.jsonValue().map((value) => JSON.stringify({ resourceSpans: value })), fc.jsonValue().map((value) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: 'eee19b7ec3c1b174', attributes: value, events: value, status: value }] }] }] })));
    await fc.assert(
      fc.asyncProperty(fc.oneof(broken, anyJson, fc.uint8Array()), async (content) => {
        await read(content).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(BargeinError));
      }),
      { numRuns: 400 },
    );
  });

  it.each(['[', '{"a":', '[{"resourceSpans":', '{"resourceSpans":[{"resource":'])('may nest %j without end', async (opening) => {
    const { spans, tally } = await read(opening.repeat(300_000));
    expect(spans).toEqual([]);
    expect(tally.faults.length).toBeGreaterThan(0);
  });

  it('passes on what the taker of spans throws', async () => {
    writeFileSync(join(folder, 'thrown'), line);
    const fault = new RangeError('mine');
    const taken = readSpans(join(folder, 'thrown'), () => {
      throw fault;
    });
    await expect(taken).rejects.toBe(fault);
    writeFileSync(join(folder, 'thrown'), framed(protobuf));
    await expect(readSpans(join(folder, 'thrown'), () => { throw fault; })).rejects.toBe(fault);
  });
});

describe('several inputs', () => {
  it('are one: parents and duplicates are looked for in all', async () => {
    const [child, parent] = json.resourceSpans[0].scopeSpans[0].spans;
    const apart = await read([JSON.stringify(child), gzipSync(JSON.stringify(parent)), JSON.stringify(child)]);
    expect(apart.spans).toHaveLength(2);
    expect(apart.faults).toEqual({ duplicate: 1 });
    expect(apart.tally.faults[0].first.where).toMatch(/input-2, line 1$/);
  });

  it('end where the signal is raised', async () => {
    const { tally } = await read([line, line], { signal: AbortSignal.abort() });
    expect(tally).toMatchObject({ spans: 0, interrupted: true });
    const stop = new AbortController();
    writeFileSync(join(folder, 'long'), `${line}\n`.repeat(2000));
    const stopped = await readSpans(join(folder, 'long'), () => stop.abort(), { signal: stop.signal });
    expect(stopped).toMatchObject({ spans: 2, interrupted: true });
  });
});

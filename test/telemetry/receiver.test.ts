import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { BinaryReader } from '@bufbuild/protobuf';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { listenForSpans } from '../../src/telemetry/receiver.js';
import type { SpanReceiver } from '../../src/telemetry/receiver.js';
import { largestBody } from '../../src/telemetry/request-body.js';
import type { Span } from '../../src/telemetry/span.js';
import { expectedSpans, sdkSpans } from './sdk-spans.js';

type Compression = NonNullable<ConstructorParameters<typeof JsonExporter>[0]>['compression'];

let receiver: SpanReceiver;
let spans: Span[];
beforeEach(async () => {
  spans = [];
  receiver = await listenForSpans({ port: 0 }, (span) => spans.push(span));
});
afterEach(async () => {
  await receiver.close();
});

const json = Buffer.from(JsonTraceSerializer.serializeRequest(sdkSpans())!);
const protobuf = Buffer.from(ProtobufTraceSerializer.serializeRequest(sdkSpans())!);
const post = (body: Buffer | string, headers: Record<string, string>, path = '/v1/traces'): Promise<Response> => fetch(receiver.url + path, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
const asJson = { 'content-type': 'application/json' };
const asProtobuf = { 'content-type': 'application/x-protobuf' };
const gzipped = { 'content-encoding': 'gzip' };
const faults = (): Record<string, number> => Object.fromEntries(receiver.tally().faults.map(({ kind, count }) => [kind, count]));

describe('the receiver of OTLP/HTTP', () => {
  it.each([
    ['JSON', JsonExporter, 'none'],
    ['gzipped JSON', JsonExporter, 'gzip'],
    ['protobuf', ProtobufExporter, 'none'],
    ['gzipped protobuf', ProtobufExporter, 'gzip'],
  ])("takes what the SDK's exporter sends in %s", async (_, Exporter, compression) => {
    const exporter = new Exporter({ url: `${receiver.url}/v1/traces`, compression: compression as Compression });
    const result = await new Promise<{ code: number; error?: Error }>((resolve) => exporter.export(sdkSpans(), resolve));
    await exporter.shutdown();
    expect(result.error).toBeUndefined();
    expect(spans).toEqual(expectedSpans);
    expect(receiver.tally()).toMatchObject({ spans: 2, traces: 1, faults: [] });
  });

  it('answers with an empty response of the type that it got', async () => {
    const [first, second] = [await post(json, { 'content-type': 'application/json; charset=utf-8' }), await post(gzipSync(protobuf), { ...asProtobuf, ...gzipped })];
    expect([first.status, first.headers.get('content-type'), await first.text()]).toEqual([200, 'application/json', '{}']);
    expect([second.status, second.headers.get('content-type'), await second.text()]).toEqual([200, 'application/x-protobuf', '']);
    expect(faults()).toEqual({ duplicate: 2 });
  });

  it.each(['/v1/metrics', '/v1/logs'])('takes and drops %s', async (path) => {
    expect((await post('whatever', asProtobuf, path)).status).toBe(200);
    expect(receiver.tally()).toMatchObject({ spans: 0, faults: [] });
  });

  it.each([
    [400, '{', asJson, 'not-json'],
    [400, '7', asJson, 'not-spans'],
    [400, Buffer.concat([protobuf.subarray(0, -5)]), asProtobuf, 'not-protobuf'],
    [400, json, { ...asJson, ...gzipped }, 'refused-request'],
    [415, json, { 'content-type': 'text/plain' }, 'refused-request'],
    [415, json, { ...asJson, 'content-encoding': 'br' }, 'refused-request'],
    [413, gzipSync(Buffer.alloc(largestBody + 1, 0x20)), { ...asJson, ...gzipped }, 'refused-request'],
    [413, Buffer.alloc(largestBody + 1, 0x20), asJson, 'refused-request'],
  ])('answers %i and hands nothing on (%#)', async (status, body, headers: Record<string, string>, kind) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(spans).toEqual([]);
    expect(faults()).toMatchObject({ [kind]: 1, 'refused-request': 1 });
  });

  it('says why in a Status of the type that it got', async () => {
    expect(await (await post('{', asJson)).json()).toEqual({ code: 3, message: 'the body is no ExportTraceServiceRequest in application/json' });
    const reader = new BinaryReader(new Uint8Array(await (await post('{', asProtobuf)).arrayBuffer()));
    expect([reader.tag(), reader.int32(), reader.tag(), reader.string()]).toEqual([[1, 0], 3, [2, 2], 'the body is no ExportTraceServiceRequest in application/x-protobuf']);
  });

  it('knows its paths and its method', async () => {
    expect((await post(json, asJson, '/v1/trace')).status).toBe(404);
    expect((await post(json, asJson, '/constructor')).status).toBe(404);
    const got = await fetch(`${receiver.url}/v1/traces`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('reads a large body as a small one', async () => {
    const many = JSON.parse(json.toString()) as { resourceSpans: [{ scopeSpans: [{ spans: { spanId: string }[] }] }] };
    const [scope] = many.resourceSpans[0].scopeSpans;
    scope.spans = Array.from({ length: 2000 }, (_, i) => ({ ...scope.spans[0], spanId: (i + 1).toString(16).padStart(16, '0') }));
    expect((await post(JSON.stringify(many), asJson)).status).toBe(200);
    expect(spans).toHaveLength(2000);
    expect(spans[0]).toEqual({ ...expectedSpans[0], spanId: '0000000000000001' });
  });

  it('outlives a connection that is broken off', async () => {
    const broken = connect(Number(new URL(receiver.url).port), '127.0.0.1');
    await new Promise((resolve) => broken.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"re', resolve));
    await new Promise((resolve) => broken.destroy().once('close', resolve));
    expect((await post(json, asJson)).status).toBe(200);
    expect(spans).toHaveLength(2);
  });

  it('gives back at its end what the taker of spans threw', async () => {
    const fault = new Error('mine');
    const other = await listenForSpans({ port: 0 }, () => {
      throw fault;
    });
    const response = await fetch(`${other.url}/v1/traces`, { method: 'POST', body: new Uint8Array(json), headers: asJson });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('mine');
    await expect(other.close()).rejects.toBe(fault);
  });

  it('listens on this machine alone, and says where it cannot', async () => {
    expect(receiver.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(listenForSpans({ port: Number(new URL(receiver.url).port) }, () => {})).rejects.toThrow(BargeinError);
    await expect(listenForSpans({ port: Number(new URL(receiver.url).port) }, () => {})).rejects.toThrow(/in use/);
  });
});

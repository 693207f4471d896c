import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BinaryWriter, WireType } from '@bufbuild/protobuf';
import { BargeinError, messageOf } from '../errors.js';
import { Intake } from './intake.js';
import type { IntakeOptions, SpanSink } from './intake.js';
import { JsonDocument } from './json-document.js';
import { parsedJson } from './json-pieces.js';
import { offerValue } from './json-value.js';
import { tryDecodeRequest } from './otlp-protobuf.js';
import { BodyReader, RequestRefusal } from './request-body.js';
import type { Span, SpanDraft } from './span.js';
import type { ReadTally } from './tally.js';

export interface ReceiverOptions extends IntakeOptions {
  /** Where it can be reached: this machine alone, unless it says otherwise. */
  readonly host?: string;
  /** 0: a free one. That of OTLP/HTTP is 4318. */
  readonly port: number;
}

export interface SpanReceiver {
  /** What exporters take as their endpoint, e.g. `http://127.0.0.1:4318`. */
  readonly url: string;
  /** What has come so far, and what was wrong with it. */
  tally(): ReadTally;
  /** Stops listening, and lets requests under way end. @throws what `onSpan` threw first */
  close(): Promise<ReadTally>;
}

const loopback = '127.0.0.1';
const mostRequests = 16;
const mostConnections = 64;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
/** Bodies up to this go to JSON.parse whole. */
const longestParsedBody = 2 ** 20;

const paths = { '/v1/traces': 'traces', '/v1/metrics': 'dropped', '/v1/logs': 'dropped' } as const;
const bodyTypes = { 'application/x-protobuf': 'protobuf', 'application/json': 'json' } as const;
type BodyType = keyof typeof bodyTypes;

/**
 * Receives traces by OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): `POST /v1/traces` in protobuf or JSON, gzipped or not. Metrics and
 * logs are accepted and dropped, so that an exporter of all three is content. A request's spans are all given to `onSpan`, or, where
 * its body is broken, none.
 * @throws BargeinError where it cannot listen there
 */
export async function listenForSpans({ host = loopback, port, ...options }: ReceiverOptions, onSpan: (span: Span) => void): Promise<SpanReceiver> {
  const receiver = new Receiver(onSpan, options);
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs }, (request, response) => void receiver.serve(request, response));
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (thrown) => reject(cannotListen(thrown, host, port)));
    server.listen(port, host);
  });
  return { url: urlOf(server), tally: () => receiver.tally(), close: () => receiver.close(server) };
}

class Receiver {
  readonly #intake: Intake;
  readonly #bodies = new BodyReader();
  #active = 0;
  #number = 0;
  #closing = false;
  #failure: { readonly thrown: unknown } | null = null;

  constructor(onSpan: (span: Span) => void, options: IntakeOptions) {
    this.#intake = new Intake(onSpan, options);
  }

  tally(): ReadTally {
    return this.#intake.tally();
  }

  async close(server: Server): Promise<ReadTally> {
    this.#closing = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
    if (this.#failure) throw this.#failure.thrown;
    return this.tally();
  }

  /** Answers one request. Never throws. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = ++this.#number;
    const type = bodyTypeOf(request);
    if (this.#closing) response.setHeader('connection', 'close');
    // A connection that is broken off is told by the body's end.
    response.on('error', () => {});
    this.#active++;
    try {
      if (this.#active > mostRequests) throw new RequestRefusal(503, `more than ${mostRequests} requests at once`);
      await this.#take(request, type, number);
      response.writeHead(200, { 'content-type': type ?? 'application/json' }).end(type === 'application/json' ? '{}' : '');
    } catch (thrown) {
      this.#refuse(request, response, type, thrown, number);
    } finally {
      this.#active--;
    }
  }

  async #take(request: IncomingMessage, type: BodyType | null, number: number): Promise<void> {
    const path = (request.url ?? '').split('?', 1)[0];
    const use = Object.hasOwn(paths, path) ? paths[path as keyof typeof paths] : null;
    if (use === null) throw new RequestRefusal(404, `nothing is received at ${path.slice(0, 80)}: traces are at /v1/traces`);
    if (request.method !== 'POST') throw new RequestRefusal(405, `${request.method} is not taken: POST is`);
    if (type === null) throw new RequestRefusal(415, `content-type ${(request.headers['content-type'] ?? '(none)').slice(0, 80)}: ${Object.keys(bodyTypes).join(' and ')} are taken`);
    const drafts = await this.#bodies.read(request, (body) => (use === 'traces' ? this.#drafts(body, type, number) : []));
    try {
      for (const draft of drafts) this.#intake.offer(draft);
    } catch (thrown) {
      this.#failure ??= { thrown };
      throw thrown;
    }
  }

  #drafts(body: Buffer, type: BodyType, number: number): SpanDraft[] {
    this.#intake.addBytes(body.length);
    const { faults } = this.#intake;
    faults.at('received', 'request', number);
    const drafts: SpanDraft[] = [];
    const sink: SpanSink = { faults, offer: (draft) => drafts.push(draft) };
    const whole = type === 'application/json' ? takeJson(body, sink) : tryDecodeRequest(body, sink.offer, faults);
    if (!whole) throw new RequestRefusal(400, `the body is no ExportTraceServiceRequest in ${type}`);
    return drafts;
  }

  #refuse(request: IncomingMessage, response: ServerResponse, type: BodyType | null, thrown: unknown, number: number): void {
    const status = thrown instanceof RequestRefusal ? thrown.status : 500;
    const message = thrown instanceof RequestRefusal ? thrown.message : 'the request could not be taken';
    this.#intake.faults.add('refused-request', () => (status === 500 ? messageOf(thrown) : `${status}: ${message}`), { where: `received, request ${number}` });
    if (response.destroyed) return;
    response.setHeader('content-type', type ?? 'application/json');
    if (status === 405) response.setHeader('allow', 'POST');
    if (status === 503) response.setHeader('retry-after', '1');
    // What of the body has not come is not waited for.
    if (!request.complete) response.setHeader('connection', 'close').once('finish', () => request.destroy());
    response.writeHead(status).end(type === 'application/x-protobuf' ? statusBytes(message) : JSON.stringify({ code: invalidArgument, message }));
  }
}

function takeJson(body: Buffer, sink: SpanSink): boolean {
  if (body.length > longestParsedBody) {
    const document = new JsonDocument(sink);
    document.push(body);
    return document.finish();
  }
  const value = parsedJson(body.toString());
  if (value === undefined) sink.faults.add('not-json', () => `${body.length} bytes that are no JSON`);
  return value !== undefined && offerValue(value, sink);
}

function bodyTypeOf({ headers }: IncomingMessage): BodyType | null {
  const type = (headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
  return Object.hasOwn(bodyTypes, type) ? (type as BodyType) : null;
}

/** google.rpc.Code. */
const invalidArgument = 3;

/** A google.rpc.Status, which OTLP answers failures with. */
function statusBytes(message: string): Uint8Array {
  return new BinaryWriter().tag(1, WireType.Varint).int32(invalidArgument).tag(2, WireType.LengthDelimited).string(message).finish();
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

const listenFaults: Readonly<Record<string, string>> = { EADDRINUSE: 'it is in use', EACCES: 'no permission', EADDRNOTAVAIL: 'this machine has no such address', ENOTFOUND: 'no such host' };

function cannotListen(thrown: Error, host: string, port: number): BargeinError {
  const code = 'code' in thrown ? String(thrown.code) : '';
  return new BargeinError(`cannot receive traces at ${host}:${port}: ${listenFaults[code] ?? messageOf(thrown)}`, 'listen at another address or port; port 0 takes a free one');
}

import type { HrTime } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Span } from '../../src/telemetry/span.js';

/** Nanoseconds that no double of milliseconds holds. */
export const startNs = 1_780_000_000_123_456_789n;
export const traceId = '5b8efff798038103d269b633813fc60c';
export const hrTime = (ns: bigint): HrTime => [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];

/** Two spans of the OpenTelemetry SDK, the child first, as it ends first. */
export function sdkSpans(exporter: SpanExporter | null = null): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const ids = ['eee19b7ec3c1b174', 'eee19b7ec3c1b175'];
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'voice', 'host.cores': 2 }),
    spanProcessors: [memory, ...(exporter ? [exporter] : [])].map((one) => new SimpleSpanProcessor(one)),
    idGenerator: { generateTraceId: () => traceId, generateSpanId: () => ids.shift() ?? '' },
  });
  const tracer = provider.getTracer('pipeline', '1.2');
  const parent = tracer.startSpan('voice.turn', { kind: SpanKind.SERVER, startTime: hrTime(startNs) }, ROOT_CONTEXT);
  const child = tracer.startSpan(
    'audio.barge_in',
    {
      kind: SpanKind.CLIENT,
      startTime: hrTime(startNs + 1n),
      attributes: { 'audio.stage': 'barge_in', 'audio.silence_ms': 60.25, 'audio.first_byte_ms': -1, 'audio.error': false, 'audio.words': ['wait', 'stop'], 'audio.levels': [1, 2.5], 'audio.flags': [true, false], 'audio.ünicode': '漢字 "quoted"\n' },
    },
    trace.setSpanContext(ROOT_CONTEXT, parent.spanContext()),
  );
  child.setAttribute('audio.big', 9_007_199_254_740_991);
  child.addEvent('vad', { 'vad.probability': 0.75 }, hrTime(startNs + 25_000_001n));
  child.addEvent('silent', {}, hrTime(startNs + 60_000_002n));
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'late' });
  child.end(hrTime(startNs + 60_250_003n));
  parent.end(hrTime(startNs + 2_000_000_000n));
  return memory.getFinishedSpans();
}

const resource = { 'service.name': 'voice', 'host.cores': 2 };

/** What must come of them. */
export const expectedSpans: readonly Span[] = [
  {
    traceId,
    spanId: 'eee19b7ec3c1b175',
    parentId: 'eee19b7ec3c1b174',
    name: 'audio.barge_in',
    kind: 'client',
    startNs: startNs + 1n,
    endNs: startNs + 60_250_003n,
    attributes: {
      'audio.stage': 'barge_in',
      'audio.silence_ms': 60.25,
      'audio.first_byte_ms': -1,
      'audio.error': false,
      'audio.words': ['wait', 'stop'],
      'audio.levels': [1, 2.5],
      'audio.flags': [true, false],
      'audio.ünicode': '漢字 "quoted"\n',
      'audio.big': 9_007_199_254_740_991,
    },
    events: [
      { name: 'vad', atNs: startNs + 25_000_001n, attributes: { 'vad.probability': 0.75 } },
      { name: 'silent', atNs: startNs + 60_000_002n, attributes: {} },
    ],
    error: true,
    statusMessage: 'late',
    resource,
    scope: 'pipeline',
  },
  {
    traceId,
    spanId: 'eee19b7ec3c1b174',
    parentId: null,
    name: 'voice.turn',
    kind: 'server',
    startNs,
    endNs: startNs + 2_000_000_000n,
    attributes: {},
    events: [],
    error: false,
    statusMessage: null,
    resource,
    scope: 'pipeline',
  },
];

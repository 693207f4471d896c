import { describe, expect, it } from 'vitest';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { attemptValues } from '../../../src/report/attempts-csv.js';
import { resultOfValues } from '../../../src/report/attempts-reader.js';
import { attemptSpans } from '../../../src/telemetry/emit/attempt-spans.js';
import type { TracedAttempt } from '../../../src/telemetry/emit/attempt-spans.js';
import { runResource } from '../../../src/telemetry/emit/run-resource.js';
import type { AttemptResult } from '../../../src/types.js';
import { makeResult, sampleResults, sampleRun } from '../../report/sample-run.js';
import { decodeSpans } from './otlp-decoder.js';
import type { DecodedSpan } from './otlp-decoder.js';

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
/** 2026-01-02T03:04:05.678901234Z. */
const zeroNs = 1_767_323_045_678_901_234n;
const packet = (arrivedMs: number) => ({ arrivedMs, length: 480, from: null, data: '' });
const spoken: TracedAttempt['recording'] = {
  packets: [packet(262.25), packet(292.5), packet(1912)],
  askedMs: 250,
  injected: { agentOnsetMs: 310, userOnsetMs: 1810.0625, userEndMs: 2310.0625, slippedMs: 0 },
  endMs: 6000,
};

function spansOf(result: AttemptResult, more: Partial<TracedAttempt> = {}): Record<string, DecodedSpan> {
  const traced = { result, recording: spoken, columns: attemptValues(sampleRun, result), trace, sessionId: '4f2a90c1/f0000', zeroNs, ...more };
  const spans = attemptSpans(traced, { resource: runResource(sampleRun), scope: { name: 'bargein', version: '0.1.0' } });
  // Through the SDK's serialiser and a parser that has nothing to do with it.
  const decoded = decodeSpans(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array);
  return Object.fromEntries(decoded.map((span) => [span.name, span]));
}

const own = (attributes: DecodedSpan['attributes']) => Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('bargein.')).map(([name, value]) => [name.slice('bargein.'.length), value]));
const audio = (attributes: DecodedSpan['attributes']) => Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('audio.')));

describe('an attempt that yielded', () => {
  const spans = spansOf(makeResult());
  const { 'voice.turn': turn, 'audio.barge_in': bargeIn, 'audio.client': client } = spans;

  it('is a trace of three spans', () => {
    expect(Object.keys(spans)).toEqual(['voice.turn', 'audio.barge_in', 'audio.client']);
    expect(Object.values(spans).map(({ traceId }) => traceId)).toEqual([trace.traceId, trace.traceId, trace.traceId]);
    expect(turn).toMatchObject({ spanId: trace.spanId, parentId: '' });
    expect([bargeIn.parentId, client.parentId]).toEqual([trace.spanId, trace.spanId]);
    expect(new Set(Object.values(spans).map(({ spanId }) => spanId)).size).toBe(3);
  });

  it('has its times to the nanosecond', () => {
    expect([turn.startNs, turn.endNs]).toEqual([zeroNs, zeroNs + 6_000_000_000n]);
    // From the onset at 1810.0625 ms to the heard stop 83.125 ms later.
    expect([bargeIn.startNs, bargeIn.endNs]).toEqual([zeroNs + 1_810_062_500n, zeroNs + 1_893_187_500n]);
    // From asking at 250 ms to the last packet.
    expect([client.startNs, client.endNs]).toEqual([zeroNs + 250_000_000n, zeroNs + 1_912_000_000n]);
  });

  it('says under the names of the stages what was measured', () => {
    expect(audio(turn.attributes)).toEqual({ 'audio.session_id': '4f2a90c1/f0000', 'audio.turn_id': 'f0000', 'audio.total_ms': 6000, 'audio.error': false });
    expect(audio(bargeIn.attributes)).toEqual({
      'audio.stage': 'barge_in', 'audio.session_id': '4f2a90c1/f0000', 'audio.turn_id': 'f0000', 'audio.first_byte_ms': 83, 'audio.total_ms': 83, 'audio.error': false,
      'audio.vad_detect_ms': 35, 'audio.cancel_ms': 60, 'audio.silence_ms': 83,
    });
    expect(client.attributes).toEqual({
      'audio.stage': 'client', 'audio.session_id': '4f2a90c1/f0000', 'audio.turn_id': 'f0000', 'audio.first_byte_ms': 12, 'audio.total_ms': 1662, 'audio.error': false,
      'audio.jitter_ms': 0, 'audio.buffer_depth_ms': 40, 'audio.max_buffer_depth_ms': 60, 'audio.underruns': 0, 'audio.largest_gap_ms': 30,
    });
  });

  it('keeps what was measured to the microsecond under its own names', () => {
    expect(own(bargeIn.attributes)).toMatchObject({ stop_latency_ms: 83.125, detect_ms: 35, jitter_ms: 0.123, packetization_ms: 12.5 });
    expect(own(bargeIn.attributes)).toEqual(own(turn.attributes));
  });

  it('has its moments as events, in order', () => {
    const onsetNs = zeroNs + 1_810_062_500n;
    expect(bargeIn.events).toEqual([
      { name: 'vad.speech_started', atNs: onsetNs + 35_000_000n },
      { name: 'cancel', atNs: onsetNs + 60_000_000n },
      { name: 'flush', atNs: onsetNs + 60_000_000n },
      { name: 'agent.silent', atNs: onsetNs + 83_125_000n },
    ]);
  });

  it('is of the run', () => {
    expect(turn.resource).toMatchObject({ 'service.name': 'bargein', 'service.version': '0.1.0', 'bargein.run_id': '4f2a90c1', 'bargein.agent': 'reference:after', 'bargein.clock': 'virtual', 'bargein.seed': 1, 'bargein.corpus_hash': 'c0ffee', 'bargein.within_ms': [60, 100, 250], 'bargein.param_vad.threshold': 0.5 });
  });

  it('is the same span when it is exported again', () => {
    expect(spansOf(makeResult())['audio.barge_in'].spanId).toBe(bargeIn.spanId);
  });
});

describe('what was not measured', () => {
  it('is left out, never 0', () => {
    const result = makeResult({}, { outcome: 'talked-through', stopLatencyMs: null, stopLatencyLoMs: null, detectMs: null, cancelMs: null, flushMs: null, observedMs: 3500, bufferDepthMs: null, jitterMs: null });
    const { 'audio.barge_in': bargeIn, 'audio.client': client } = spansOf(result);
    expect(bargeIn.attributes['audio.first_byte_ms']).toBe(-1);
    for (const name of ['audio.vad_detect_ms', 'audio.cancel_ms', 'audio.silence_ms', 'bargein.stop_latency_ms', 'bargein.detect_ms']) expect(bargeIn.attributes).not.toHaveProperty([name]);
    for (const name of ['audio.buffer_depth_ms', 'audio.jitter_ms']) expect(client.attributes).not.toHaveProperty([name]);
    expect(bargeIn.events).toEqual([]);
    // To where it was observed.
    expect(bargeIn.endNs - bargeIn.startNs).toBe(3_500_000_000n);
  });

  it('is a silence that was there before the user spoke', () => {
    const { 'audio.barge_in': bargeIn } = spansOf(makeResult({}, { outcome: 'invalid', invalidReason: 'silent-at-onset', stopLatencyMs: -812.5, detectMs: null, cancelMs: null, flushMs: null, observedMs: 3500 }));
    expect(audio(bargeIn.attributes)).toMatchObject({ 'audio.first_byte_ms': -1, 'audio.total_ms': 3500 });
    expect(bargeIn.attributes).not.toHaveProperty(['audio.silence_ms']);
    expect(bargeIn.attributes['bargein.stop_latency_ms']).toBe(-812.5);
    expect(bargeIn.events).toEqual([]);
  });

  it('is no barge-in where the user never came to speak', () => {
    const spans = spansOf(makeResult({}, { outcome: 'invalid', invalidReason: 'no-speech', stopLatencyMs: null }), { recording: { ...spoken, injected: null, packets: [], endMs: 10_250 } });
    expect(Object.keys(spans)).toEqual(['voice.turn', 'audio.client']);
    expect(spans['audio.client'].attributes).toMatchObject({ 'audio.first_byte_ms': -1, 'audio.total_ms': 10_000, 'audio.error': false });
    expect(own(spans['voice.turn'].attributes)).toMatchObject({ outcome: 'invalid', invalid_reason: 'no-speech' });
  });

  it('was not waited for where the agent spoke before it was asked', () => {
    const { 'audio.client': client } = spansOf(makeResult(), { recording: { ...spoken, packets: [packet(30), packet(50)] } });
    expect(client.attributes['audio.first_byte_ms']).toBe(0);
    expect(client.endNs).toBe(client.startNs);
  });
});

it('marks an errored attempt, with its reason', () => {
  const result = makeResult({}, { outcome: 'errored', error: 'connection lost', stopLatencyMs: null, detectMs: null, cancelMs: null, flushMs: null, observedMs: null });
  for (const span of Object.values(spansOf(result))) {
    expect(span.status).toEqual({ code: 2, message: 'connection lost' });
    expect(span.attributes['audio.error']).toBe(true);
  }
  const { 'audio.barge_in': bargeIn } = spansOf(result);
  expect(bargeIn.endNs).toBe(zeroNs + 6_000_000_000n);
});

it('shows no secret of an address', () => {
  const { attributes } = runResource({ ...sampleRun, agent: 'pcm:wss://user:hush@host/?api_key=hush', agentOptions: { note: 'wss://host/?token=hush' } });
  expect(JSON.stringify(attributes)).not.toContain('hush');
});

describe('every outcome', () => {
  it.each(sampleResults.map((result) => [result.attempt.id, result] as const))('%s comes back as the verdict it was', (_, result) => {
    const { 'voice.turn': turn, 'audio.barge_in': bargeIn } = spansOf(result);
    const rounded = { ...result, actualOffsetMs: result.actualOffsetMs === null ? null : Math.round(result.actualOffsetMs * 1000) / 1000, jitterMs: Number.isNaN(result.jitterMs) ? null : Math.round((result.jitterMs ?? 0) * 1000) / 1000 };
    for (const span of [turn, bargeIn]) expect(resultOfValues(own(span.attributes) as Record<string, string>, 'a span')).toEqual(rounded);
  });
});

it('refuses to make a verdict of values that are none', () => {
  expect(() => resultOfValues({ attempt_id: 'x' }, 'span 1')).toThrow("span 1 has no 'agent_clip'");
});

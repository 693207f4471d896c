import { describe, expect, it } from 'vitest';
import { AgentTraces } from '../../src/telemetry/agent-traces.js';
import { clockToleranceMs, joinAttempt, placeOf } from '../../src/telemetry/join.js';
import type { AttemptPlace } from '../../src/telemetry/join.js';
import type { Attributes, Span } from '../../src/telemetry/span.js';
import type { AttemptResult, Recording } from '../../src/types.js';
import { makeResult } from '../report/sample-run.js';
import { agentSpan, at, bargeInSpan, onsetNs, sightingSpan, traceId } from './agent-spans.js';

const place: AttemptPlace = { attemptId: 'f0000', traceId, onsetNs, observedMs: 4000 };
const join = (spans: readonly Span[], verdict: Partial<AttemptResult> = {}, at_: AttemptPlace = place) => {
  const traces = new AgentTraces();
  for (const span of spans) traces.add(span);
  return joinAttempt(makeResult({}, verdict), at_, traces);
};
const nothing = { agentVadDetectMs: null, agentCancelMs: null, agentFlushMs: null, beliefErrorMs: null };

describe("an attempt with the agent's own trace", () => {
  it('gains its times from the onset, and how wrong it is about the silence', () => {
    const spans = [sightingSpan([['vad', 25.25], ['cancel', 31]]), sightingSpan([['flush', 32.0005], ['silent', 40.125]])];
    const { result, fate, apartMs } = join(spans, { stopLatencyMs: 83.125 });
    expect({ fate, apartMs }).toEqual({ fate: 'joined', apartMs: null });
    expect(result).toEqual(makeResult({}, { agentVadDetectMs: 25.25, agentCancelMs: 31, agentFlushMs: 32.001, beliefErrorMs: -43 }));
  });

  it('has no belief error where it did not stop', () => {
    const { result } = join([sightingSpan([['vad', 25], ['silent', 40]])], { outcome: 'talked-through', stopLatencyMs: null });
    expect(result).toMatchObject({ agentVadDetectMs: 25, beliefErrorMs: null });
  });

  it('takes the first event of a kind in the observation, and the silence that follows the VAD', () => {
    const events = [['vad', -900], ['vad', 30], ['vad', 700], ['silent', 10], ['silent', 90], ['cancel', -880], ['cancel', 35]] as const;
    expect(join([sightingSpan(events)], { stopLatencyMs: 100 }).result).toMatchObject({ agentVadDetectMs: 30, agentCancelMs: 35, agentFlushMs: null, beliefErrorMs: -10 });
  });

  it('takes the durations of audio.barge_in where the agent gives no times; below 0 nothing happened', () => {
    const attributes = { 'audio.vad_detect_ms': 28, 'audio.cancel_ms': 30.5, 'audio.silence_ms': -1 };
    expect(join([bargeInSpan(attributes)])).toMatchObject({ fate: 'joined', result: { agentVadDetectMs: 28, agentCancelMs: 30.5, agentFlushMs: null, beliefErrorMs: null } });
    const both = join([bargeInSpan({ ...attributes, 'audio.silence_ms': 80.125 }), sightingSpan([['vad', 31]])], { stopLatencyMs: 83.125 });
    expect(both.result).toMatchObject({ agentVadDetectMs: 31, agentCancelMs: 30.5, beliefErrorMs: -3 });
  });

  it('takes of several barge-ins the one in the observation', () => {
    const earlier = bargeInSpan({ 'audio.vad_detect_ms': 1 }, { startNs: at(-3000), endNs: at(-2500) });
    const own = bargeInSpan({ 'audio.vad_detect_ms': 2 }, { startNs: at(20), endNs: at(90) });
    expect(join([earlier, own]).result.agentVadDetectMs).toBe(2);
    expect(join([earlier, bargeInSpan({ 'audio.vad_detect_ms': 3 }, { startNs: at(9000), endNs: at(9100) })]).result.agentVadDetectMs).toBeNull();
  });
});

describe('a clock that is elsewhere', () => {
  it('is told of, and none of its times is taken nor shifted', () => {
    for (const shiftMs of [-3_600_000, -clockToleranceMs - 31, 4_000_000]) {
      const spans = [sightingSpan([['vad', 30 + shiftMs], ['cancel', 60 + shiftMs], ['flush', 61 + shiftMs], ['silent', 80 + shiftMs]])];
      const joined = join(spans);
      expect(joined).toMatchObject({ fate: 'clock-apart', apartMs: 30 + shiftMs });
      expect(joined.result).toMatchObject(nothing);
    }
  });

  it('leaves the durations as they are: they need no clock', () => {
    const joined = join([sightingSpan([['vad', -5000]]), bargeInSpan({ 'audio.vad_detect_ms': 28, 'audio.cancel_ms': 30 }, { startNs: at(-5028), endNs: at(-4900) })]);
    expect(joined).toMatchObject({ fate: 'clock-apart', apartMs: -5000, result: { agentVadDetectMs: 28, agentCancelMs: 30 } });
  });

  it('is not suspected within the tolerance, nor for a silence after the end', () => {
    expect(join([sightingSpan([['vad', 5 - clockToleranceMs]])])).toMatchObject({ fate: 'joined', result: { agentVadDetectMs: 5 - clockToleranceMs } });
    expect(join([sightingSpan([['silent', 60_000]])])).toMatchObject({ fate: 'nothing-told', apartMs: null });
  });
});

describe('the spans of an attempt', () => {
  it('are those of the trace that the agent was offered', () => {
    const foreign = sightingSpan([['vad', 10]], { traceId: 'b'.repeat(32) });
    expect(join([foreign]).fate).toBe('no-spans');
    expect(join([foreign, sightingSpan([['vad', 20]])]).result.agentVadDetectMs).toBe(20);
    expect(join([agentSpan()])).toMatchObject({ fate: 'nothing-told', result: nothing });
  });

  it('are else those that name the attempt or its trace', () => {
    const own = { traceId: 'b'.repeat(32) };
    for (const attributes of [{ 'audio.turn_id': 'f0000' }, { 'audio.session_id': 'f0000' }, { 'audio.session_id': traceId }] as Attributes[]) {
      expect(join([agentSpan({ ...own, attributes }), sightingSpan([['vad', 20]], own)]).result.agentVadDetectMs).toBe(20);
      expect(join([sightingSpan([['vad', 20]], { ...own, resource: attributes })]).result.agentVadDetectMs).toBe(20);
    }
    // A call of several turns: only what says so itself.
    const call = [sightingSpan([['vad', 5]], { ...own, attributes: { 'audio.turn_id': 'f0001' } }), sightingSpan([['vad', 7]], own), sightingSpan([['vad', 30]], { ...own, attributes: { 'audio.turn_id': 'f0000' } })];
    expect(join(call).result.agentVadDetectMs).toBe(30);
    expect(join([sightingSpan([['vad', 20]], { ...own, attributes: { 'audio.turn_id': 7, 'audio.session_id': '' } })]).fate).toBe('no-spans');
  });
});

describe('the place of an attempt', () => {
  const recording = { attemptId: 'f0000', trace: { traceId, spanId: 'c'.repeat(16) }, wallMs: 1_789_999_998_765.625, injected: { agentOnsetMs: 200, userOnsetMs: 1234.375, userEndMs: 2000, slippedMs: 0 }, endMs: 5234.375 } as unknown as Recording;

  it('is its onset on the wall clock, to the nanosecond', () => {
    expect(placeOf(recording)).toEqual(place);
    expect(placeOf({ ...recording, wallMs: 1_789_999_998_765 })?.onsetNs).toBe(onsetNs - 625_000n);
  });

  it('is nowhere on the virtual clock and without an onset', () => {
    for (const lacking of [{ trace: null }, { wallMs: null }, { injected: null }]) expect(placeOf({ ...recording, ...lacking })).toBeNull();
  });
});

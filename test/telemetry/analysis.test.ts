import { describe, expect, it } from 'vitest';
import { analyse, makeSpan, shuffled } from './traced.js';
import type { AttemptResult } from '../../src/types.js';

const user = (fromMs: number, toMs: number, attributes = {}, more = {}) => makeSpan('user_speaking', fromMs, toMs, attributes, [], more);
const agent = (fromMs: number, toMs: number, more = {}) => makeSpan('agent_speaking', fromMs, toMs, {}, [], more);
const turn = (fromMs: number, toMs: number, interrupted: boolean) => makeSpan('agent_turn', fromMs, toMs, { 'lk.interrupted': interrupted });
const bargeIn = (fromMs: number, toMs: number, attributes = {}, events: Parameters<typeof makeSpan>[4] = [], more = {}) => makeSpan('audio.barge_in', fromMs, toMs, { 'audio.stage': 'barge_in', ...attributes }, events, more);
const seen = ({ outcome, stopLatencyMs, observedMs, resumedAfterMs }: AttemptResult) => ({ outcome, stopLatencyMs, observedMs, resumedAfterMs });

describe('an attribute that ought to say when, and is no number', () => {
  it.each([['text', 'oops'], ['a truth value', true], ['a length that no call has', 1e305]])('%s: the barge-in is in no figure, and is named', (_, silence) => {
    const good = { 'audio.vad_detect_ms': 20, 'audio.silence_ms': 120 };
    const { results, facts } = analyse([bargeIn(0, 120, good), bargeIn(5000, 5120, { ...good, 'audio.silence_ms': silence }, [], { traceId: '000000000000000000000000000000bb' })]);
    expect(results).toHaveLength(1);
    expect(facts.unmeasured).toMatchObject([{ what: 'audio.silence_ms that is no number', count: 1 }]);
    expect(facts.unmeasured[0].example).toContain('trace 000000000000000000000000000000bb');
    expect(facts.defects.map(({ what }) => what)).toContain('audio.silence_ms that is no number');
  });
});

describe('speech of the caller while the agent speaks', () => {
  it('is a yield from where the VAD fires to where the agent goes quiet', () => {
    const [row] = analyse([agent(1000, 3123.4567), user(3000, 3900)]).results;
    expect(row).toMatchObject({ outcome: 'yielded', detector: 'spans', stopLatencyMs: 123.457, stopLatencyLoMs: 123.457, actualOffsetMs: 2000, detectMs: null, wireStopLatencyMs: null });
    expect(row.attempt).toMatchObject({ intent: 'interruption', agentClip: '000000000000000000000000000000aa', userClip: null, offsetBand: 'middle' });
  });

  it('is none while the agent is silent, and that is counted', () => {
    const { results, facts } = analyse([user(0, 900), agent(1000, 2000), user(2000, 2500)]);
    expect(results).toEqual([]);
    expect(facts.notes).toEqual([{ what: 'speech of the caller while the agent was silent: no barge-in', count: 2, example: null }]);
  });

  it('is talked through where the agent is still heard 3 s after its end, or at the end of the call', () => {
    expect(analyse([agent(0, 9000), user(1000, 2000)]).results.map(seen)).toEqual([{ outcome: 'talked-through', stopLatencyMs: null, observedMs: 4000, resumedAfterMs: null }]);
    const open = [makeSpan('call', 0, 5000, {}, [['bot_started_speaking', 500], ['bot_stopped_speaking', 700], ['bot_started_speaking', 800]]), makeSpan('user_speaking', 2000, 2500), makeSpan('agent_turn', 0, 4200)];
    expect(analyse(open).results.map(seen)).toEqual([{ outcome: 'talked-through', stopLatencyMs: null, observedMs: 3000, resumedAfterMs: null }]);
  });

  it('is talked through where the turn says that it was not interrupted: the agent came to its own end', () => {
    const [row] = analyse([turn(0, 3000, false), agent(500, 2400), user(2000, 2300)]).results;
    expect(row).toMatchObject({ outcome: 'talked-through', stopLatencyMs: null, observedMs: 400, truncated: true });
  });

  it('is resumed where the same turn goes on, the caller still speaks, or an event says so', () => {
    const expected = { outcome: 'resumed', stopLatencyMs: 400, resumedAfterMs: 1600 };
    expect(analyse([turn(0, 9000, false), agent(500, 2400), user(2000, 2300), agent(4000, 9000)]).results[0]).toMatchObject(expected);
    expect(analyse([agent(500, 2400), user(2000, 4100), agent(4000, 9000)]).results[0]).toMatchObject(expected);
    const resumed = { resumed: [{ event: 'going_on' }] };
    expect(analyse([agent(500, 2400), user(2000, 2300), agent(4000, 9000), makeSpan('x', 3990, 4010, {}, [['going_on', 4000]])], resumed).results[0]).toMatchObject(expected);
  });

  it('has a reply where the agent speaks again in a later turn', () => {
    const [row] = analyse([agent(500, 2400), user(2000, 3000), agent(4000, 9000)]).results;
    expect(row).toMatchObject({ outcome: 'yielded', stopLatencyMs: 400, responseLatencyMs: 1000, resumedAfterMs: null });
  });

  it('counts once where the VAD flickers before the agent is quiet', () => {
    const { results, facts } = analyse([agent(0, 2600), user(2000, 2100), user(2300, 2900)]);
    expect(results.map(seen)).toEqual([{ outcome: 'yielded', stopLatencyMs: 600, observedMs: 900, resumedAfterMs: null }]);
    expect(facts.notes).toEqual([{ what: 'speech of the caller within a barge-in that was being observed: part of it', count: 1, example: null }]);
  });

  it('has the intent that an attribute says, and says whose view it is', () => {
    const { results, facts } = analyse([agent(0, 9000), user(1000, 1300, { 'lk.is_interruption': 'false' })]);
    expect(results[0]).toMatchObject({ outcome: 'held', attempt: { intent: 'backchannel' } });
    expect(facts.notes).toEqual([{ what: 'intents as the agent itself judged them', count: 1, example: null }]);
    expect(analyse([agent(0, 9000), user(1000, 1300, { 'lk.is_interruption': 'false' })], { intent: 'noise' }).results[0].attempt.intent).toBe('noise');
  });

  it('is not measured where nobody tells when the agent goes quiet', () => {
    const interrupted = makeSpan('turn', 0, 4000, { 'turn.was_interrupted': true, 'turn.number': 3, 'conversation.id': 'c1' });
    const cutOff = makeSpan('turn', 5000, 6000, { 'turn.was_interrupted': true, 'turn.ended_by_conversation_end': true });
    const { results, facts } = analyse([interrupted, cutOff]);
    expect(results).toEqual([]);
    expect(facts.unmeasured).toEqual([{ what: 'no moment at which the agent goes quiet', count: 1, example: 'call c1, turn 3' }]);
  });

  it('is told of by two clocks where two services tell of it', () => {
    const other = { resource: { 'service.name': 'client' } };
    expect(analyse([agent(0, 2300, other), user(2000, 2500)]).facts.defects.map(({ what, count }) => [what, count])).toEqual([
      ['VAD and silence told of by two services: the difference of their clocks is in the latency', 1],
    ]);
  });
});

describe('a barge-in with a span of its own', () => {
  it('goes by its events, and where these are missing by its attributes', () => {
    const { results } = analyse([
      bargeIn(0, 500, { 'audio.turn_id': 'a', 'audio.vad_detect_ms': 999, 'audio.silence_ms': 1999 }, [['vad.speech_started', 40], ['cancel', 55], ['flush', 61.5], ['agent.silent', 130.25]]),
      bargeIn(1000, 1500, { 'audio.turn_id': 'b', 'audio.vad_detect_ms': 25.5, 'audio.cancel_ms': 30, 'audio.silence_ms': 250 }),
    ]);
    expect(results.map(({ attempt, stopLatencyMs, cancelMs, flushMs }) => [attempt.id, stopLatencyMs, cancelMs, flushMs])).toEqual([
      ['a', 90.25, 15, 21.5],
      ['b', 224.5, 4.5, null],
    ]);
  });

  it('finds in the call what it does not tell itself', () => {
    const { results } = analyse([bargeIn(1000, 2000), user(1040, 1600), agent(0, 1200)]);
    expect(results.map(seen)).toEqual([{ outcome: 'yielded', stopLatencyMs: 160, observedMs: 960, resumedAfterMs: null }]);
  });

  it('is counted and in no figure without a VAD, or with the silence before it', () => {
    const { results, facts } = analyse([
      bargeIn(0, 500, { 'audio.turn_id': 'a' }, [['agent.silent', 130]]),
      bargeIn(1000, 1500, { 'audio.turn_id': 'b' }, [['agent.silent', 1050], ['vad.speech_started', 1090]]),
      bargeIn(3000, 99_000, { 'audio.turn_id': 'c' }, [['vad.speech_started', 3000], ['agent.silent', 90_000]]),
    ]);
    expect(results).toEqual([]);
    expect(facts.unmeasured.map(({ what, count, example }) => [what, count, example?.split(', ')[1]])).toEqual([
      ['more than 60 s from the VAD to the silence', 1, 'turn c'],
      ['no moment at which the VAD fires', 1, 'turn a'],
      ['the agent quiet before the VAD fires', 1, 'turn b'],
    ]);
  });

  it('is errored where it is marked so', () => {
    const [row] = analyse([bargeIn(0, 500, { 'audio.error': true }), bargeIn(1000, 1100, {}, [['vad.speech_started', 1000], ['agent.silent', 1050]])]).results;
    expect(row).toMatchObject({ outcome: 'errored', error: 'the span is marked as an error', stopLatencyMs: null });
  });
});

describe('calls', () => {
  const calls = Array.from({ length: 6 }, (_, i) => {
    const traced = { traceId: (i + 1).toString(16).padStart(32, '0') };
    const at = 137 * i;
    return [agent(at, at + 2000 + 10 * i, traced), user(at + 1900, at + 2500, {}, traced), agent(at + 4000, at + 5000, traced), user(at + 4900, at + 5100, {}, traced)];
  }).flat();

  it('come out alike in whatever order their spans come', () => {
    const inOrder = analyse(calls);
    expect(inOrder.results.map(({ stopLatencyMs }) => stopLatencyMs)).toEqual([100, 110, 120, 130, 140, 150, 100, 100, 100, 100, 100, 100]);
    for (const seed of [1, 2, 3, 4, 5]) {
      const other = analyse(shuffled(calls, seed));
      expect(other.results).toEqual(inOrder.results);
      expect(other.facts).toEqual(inOrder.facts);
    }
  });

  it('are told apart by an attribute within a trace, and joined by it across traces', () => {
    const of = (id: string, traceId: string) => ({ attributes: { 'audio.session_id': id }, traceId: traceId.padStart(32, '0') });
    const spans = [agent(0, 2000, of('x', '1')), agent(0, 5000, of('y', '1')), user(1900, 2400, {}, of('x', '2'))];
    expect(analyse(spans).results.map(({ attempt, stopLatencyMs }) => [attempt.agentClip, stopLatencyMs])).toEqual([['x', 100]]);
  });

  it('have rows named by turn where turns occur once, else by call and turn', () => {
    const one = (call: string, name: string, at: number) => bargeIn(at, at + 100, { 'audio.session_id': call, 'audio.turn_id': name }, [['vad.speech_started', at], ['agent.silent', at + 50]]);
    expect(analyse([one('x', 't1', 0), one('y', 't2', 500)]).results.map(({ attempt }) => attempt.id)).toEqual(['t1', 't2']);
    expect(analyse([one('x', 't1', 0), one('y', 't1', 500)]).results.map(({ attempt }) => attempt.id)).toEqual(['x/t1', 'y/t1']);
  });
});

it('keeps rows of a run that make no sense out, and says so', () => {
  const { results, facts } = analyse([makeSpan('voice.turn', 0, 1, { 'bargein.attempt_id': 'f1', 'bargein.outcome': 'perhaps' })]);
  expect(results).toEqual([]);
  expect(facts.defects.map(({ what }) => what)).toEqual(['attributes bargein.* that make no row: left out']);
});

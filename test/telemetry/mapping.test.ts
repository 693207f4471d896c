import { describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { checkMapping } from '../../src/telemetry/mapping.js';
import type { TraceMapping } from '../../src/telemetry/mapping.js';
import { fullMapping } from '../../src/telemetry/mapping-defaults.js';
import { analyse, makeSpan } from './traced.js';

function refused(content: unknown): string {
  try {
    checkMapping(content, 'ours.json');
  } catch (thrown) {
    if (thrown instanceof BargeinError) return `${thrown.message} | ${thrown.hint}`;
    throw thrown;
  }
  return 'accepted';
}

describe('a mapping file', () => {
  it.each([
    [{ vda: [] }, "ours.json: unknown key 'vda' | did you mean 'vad'?"],
    [{ stages: [{ stage: 'tts', span: 'x', firstBite: [] }] }, "ours.json: unknown key 'stages.0.firstBite' | did you mean 'firstByte'?"],
    [{ vad: [{ span: 'x', evnt: 'y' }] }, "ours.json: unknown key 'vad.0.evnt' | did you mean 'event'?"],
    [{ vad: [{ span: 'x' }] }, 'ours.json: vad.0 must have one of at, event and attribute, and has none of them'],
    [{ vad: [{ span: 'x', at: 'start', event: 'y' }] }, 'ours.json: vad.0 must have one of at, event and attribute, and has at and event'],
    [{ agentQuiet: [{ attribute: 'quiet' }] }, "ours.json: agentQuiet.0 has an attribute without a unit | add unit: 'ms' or unit: 's'"],
    [{ agentQuiet: [{ at: 'end' }] }, 'ours.json: agentQuiet.0 would take every span'],
    [{ stages: [{ stage: 'tts' }] }, 'ours.json: stages.0 would take every span'],
    [{ stages: [{ stage: 'vad', span: 'x' }] }, 'ours.json: stages.0.stage: expected one of'],
    [{ extends: ['twilio'] }, 'ours.json: extends.0: expected one of'],
    [[], 'ours.json: the mapping: expected object'],
  ])('%j is refused', (content, message) => expect(refused(content)).toContain(message));

  it('is taken as it is where it is right', () => {
    expect(refused({ extends: ['livekit'], call: ['call.id'], intent: 'interruption', vad: [{ span: 'speech*', at: 'start', interrupts: true }] })).toBe('accepted');
  });
});

describe('names of a team', () => {
  const own: TraceMapping = {
    extends: [],
    call: ['call.id'],
    turn: ['turn.id'],
    intent: [{ attribute: 'kind', values: { mhm: 'backchannel', stop: 'interruption' } }],
    vad: [{ span: 'asr.*', where: { mode: 'live' }, attribute: 'speech_at', unit: 's', from: 'start' }],
    agentStart: [{ span: 'play', at: 'start' }],
    agentQuiet: [{ span: 'play', attribute: 'tail', unit: 'ms', from: 'end' }],
    flush: [{ event: 'cleared' }],
  };

  it('say where moments, calls, turns and intents are', () => {
    const named = { 'call.id': 7 };
    const { results } = analyse(
      [
        makeSpan('play', 0, 2000, { ...named, tail: 80 }, [['cleared', 1990]]),
        makeSpan('asr.stream', 1000, 3000, { ...named, mode: 'live', speech_at: 0.95, kind: 'mhm', 'turn.id': 't9' }),
        makeSpan('asr.stream', 1000, 3000, { ...named, mode: 'batch', speech_at: 0.1 }),
      ],
      own,
    );
    expect(results).toMatchObject([{ outcome: 'yielded', stopLatencyMs: 130, flushMs: 40, actualOffsetMs: 1950, attempt: { id: 't9', agentClip: '7', intent: 'backchannel' } }]);
  });

  it('count values that are no intent', () => {
    expect(analyse([makeSpan('asr.x', 0, 1, { mode: 'live', speech_at: 0, kind: 'shout' })], own).facts.defects).toEqual([{ what: 'kind with a value that is no intent', count: 1, example: "'shout'" }]);
  });

  it('come before the known ones, which hold besides unless they are left out', () => {
    expect(fullMapping({ vad: [{ event: 'ours' }] }).vad[0]).toEqual({ event: 'ours' });
    expect(fullMapping({ vad: [{ event: 'ours' }] }).vad.length).toBe(fullMapping().vad.length + 1);
    expect(fullMapping(own).vad).toEqual(own.vad);
  });
});

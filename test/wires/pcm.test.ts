import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filled, holds, isTemplate, parseRule, valueAt, withFields } from '../../src/wires/json-rules.js';
import { parseSpeak, pcmAudio, PcmReader, servedMessage, speakMessage } from '../../src/wires/pcm.js';
import { pcmDialects } from '../../src/wires/pcm-dialects.js';
import type { PcmPreset } from '../../src/wires/pcm-dialects.js';
import { Refusal } from '../../src/wires/refusal.js';
import { toS16le } from '../../src/wires/samples.js';

function readerOf(preset: PcmPreset, rateHz = 16000): PcmReader {
  return new PcmReader(pcmDialects[preset], rateHz, rateHz);
}

const samples = Int16Array.of(0, 1, -1, 32767, -32768);

describe('rules on JSON messages', () => {
  it('are read from text', () => {
    expect(parseRule('type=x, data.event = a=b')).toEqual([{ path: 'type', value: 'x' }, { path: 'data.event', value: 'a=b' }]);
    for (const text of ['', 'type', '=x', 'a=1,']) expect(parseRule(text)).toBeNull();
  });

  it('hold where every path has its value, and never on inherited properties', () => {
    const rule = parseRule('type=x,n=3,ok=true') ?? [];
    expect(holds(rule, { type: 'x', n: 3, ok: true })).toBe(true);
    expect(holds(rule, { type: 'x', n: 4, ok: true })).toBe(false);
    expect(holds([], { type: 'x' })).toBe(false);
    expect(valueAt({}, 'constructor.name')).toBeUndefined();
    expect(valueAt({ a: [{ b: 7 }] }, 'a.0.b')).toBe(7);
    expect(valueAt('text', 'length')).toBeUndefined();
  });

  it('fill templates as JSON writes text', () => {
    expect(JSON.parse(filled('{"a":"$PROMPT","b":["<$PROMPT>"]}', '$PROMPT', 'say "$1"\n'))).toEqual({ a: 'say "$1"\n', b: ['<say "$1"\n>'] });
    expect(isTemplate('{"a":"$AUDIO"}', '$AUDIO')).toBe(true);
    expect(isTemplate('{"a":"audio"}', '$AUDIO')).toBe(false);
    expect(isTemplate('{"a":$AUDIO}', '$AUDIO')).toBe(false);
  });

  it('set fields of a first message', () => {
    const base = { type: 'Settings', audio: { rate: 1 } };
    expect(withFields(base, { 'audio.rate': '16000', 'agent.greeting': 'hello 5', 'a.b': '[1]', 'type.x': '"7"' })).toEqual({ type: { x: '7' }, audio: { rate: 16000 }, agent: { greeting: 'hello 5' }, a: { b: [1] } });
    expect(base).toEqual({ type: 'Settings', audio: { rate: 1 } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    withFields({}, { '__proto__.polluted': '1' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('an agent of raw samples', () => {
  it('is read without a preset', () => {
    const reader = readerOf('none');
    expect(reader.binary(toS16le(samples))).toEqual([{ what: 'audio', samples }]);
    expect(reader.binary(new Uint8Array(0))).toEqual([]);
    expect(reader.text(servedMessage('clear'))).toEqual([{ what: 'clear' }]);
    expect(reader.text(servedMessage('vad-start'))).toEqual([{ what: 'event', kind: 'vad-start' }]);
    expect(reader.text('{"type":"transcript"}')).toEqual([]);
    expect(() => reader.binary(new Uint8Array(3))).toThrow(/3 bytes/);
    expect(() => reader.text('clear')).toThrow('is not JSON');
  });

  it('is read at any address of its bytes', () => {
    const bytes = toS16le(samples);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readerOf('none').binary(shifted.subarray(1))).toEqual([{ what: 'audio', samples }]);
  });

  it('reports no natural end after a clear, until it speaks again', () => {
    const reader = readerOf('none');
    const end = servedMessage('response-end');
    expect(reader.text(end)).toHaveLength(1);
    reader.text(servedMessage('clear'));
    expect(reader.text(end)).toEqual([]);
    reader.binary(toS16le(samples));
    expect(reader.text(end)).toEqual([{ what: 'event', kind: 'response-end' }]);
  });

  it('is told what to say in a message of its own', () => {
    expect(parseSpeak(speakMessage(samples))).toEqual(samples);
    expect(parseSpeak('{"type":"clear"}')).toBeNull();
    expect(() => parseSpeak('{"type":"bargein.speak","audio":5}')).toThrow(Refusal);
  });
});

describe('presets', () => {
  it('know Vapi', () => {
    const reader = readerOf('vapi');
    expect(reader.text('{"type":"user-interrupted"}')).toEqual([{ what: 'clear' }]);
    expect(reader.text('{"type":"speech-update","role":"user","status":"started"}')).toEqual([{ what: 'event', kind: 'vad-start' }]);
    expect(reader.text('{"type":"speech-update","role":"assistant","status":"stopped"}')).toEqual([]);
  });

  it('know Deepgram', () => {
    const reader = readerOf('deepgram');
    expect(reader.text('{"type":"Welcome","request_id":"x"}')).toEqual([{ what: 'welcome' }]);
    expect(reader.text('{"type":"SettingsApplied"}')).toEqual([{ what: 'ready' }]);
    expect(reader.text('{"type":"AgentAudioDone"}')).toEqual([{ what: 'event', kind: 'response-end' }]);
    expect(reader.text('{"type":"UserStartedSpeaking"}')).toEqual([{ what: 'event', kind: 'vad-start' }, { what: 'clear' }]);
    expect(() => reader.text('{"type":"Error","description":"no such\\nmodel","code":"X"}')).toThrow('reports an error: no such model');
    expect(pcmDialects.deepgram.first?.(16000, 24000)).toMatchObject({ type: 'Settings', audio: { input: { sample_rate: 16000 }, output: { sample_rate: 24000, container: 'none' } } });
  });

  it('know Ultravox', () => {
    expect(readerOf('ultravox').text('{"type":"playback_clear_buffer"}')).toEqual([{ what: 'clear' }]);
  });

  it('know ElevenLabs: base64 both ways, pings, and audio that an interruption has made stale', () => {
    const reader = readerOf('elevenlabs');
    const audio = (id: unknown) => JSON.stringify({ type: 'audio', audio_event: { audio_base_64: toS16le(samples).toString('base64'), event_id: id } });
    expect(reader.text(audio(1))).toEqual([{ what: 'audio', samples }]);
    expect(reader.text('{"type":"ping","ping_event":{"event_id":9,"ping_ms":50}}')).toEqual([{ what: 'answer', message: '{"type":"pong","event_id":9}' }]);
    expect(reader.text('{"type":"interruption","interruption_event":{"event_id":2}}')).toEqual([{ what: 'clear' }]);
    expect(reader.text(audio(2))).toEqual([]);
    expect(reader.text(audio('3'))).toEqual([{ what: 'audio', samples }]);
    expect(pcmAudio(pcmDialects.elevenlabs, samples)).toBe(`{"user_audio_chunk":"${toS16le(samples).toString('base64')}"}`);
  });

  it('hold ElevenLabs to the formats it declares', () => {
    const metadata = (input: string, output: string) =>
      JSON.stringify({ type: 'conversation_initiation_metadata', conversation_initiation_metadata_event: { user_input_audio_format: input, agent_output_audio_format: output } });
    expect(readerOf('elevenlabs').text(metadata('pcm_16000', 'pcm_16000'))).toEqual([{ what: 'ready' }]);
    expect(() => readerOf('elevenlabs').text(metadata('pcm_16000', 'pcm_24000'))).toThrow('the agent sends pcm_24000, and output.rateHz is 16000');
    expect(() => readerOf('elevenlabs').text(metadata('ulaw_8000', 'pcm_16000'))).toThrow('the agent takes ulaw_8000, and input.rateHz is 16000');
  });

  it.each(Object.keys(pcmDialects) as PcmPreset[])('take or refuse whatever comes: %s', (preset) => {
    const reader = readerOf(preset);
    const words = fc.constantFrom('clear', 'audio', 'ping', 'interruption', 'Error', 'UserStartedSpeaking', 'conversation_initiation_metadata');
    const near = fc.record({ type: fc.oneof(words, fc.jsonValue()), audio_event: fc.jsonValue(), ping_event: fc.jsonValue(), interruption_event: fc.jsonValue(), description: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), near.map((value) => JSON.stringify(value))), fc.uint8Array(), (text, bytes) => {
        for (const read of [() => reader.text(text), () => reader.binary(bytes), () => parseSpeak(text)]) {
          try {
            read();
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Refusal);
          }
        }
      }),
    );
  });
});

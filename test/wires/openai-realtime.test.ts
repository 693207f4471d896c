import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { throughMulaw } from '../../src/audio/g711.js';
import { clientEvents, parseClientEvent } from '../../src/wires/openai-realtime-client.js';
import { parseServerEvent, ServerEvents } from '../../src/wires/openai-realtime-server.js';
import { decodeAudio, encodeAudio, formatsOf, lineOf, realtimeFormats, sessionBody } from '../../src/wires/openai-realtime.js';
import type { TurnDetection } from '../../src/wires/openai-realtime.js';
import { Refusal } from '../../src/wires/refusal.js';

const vad: TurnDetection = { type: 'server_vad', threshold: 0.4, prefix_padding_ms: 300, silence_duration_ms: 200, create_response: true, interrupt_response: true };

describe('audio of the OpenAI Realtime protocol', () => {
  it('is PCM at 24 kHz or G.711 at 8 kHz', () => {
    expect(realtimeFormats.map((format) => lineOf(format))).toEqual([
      { rateHz: 24000, frameMs: 20, codec: 'pcm16' },
      { rateHz: 8000, frameMs: 20, codec: 'mulaw' },
      { rateHz: 8000, frameMs: 20, codec: 'pcm16' },
    ]);
  });

  it('is coded as the formats say', () => {
    expect(Buffer.from(encodeAudio('pcm16', Int16Array.of(1, -2)), 'base64')).toEqual(Buffer.from([1, 0, 0xfe, 0xff]));
    // G.711: silence is 0xff in mu-law and 0xd5 in A-law.
    expect(Buffer.from(encodeAudio('mulaw', Int16Array.of(0)), 'base64')).toEqual(Buffer.from([0xff]));
    expect(Buffer.from(encodeAudio('alaw', Int16Array.of(0)), 'base64')).toEqual(Buffer.from([0xd5]));
  });

  it('comes back as it went: any samples in PCM, those of the line in G.711', () => {
    fc.assert(
      fc.property(fc.int16Array(), (samples) => {
        expect(decodeAudio('pcm16', encodeAudio('pcm16', samples))).toEqual(samples);
        const narrow = throughMulaw(samples);
        expect(decodeAudio('mulaw', encodeAudio('mulaw', narrow))).toEqual(narrow);
        const alaw = decodeAudio('alaw', encodeAudio('alaw', samples));
        expect(decodeAudio('alaw', encodeAudio('alaw', alaw))).toEqual(alaw);
      }),
    );
  });

  it.each([
    ['a', 'not base64'],
    ['AA*A', 'not base64'],
    ['AAAA', '16-bit'],
  ])('is refused where it is %s', (text, reason) => {
    expect(() => decodeAudio('pcm16', text)).toThrow(Refusal);
    expect(() => decodeAudio('pcm16', text)).toThrow(reason);
  });
});

describe('a session', () => {
  it('has the names of the general release', () => {
    expect(sessionBody('ga', { format: 'pcm16', voice: 'marin', instructions: 'Be brief.', turnDetection: vad })).toEqual({
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: 'Be brief.',
      audio: {
        input: { format: { type: 'audio/pcm', rate: 24000 }, turn_detection: vad },
        output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin' },
      },
    });
  });

  it('has the names of the beta', () => {
    expect(sessionBody('beta', { format: 'mulaw', voice: '', instructions: '', turnDetection: null })).toEqual({
      modalities: ['audio', 'text'],
      input_audio_format: 'g711_ulaw',
      output_audio_format: 'g711_ulaw',
      turn_detection: null,
    });
  });

  it.each(['ga', 'beta'] as const)('says its formats (%s)', (api) => {
    for (const format of realtimeFormats) expect(formatsOf(sessionBody(api, { format, voice: '', instructions: '', turnDetection: null }))).toEqual({ input: format, output: format });
  });

  it.each([
    [{ audio: { output: { format: { type: 'audio/pcm', rate: 16000 } } } }, '"audio/pcm" at 16000 Hz'],
    [{ output_audio_format: 'opus' }, '"opus"'],
    [{ input_audio_format: 7 }, '7'],
  ])('with audio that the protocol does not have is refused: %j', (session, reason) => {
    expect(() => formatsOf(session)).toThrow(Refusal);
    expect(() => formatsOf(session)).toThrow(reason);
  });

  it('may say nothing of formats', () => {
    for (const session of [{}, null, undefined, 'x', { audio: null }, { audio: { input: 1 } }]) expect(formatsOf(session)).toEqual({ input: null, output: null });
  });
});

describe('events of the service', () => {
  it.each([
    [{ type: 'session.created', session: {} }, { type: 'session.created' }],
    [{ type: 'error', error: { type: 'x', message: 'no', event_id: 'e1' } }, { type: 'error', message: 'no', eventId: 'e1' }],
    [{ type: 'input_audio_buffer.speech_started', audio_start_ms: 1, item_id: 'i' }, { type: 'speech-started' }],
    [{ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 1, item_id: 'i' }, { type: 'speech-stopped' }],
    [{ type: 'response.done', response: { id: 'r', status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } } }, { type: 'response.done', responseId: 'r', status: 'cancelled', detail: 'turn_detected' }],
    [{ type: 'response.done', response: { id: 'r', status: 'completed', status_details: null } }, { type: 'response.done', responseId: 'r', status: 'completed', detail: null }],
    [{ type: 'response.done', response: { id: 'r', status: 'failed', status_details: { error: { code: 'rate_limit_exceeded', message: 'slow down' } } } }, { type: 'response.done', responseId: 'r', status: 'failed', detail: 'slow down' }],
    [{ type: 'rate_limits.updated', rate_limits: [] }, null],
  ])('%j', (sent, read) => {
    expect(parseServerEvent(JSON.stringify(sent), 'pcm16')).toEqual(read);
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is not a JSON object'],
    ['{}', 'type'],
    ['{"type":"error"}', 'error'],
    ['{"type":"response.created","response":{}}', 'response.id'],
    ['{"type":"response.done","response":{"id":"r","status":"paused"}}', 'response.status'],
    ['{"type":"response.output_audio.delta","response_id":"r","item_id":"i","content_index":0}', 'delta'],
    ['{"type":"response.audio.delta","response_id":"r","item_id":"i","content_index":0,"delta":"?"}', 'not base64'],
  ])('%s is refused', (message, reason) => {
    expect(() => parseServerEvent(message, 'pcm16')).toThrow(Refusal);
    expect(() => parseServerEvent(message, 'pcm16')).toThrow(reason);
  });

  it.each([
    ['ga', 'response.output_audio.delta', 'conversation.item.added'],
    ['beta', 'response.audio.delta', 'conversation.item.created'],
  ] as const)('are written in the names of %s, and read', (api, delta, added) => {
    const events = new ServerEvents(api);
    const ids = { responseId: 'resp_1', itemId: 'item_1' };
    const written = [...events.responseStarts(ids), events.audio(ids, 'pcm16', Int16Array.of(5)), ...events.responseEnds(ids, 'cancelled')];
    const types = written.map((message) => (JSON.parse(message) as { type: string }).type);
    expect(types).toContain(delta);
    expect(types).toContain(added);
    expect(written.map((message) => parseServerEvent(message, 'pcm16')).filter((event) => event !== null)).toEqual([
      { type: 'response.created', responseId: 'resp_1' },
      { type: 'audio', responseId: 'resp_1', itemId: 'item_1', contentIndex: 0, samples: Int16Array.of(5) },
      { type: 'response.done', responseId: 'resp_1', status: 'cancelled', detail: 'turn_detected' },
    ]);
  });
});

describe('events of the client', () => {
  it.each(['ga', 'beta'] as const)('are read as they were written (%s)', (api) => {
    const update = parseClientEvent(clientEvents.update(api, { format: 'alaw', voice: 'x', instructions: 'y', turnDetection: vad }), 'pcm16');
    expect(update).toMatchObject({ type: 'session.update', formats: { input: 'alaw', output: 'alaw' }, threshold: 0.4, silenceMs: 200 });
    const off = parseClientEvent(clientEvents.update(api, { format: 'pcm16', voice: '', instructions: '', turnDetection: null }), 'pcm16');
    expect(off).toMatchObject({ threshold: null, silenceMs: null, turnDetection: null });
  });

  it('carry audio, a wish for a response, and what was heard', () => {
    const samples = Int16Array.of(1, -1, 32767);
    expect(parseClientEvent(clientEvents.append('pcm16', samples), 'pcm16')).toEqual({ type: 'input_audio_buffer.append', eventId: null, samples });
    expect(parseClientEvent(clientEvents.speak('pcm16', samples), 'pcm16')).toEqual({ type: 'bargein.speak', eventId: null, samples });
    expect(JSON.parse(clientEvents.create(null))).toEqual({ type: 'response.create' });
    expect(JSON.parse(clientEvents.create('Count to ten.'))).toEqual({ type: 'response.create', response: { instructions: 'Count to ten.' } });
    expect(parseClientEvent(clientEvents.truncate('t-1', 'item_3', 0, 1234), 'pcm16')).toEqual({ type: 'conversation.item.truncate', eventId: 't-1', itemId: 'item_3', contentIndex: 0, audioEndMs: 1234 });
    expect(parseClientEvent('{"type":"response.cancel"}', 'pcm16')).toEqual({ type: 'other', eventId: null, name: 'response.cancel' });
  });
});

describe('nothing that arrives makes a parser throw anything but a refusal:', () => {
  const types = ['session.created', 'session.updated', 'session.update', 'error', 'response.created', 'response.output_audio.delta', 'response.audio.delta', 'response.done', 'input_audio_buffer.append', 'bargein.speak', 'conversation.item.truncate'];
  const names = ['session', 'audio', 'input', 'output', 'format', 'turn_detection', 'response', 'id', 'status', 'status_details', 'error', 'message', 'response_id', 'item_id', 'content_index', 'delta', 'audio_end_ms', '__proto__'];
  const body = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }));
  const typed = fc.tuple(fc.constantFrom(...types), body).map(([type, rest]) => JSON.stringify({ ...rest, type }));
  const refusing = (read: () => unknown) => {
    try {
      read();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Refusal);
    }
  };

  it.each([
    ['any text', fc.string()],
    ['any JSON', fc.json()],
    ['events with any fields', typed],
  ])('%s', (_, texts) => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...realtimeFormats), (message, format) => {
        refusing(() => parseServerEvent(message, format));
        refusing(() => parseClientEvent(message, format));
      }),
      { numRuns: 300 },
    );
  });
});

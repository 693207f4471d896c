import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { throughMulaw } from '../../src/audio/g711.js';
import { Refusal } from '../../src/wires/refusal.js';
import { botMessages, CallMessages, encodePayload, parseBotMessage, parseCallMessage } from '../../src/wires/twilio.js';

const ids = { streamSid: 'MZ1', callSid: 'CA1', accountSid: 'AC1' };

/** Anything at all, and JSON that nearly fits. */
const texts = fc.oneof(
  fc.string(),
  fc.json(),
  fc
    .record({
      event: fc.oneof(fc.constantFrom('media', 'mark', 'clear', 'start', 'stop', 'connected', 'bargein.speak'), fc.anything()),
      streamSid: fc.anything(),
      media: fc.oneof(fc.record({ payload: fc.oneof(fc.string(), fc.base64String(), fc.anything()) }), fc.anything()),
      mark: fc.anything(),
      start: fc.anything(),
      audio: fc.anything(),
    })
    .map((value) => {
      try {
        return JSON.stringify(value) ?? '';
      } catch {
        return '';
      }
    }),
);

describe('messages of a bot', () => {
  it('are read as its documentation writes them', () => {
    expect(parseBotMessage('{"event":"media","streamSid":"MZ1","media":{"payload":"fwD/"}}')).toEqual({ event: 'media', streamSid: 'MZ1', samples: Int16Array.of(0, -32124, 0) });
    expect(parseBotMessage('{"event":"mark","streamSid":"MZ1","mark":{"name":"my label"}}')).toEqual({ event: 'mark', streamSid: 'MZ1', name: 'my label' });
    expect(parseBotMessage('{"event":"clear","streamSid":"MZ1"}')).toEqual({ event: 'clear', streamSid: 'MZ1' });
    expect(parseBotMessage('{"event":"hold","anything":1}')).toBeNull();
  });

  it('are read as they are written', () => {
    const samples = throughMulaw(Int16Array.from({ length: 333 }, (_, i) => i * 197 - 32768));
    expect(parseBotMessage(botMessages.media('MZ1', samples))).toEqual({ event: 'media', streamSid: 'MZ1', samples });
    expect(parseBotMessage(botMessages.mark('MZ1', 'a"b'))).toEqual({ event: 'mark', streamSid: 'MZ1', name: 'a"b' });
    expect(parseBotMessage(botMessages.clear('MZ1'))).toEqual({ event: 'clear', streamSid: 'MZ1' });
  });

  it.each([
    ['', 'is not JSON'],
    ['null', 'is not a JSON object'],
    ['{}', 'event: is missing'],
    ['{"event":"clear"}', 'clear: streamSid: is missing'],
    ['{"event":"media","streamSid":"MZ1","media":{}}', 'media: media.payload: is missing'],
    ['{"event":"media","streamSid":"MZ1","media":{"payload":"a-b_"}}', 'base64'],
    ['{"event":"mark","streamSid":"MZ1","mark":{"name":5}}', 'mark: mark.name'],
  ])('are refused with the reason: %s', (text, reason) => {
    expect(() => parseBotMessage(text)).toThrow(reason);
    expect(() => parseBotMessage(text)).toThrow(Refusal);
  });

  it('are taken or refused, whatever comes', () => {
    fc.assert(fc.property(texts, (text) => takenOrRefused(() => parseBotMessage(text))));
  });
});

describe('messages of a call', () => {
  it('are read as they are written', () => {
    const messages = new CallMessages(ids);
    const samples = throughMulaw(Int16Array.of(1, -200, 3000));
    expect(parseCallMessage(messages.connected())).toBeNull();
    expect(parseCallMessage(messages.start({ a: 'b' }))).toEqual({ event: 'start', streamSid: 'MZ1', parameters: { a: 'b' } });
    expect(parseCallMessage(messages.media(samples))).toEqual({ event: 'media', samples });
    expect(parseCallMessage(messages.speak(samples))).toEqual({ event: 'bargein.speak', samples });
    expect(parseCallMessage(messages.mark('m'))).toBeNull();
    expect(parseCallMessage(messages.stop())).toEqual({ event: 'stop' });
  });

  it('refuse a stream of another kind', () => {
    const start = JSON.parse(new CallMessages(ids).start({})) as { start: { mediaFormat: { sampleRate: number } } };
    start.start.mediaFormat.sampleRate = 16000;
    expect(() => parseCallMessage(JSON.stringify(start))).toThrow('start.mediaFormat.sampleRate');
  });

  it('are taken or refused, whatever comes', () => {
    fc.assert(fc.property(texts, (text) => takenOrRefused(() => parseCallMessage(text))));
  });
});

describe('a payload', () => {
  it('is exact for all that mu-law can carry', () => {
    fc.assert(
      fc.property(fc.int16Array(), (samples) => {
        const carried = throughMulaw(samples);
        const parsed = parseBotMessage(botMessages.media('MZ1', carried));
        expect(parsed).toEqual({ event: 'media', streamSid: 'MZ1', samples: carried });
      }),
    );
    expect(encodePayload(Int16Array.of(0))).toBe('/w==');
  });
});

function takenOrRefused(parse: () => unknown): void {
  try {
    parse();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Refusal);
  }
}

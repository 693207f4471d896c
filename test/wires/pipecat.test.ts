import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipecatFrame } from '../../src/wires/pipecat-frames.js';
import { decodePipecat, pipecatFrames } from '../../src/wires/pipecat.js';
import { Refusal } from '../../src/wires/refusal.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const said = (message: unknown): Uint8Array => new pipecatFrame({ frame: { case: 'message', value: { data: typeof message === 'string' ? message : JSON.stringify(message) } } }).toBinary();

describe("Pipecat's frames", () => {
  // By hand from frames.proto: tag, length, then the fields.
  it.each([
    ['audio', '12 0b 1a 04 01 00 fe ff 20 80 7d 28 01', { kind: 'audio', samples: Int16Array.of(1, -2) }],
    ['audio with an id, a name and a time', '12 10 08 07 12 01 61 1a 02 05 00 20 80 7d 28 01 30 09', { kind: 'audio', samples: Int16Array.of(5) }],
    ['an interruption', '2a 02 08 01', { kind: 'interruption' }],
    ['a text', '0a 03 1a 01 61', { kind: 'other' }],
    ['a transcription', '1a 03 1a 01 61', { kind: 'other' }],
    ['a kind of frame that is not known', '32 02 08 01', { kind: 'other' }],
    ['nothing', '', { kind: 'other' }],
  ])('read %s', (_, bytes, message) => {
    expect(decodePipecat(hex(bytes), 16000)).toEqual(message);
  });

  it('are written as Pipecat reads them', () => {
    expect(Buffer.from(pipecatFrames.audio('a', Int16Array.of(1, -2), 16000))).toEqual(hex('12 0e 12 01 61 1a 04 01 00 fe ff 20 80 7d 28 01'));
    expect(Buffer.from(pipecatFrames.interruption()).subarray(0, 1)).toEqual(hex('2a'));
    const { frame } = pipecatFrame.fromBinary(pipecatFrames.rtvi('client-ready', '1', { version: '1.0.0', about: { library: 'x' } }));
    expect(frame.case === 'message' && JSON.parse(frame.value.data)).toEqual({ id: '1', label: 'rtvi-ai', type: 'client-ready', data: { version: '1.0.0', about: { library: 'x' } } });
  });

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.constantFrom(8000, 16000, 24000), (samples, rateHz) => {
        expect(decodePipecat(pipecatFrames.audio('a', samples, rateHz), rateHz)).toEqual({ kind: 'audio', samples });
        expect(decodePipecat(pipecatFrames.speak(samples), rateHz)).toEqual({ kind: 'bargein.speak', samples });
      }),
    );
    expect(decodePipecat(pipecatFrames.interruption(), 8000)).toEqual({ kind: 'interruption' });
  });

  it('carry messages of RTVI, and pass over those of others', () => {
    expect(decodePipecat(said({ label: 'rtvi-ai', type: 'bot-ready', id: 3, data: { version: '1.0.0' } }), 16000)).toEqual({ kind: 'rtvi', message: { type: 'bot-ready', id: '3', data: { version: '1.0.0' } } });
    expect(decodePipecat(said({ label: 'rtvi-ai', type: 'bot-started-speaking' }), 16000)).toEqual({ kind: 'rtvi', message: { type: 'bot-started-speaking', id: null, data: undefined } });
    expect(decodePipecat(said({ type: 'mine' }), 16000)).toEqual({ kind: 'other' });
  });

  it.each([
    ['12 7f 01', 'no pipecat.Frame'],
    ['ff ff', 'no pipecat.Frame'],
    [Buffer.from(pipecatFrames.audio('a', new Int16Array(2), 24000)).toString('hex'), 'audio of 24000 Hz on a line of 16000 Hz'],
    ['12 09 1a 04 00 00 00 00 20 80 7d', 'audio of 0 channels'],
    ['12 0b 1a 04 00 00 00 00 20 80 7d 28 02', 'audio of 2 channels'],
    ['12 0a 1a 03 00 00 00 20 80 7d 28 01', '16-bit'],
    [Buffer.from(said('{')).toString('hex'), 'not JSON'],
    [Buffer.from(said('7')).toString('hex'), 'not a JSON object'],
    [Buffer.from(said({ label: 'rtvi-ai' })).toString('hex'), 'type'],
    [Buffer.from(said({ label: 'bargein', type: 'bargein.speak', audio: '?' })).toString('hex'), 'not base64'],
  ])('%s is refused', (bytes, reason) => {
    expect(() => decodePipecat(hex(bytes), 16000)).toThrow(Refusal);
    expect(() => decodePipecat(hex(bytes), 16000)).toThrow(reason);
  });

  it('refuses groups within groups without end', () => {
    expect(() => decodePipecat(new Uint8Array(1_000_000).fill(0x3b), 16000)).toThrow(Refusal);
  });

  it('never throws anything but a refusal', () => {
    const tagged = fc.tuple(fc.constantFrom(0x0a, 0x12, 0x1a, 0x22, 0x2a), fc.uint8Array({ maxLength: 100 })).map(([tag, rest]) => Uint8Array.of(tag, rest.length, ...rest));
    const message = fc.jsonValue().map((value) => said({ label: 'rtvi-ai', ...(typeof value === 'object' ? value : { type: value }) }));
    const broken = fc.tuple(fc.int16Array(), fc.nat(), fc.integer({ min: 0, max: 255 })).map(([samples, at, byte]) => {
      const bytes = pipecatFrames.audio('a', samples, 16000);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), tagged, message, broken), (bytes) => {
        try {
          decodePipecat(bytes, 16000);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

import { AgentSession } from '@livekit/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader } from '../../src/wires/length-frames.js';
import { decodeConsole, encodeConsole } from '../../src/wires/livekit-console.js';
import type { ConsoleMessage } from '../../src/wires/livekit-console.js';
import { Refusal } from '../../src/wires/refusal.js';

/** The message without its length. */
function bodyOf(message: ConsoleMessage): Uint8Array {
  return new FrameReader().push(encodeConsole(message))[0];
}

const samples = Int16Array.of(1, -2, 32767, -32768);

const messages: ConsoleMessage[] = [
  { kind: 'audio-input', samples },
  { kind: 'audio-output', samples },
  { kind: 'audio-output', samples: new Int16Array(0) },
  { kind: 'playback-flush' },
  { kind: 'playback-clear' },
  { kind: 'playback-finished' },
  { kind: 'agent-state', from: 'initializing', to: 'listening' },
  { kind: 'agent-state', from: 'thinking', to: 'speaking' },
  { kind: 'user-state', from: 'speaking', to: 'away' },
  { kind: 'false-interruption', resumed: true },
  { kind: 'ping', requestId: 'a' },
  { kind: 'pong', requestId: 'a' },
  { kind: 'run-input', requestId: 'b', text: 'Tell me a story.' },
  { kind: 'response', requestId: 'b', error: null },
  { kind: 'response', requestId: 'b', error: 'no' },
  { kind: 'other' },
];

describe('messages of a LiveKit agent in console mode', () => {
  it.each(messages.map((message) => [message.kind, message] as const))('reads the %s that it writes', (_, message) => {
    expect(decodeConsole(bodyOf(message))).toEqual(message);
  });

  // Written by hand from the .proto: tag (number << 3 | type), length, value.
  it.each([
    ['flush', [0x32, 0], { kind: 'playback-flush' }],
    ['clear', [0x3a, 0], { kind: 'playback-clear' }],
    ['finished', [0x42, 0], { kind: 'playback-finished' }],
    ['audio output', [0x12, 12, 0x0a, 2, 0x01, 0x80, 0x10, 0x80, 0xf7, 0x02, 0x18, 1, 0x20, 1], { kind: 'audio-output', samples: Int16Array.of(-32767) }],
    ['audio input', [0x0a, 12, 0x0a, 2, 0xff, 0x7f, 0x10, 0x80, 0xf7, 0x02, 0x18, 1, 0x20, 1], { kind: 'audio-input', samples: Int16Array.of(32767) }],
    ['listening to speaking', [0x1a, 6, 0x52, 4, 0x08, 2, 0x10, 4], { kind: 'agent-state', from: 'listening', to: 'speaking' }],
    ['the user speaks', [0x1a, 4, 0x5a, 2, 0x08, 1], { kind: 'user-state', from: 'listening', to: 'speaking' }],
    ['a field of later versions', [0xfa, 0x06, 1, 0], { kind: 'other' }],
    ['nothing', [], { kind: 'other' }],
    ['a state of later versions', [0x1a, 6, 0x52, 4, 0x08, 2, 0x10, 99], { kind: 'other' }],
  ])('knows the bytes of: %s', (_, bytes, message) => {
    expect(decodeConsole(Uint8Array.from(bytes))).toEqual(message);
  });

  it('passes over requests, responses and events that it has no use for', () => {
    const { AgentSessionMessage } = AgentSession;
    const wired = [
      new AgentSessionMessage({ message: { case: 'request', value: { requestId: 'x', request: { case: 'getSessionState', value: {} } } } }),
      new AgentSessionMessage({ message: { case: 'event', value: { event: { case: 'error', value: { message: 'm' } } } } }),
      new AgentSessionMessage({ message: { case: 'event', value: { event: { case: 'userInputTranscribed', value: { transcript: 't' } } } } }),
    ];
    for (const message of wired) expect(decodeConsole(message.toBinary())).toEqual({ kind: 'other' });
  });

  it.each([
    ['another rate', { data: Buffer.alloc(4), sampleRate: 24000, numChannels: 1 }, '24000 Hz'],
    ['stereo', { data: Buffer.alloc(4), sampleRate: 48000, numChannels: 2 }, '2 channels'],
    ['no rate', { data: Buffer.alloc(4), numChannels: 1 }, '0 Hz'],
    ['an odd number of bytes', { data: Buffer.alloc(3), sampleRate: 48000, numChannels: 1 }, '3 bytes'],
  ])('refuses audio of %s', (_, frame, reason) => {
    const bytes = new AgentSession.AgentSessionMessage({ message: { case: 'audioOutput', value: frame } }).toBinary();
    expect(() => decodeConsole(bytes)).toThrow(Refusal);
    expect(() => decodeConsole(bytes)).toThrow(reason);
  });

  it('reads any bytes, or refuses them', () => {
    const mangled = fc.tuple(fc.constantFrom(...messages), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })).map(([message, changes]) => {
      const bytes = Uint8Array.from(bodyOf(message));
      for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), mangled), (bytes) => {
        try {
          expect(decodeConsole(bytes).kind).toBeTypeOf('string');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { makeAgent } from '../../src/agents/index.js';
import { defaultMeasureOptions, measureAttempt } from '../../src/measure/attempt.js';
import { defaultReplayOptions, replayAttempt } from '../../src/replay/attempt.js';
import type { EndedCall } from '../../src/serve/lateness.js';
import { listen } from '../../src/serve/server.js';
import type { SocketProtocol } from '../../src/serve/server.js';
import { HrtimeClock, makeClock } from '../../src/time/index.js';
import type { AgentOptions, MediaFormat } from '../../src/types.js';
import { CallMessages, parseBotMessage } from '../../src/wires/twilio.js';
import { attemptWith, mediaWith } from '../fixtures/attempts.js';
import { speechLike } from '../fixtures/speech.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
});

const own = speechLike(8000, 300, [[0, 300]], 5);

async function serving(protocol: SocketProtocol, agent = 'programmed', agentOptions: AgentOptions = { 'programmed.leadMs': 0 }, maxConnections?: number) {
  const served = { agent, agentOptions, clock: new HrtimeClock(), ownResponse: async (rateHz: number) => ({ ...own, rateHz }) };
  const listening = await listen({ protocol, port: 0, served, maxConnections });
  open.push(listening);
  return listening;
}

/** A caller by hand: what it says, what it is told, and how it ended. */
async function dial(address: string, ...messages: (string | Uint8Array)[]) {
  const socket = new WebSocket(address);
  const told: (string | Buffer)[] = [];
  const closed = new Promise<string>((resolve) => socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`)));
  socket.on('message', (data, isBinary) => told.push(isBinary ? (data as Buffer) : String(data)));
  socket.on('open', () => messages.forEach((message) => socket.send(message)));
  open.push({ close: async () => socket.terminate() });
  return { socket, told, closed };
}

describe('serving', () => {
  it('is for this machine alone, on a free port', async () => {
    const { address } = await serving('pcm');
    expect(address).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
    const { port } = new URL(address);
    const served = { agent: 'programmed', agentOptions: {}, clock: new HrtimeClock(), ownResponse: async () => own };
    await expect(listen({ protocol: 'pcm', port: Number(port), served })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
  });

  it('writes at once what an agent says at once', async () => {
    const { address } = await serving('pcm', 'programmed', { 'programmed.leadMs': 0, 'tts.chunkMs': 20, 'tts.queueMs': 10_000 });
    const { socket } = await dial(address);
    const writes: number[] = [];
    socket.on('upgrade', ({ socket: raw }) => raw.on('data', (bytes: Buffer) => writes.push(bytes.length)));
    // 2400 samples at 16 kHz in chunks of 20 ms: seven messages of 640 bytes and one of 320, each with a head.
    while (writes.reduce((sum, length) => sum + length, 0) < 4800) await new Promise((resolve) => setImmediate(resolve));
    expect(writes).toHaveLength(1);
  });

  it('tells of each call that is over, with its seed', async () => {
    const ended: EndedCall[] = [];
    const served = { agent: 'programmed', agentOptions: {}, clock: new HrtimeClock(), ownResponse: async (rateHz: number) => ({ ...own, rateHz }), callEnded: (call: EndedCall) => ended.push(call) };
    const listening = await listen({ protocol: 'pcm', port: 0, served });
    open.push(listening);
    const { socket } = await dial(`${listening.address}?seed=42`, new Uint8Array(640));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.close();
    while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual([{ seed: 42, lateMs: 0, stalledMs: expect.any(Number) as number }]);
  });

  it('turns away more calls than it may take', async () => {
    const { address } = await serving('pcm', 'programmed', {}, 1);
    const first = await dial(address);
    await new Promise((resolve) => first.socket.on('open', resolve));
    expect(await (await dial(address)).closed).toBe('1013 no more than 1 calls at once');
    expect(first.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('speaks its own words to a caller that has none for it', async () => {
    const { address } = await serving('twilio');
    const messages = new CallMessages({ streamSid: 'MZ1', callSid: 'CA1', accountSid: 'AC1' });
    const { socket, told, closed } = await dial(address, messages.connected(), messages.start({ unknown: 'x' }));
    let heard = 0;
    await new Promise<void>((resolve) =>
      socket.on('message', () => {
        const message = parseBotMessage(told.at(-1) as string);
        heard += message?.event === 'media' ? message.samples.length : 0;
        if (heard >= own.samples.length) resolve();
      }),
    );
    expect(heard).toBe(own.samples.length);
    socket.send(messages.stop());
    expect(await closed).toBe('1000 ');
  });

  it.each<[SocketProtocol, string, string | Uint8Array, RegExp]>([
    ['twilio', '', '{', /^1002 .*not JSON/],
    ['twilio', '', '{"event":"media","media":{"payload":""}}', /^1002 media before start/],
    ['twilio', '', new Uint8Array(2), /^1002 .*only text/],
    ['twilio', '', '{"event":"start","streamSid":"MZ1","start":{"customParameters":{"programmed.delayMs":"soon"},"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}', /^1011 .*programmed\.delayMs=soon/],
    ['pcm', '', '{', /^1002 .*not JSON/],
    ['pcm', '', new Uint8Array(3), /^1002 .*3 bytes/],
    ['pcm', '?rateHz=fast', '{}', /^1002 rateHz/],
    ['pcm', '?programmed.delayMs=-1', '{}', /^1011 .*programmed\.delayMs/],
  ])('closes that one call on garbage, with the reason: %s%s %s', async (protocol, query, message, reason) => {
    const { address } = await serving(protocol);
    const other = await dial(address);
    expect(await (await dial(address + query, message)).closed).toMatch(reason);
    expect(other.socket.readyState).not.toBe(WebSocket.CLOSED);
  });
});

describe('both ways to speak, measured over a real connection', () => {
  const stopMs = 60;
  /** Between two samples of the measurement: a step of the device, and the grid of the detector. */
  const stepsMs = 20;

  it.each<[string, SocketProtocol, MediaFormat, AgentOptions]>([
    ['paced, never clearing', 'twilio', { rateHz: 8000, frameMs: 20, codec: 'mulaw' }, { 'tts.queueMs': 0, flush: false }],
    ['in a burst that only a clear stops', 'twilio', { rateHz: 8000, frameMs: 20, codec: 'mulaw' }, { 'tts.chunkMs': 500, 'tts.queueMs': 600_000, flush: true }],
    ['paced, never clearing', 'pcm', { rateHz: 16000, frameMs: 20, codec: 'pcm16' }, { 'tts.queueMs': 0, flush: false }],
    ['in a burst that only a clear stops', 'pcm', { rateHz: 16000, frameMs: 20, codec: 'pcm16' }, { 'tts.chunkMs': 500, 'tts.queueMs': 600_000, flush: true }],
  ])('%s: %s', async (_, protocol, format, options) => {
    const { address } = await serving(protocol, 'programmed', { 'programmed.leadMs': 0, 'programmed.delayMs': stopMs, ...options });
    const agent = await makeAgent(`${protocol}:${address}`, { turns: 'response' });
    const response = speechLike(format.rateHz, 3000, [[100, 3000]], 2);
    const user = speechLike(format.rateHz, 200, [[0, 200]], 3);
    const attempt = attemptWith({ offsetMs: 300 });
    const media = mediaWith(response, user, { format });
    const recording = await replayAttempt(attempt, media, agent, makeClock('realtime'), { ...defaultReplayOptions, leadInMs: 40, windowMs: 300, resumeMs: 300 });
    expect(recording.error).toBeNull();
    const result = measureAttempt(attempt, recording, response, defaultMeasureOptions);
    const { userOnsetMs } = recording.injected as { userOnsetMs: number };
    const lastMs = recording.packets.at(-1)?.arrivedMs ?? 0;
    if (options.flush) {
      // All of it had come before the user spoke: only the clear can have stopped it, and is what the stop is measured by.
      const [flush, ...more] = recording.flushes;
      expect(more).toEqual([]);
      expect(lastMs).toBeLessThan(userOnsetMs);
      expect(flush.atMs - userOnsetMs).toBeGreaterThanOrEqual(stopMs);
      expect(Math.abs((result.stopLatencyMs ?? Infinity) - (flush.atMs - userOnsetMs))).toBeLessThanOrEqual(stepsMs);
    } else {
      // The last packet is what stops it, after it has waited in the buffer.
      expect(recording.flushes).toEqual([]);
      expect(lastMs - userOnsetMs).toBeGreaterThanOrEqual(stopMs - 20);
      expect(result.stopLatencyMs ?? -Infinity).toBeGreaterThan(lastMs - userOnsetMs);
      expect(Math.abs((result.wireStopLatencyMs ?? Infinity) - (lastMs - userOnsetMs))).toBeLessThanOrEqual(stepsMs);
    }
  });
});

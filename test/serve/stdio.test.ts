import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PacedOutput } from '../../src/serve/paced-output.js';
import { serveStdio } from '../../src/serve/stdio.js';
import { VirtualClock } from '../../src/time/index.js';
import { SampleJoiner } from '../../src/wires/sample-joiner.js';
import { toS16le } from '../../src/wires/samples.js';
import { speechLike } from '../fixtures/speech.js';

const rateHz = 16_000;

interface Sent {
  readonly atMs: number;
  readonly samples: Int16Array;
}

/** One call on the virtual clock. The caller is silent but for one frame, and hangs up at the end. */
async function callOf(agentOptions: Record<string, string | number | boolean>, speaksAtMs: number, endMs: number): Promise<Sent[]> {
  const clock = new VirtualClock();
  const stdin = new EventEmitter();
  const stdout = new EventEmitter();
  const sent: Sent[] = [];
  const joiner = new SampleJoiner();
  const write = (bytes: Uint8Array) => sent.push({ atMs: clock.now(), samples: joiner.push(bytes) });
  const served = { agent: 'programmed', agentOptions, clock, ownResponse: () => Promise.resolve(speechLike(rateHz, 5000, [[0, 5000]])) };
  const over = serveStdio(served, {}, { stdin: stdin as never, stdout: Object.assign(stdout, { write }) as never });
  // It is loaded, and asked to speak, before any time passes.
  await new Promise((resolve) => setImmediate(resolve));
  for (let atMs = 20; atMs <= endMs; atMs += 20) clock.at(atMs, () => void stdin.emit('data', Buffer.from(toS16le(new Int16Array(320).fill(atMs === speaksAtMs ? 500 : 0)))));
  clock.at(endMs, () => void stdin.emit('end'));
  await clock.drive(over);
  return sent;
}

const lengthMs = (sent: readonly Sent[]) => (sent.reduce((sum, { samples }) => sum + samples.length, 0) * 1000) / rateHz;

describe('an agent served on two pipes', () => {
  it.each([0, 400, 600_000])('sends its speech in real time where it is shipped %i ms ahead', async (queueMs) => {
    const sent = await callOf({ 'tts.queueMs': queueMs, 'tts.chunkMs': 50, 'programmed.leadMs': 100 }, -1, 3000);
    let beforeMs = 0;
    for (const { atMs, samples } of sent) {
      // Never later than a client that started with the first frame needs it, never sooner than a frame and the lead before.
      expect(atMs).toBeLessThanOrEqual(sent[0].atMs + beforeMs + 1e-6);
      expect(atMs).toBeGreaterThanOrEqual(sent[0].atMs + beforeMs - 50 - 1e-6);
      beforeMs += (samples.length * 1000) / rateHz;
    }
    expect(beforeMs).toBeGreaterThan(2800);
  });

  it.each([0, 400])('sends nothing more once it is interrupted, with %i ms shipped ahead', async (queueMs) => {
    const sent = await callOf({ flush: true, 'tts.queueMs': queueMs, 'tts.chunkMs': 20, 'programmed.leadMs': 100, 'programmed.delayMs': 60 }, 1000, 3000);
    const silentMs = 1000 + 60;
    expect(sent[sent.length - 1].atMs).toBeLessThanOrEqual(silentMs);
    const startMs = sent[0].atMs;
    expect(startMs + lengthMs(sent)).toBeGreaterThanOrEqual(silentMs);
    expect(startMs + lengthMs(sent)).toBeLessThanOrEqual(silentMs + 40);
  });

  it('plays out what it has shipped where it does not flush', async () => {
    const options = { flush: false, 'tts.queueMs': 400, 'tts.chunkMs': 20, 'programmed.leadMs': 100, 'programmed.delayMs': 60 };
    const sent = await callOf(options, 1000, 3000);
    expect(sent[0].atMs + lengthMs(sent)).toBeGreaterThanOrEqual(1060 + 400);
  });

  it('does not hear what has piled up while it was loading', async () => {
    const options = { 'tts.queueMs': 0, 'tts.chunkMs': 20, 'programmed.leadMs': 0 };
    expect(lengthMs(await callOf(options, 80, 3000))).toBeGreaterThanOrEqual(2900);
    expect(lengthMs(await callOf(options, 120, 3000))).toBeLessThan(200);
  });

  it('ends where the caller hangs up while it is loading', async () => {
    const stdin = new EventEmitter();
    const served = { agent: 'programmed', agentOptions: {}, clock: new VirtualClock(), ownResponse: () => new Promise<never>(() => {}) };
    const over = serveStdio(served, {}, { stdin: stdin as never, stdout: new EventEmitter() as never });
    stdin.emit('end');
    await over;
  });

  it('takes the rate and options of the agent from the environment, and refuses a rate that is none', async () => {
    const clock = new VirtualClock();
    const served = { agent: 'programmed', agentOptions: {}, clock, ownResponse: () => Promise.resolve(speechLike(8000, 100, [[0, 100]])) };
    const pipes = { stdin: new EventEmitter() as never, stdout: new EventEmitter() as never };
    await expect(serveStdio(served, { BARGEIN_RATE_HZ: 'x' }, pipes)).rejects.toThrow("BARGEIN_RATE_HZ is 'x'");
    await expect(serveStdio(served, { 'tts.chunkMs': '0' }, pipes)).rejects.toThrow('tts.chunkMs=0');
  });
});

describe('output in real time', () => {
  it('sends at once what is due, and begins anew after a pause', async () => {
    const clock = new VirtualClock();
    const sent: number[] = [];
    const output = new PacedOutput(clock, rateHz, (samples) => sent.push(clock.now(), samples.length));
    clock.at(100, () => output.push(new Int16Array(320)));
    clock.at(500, () => output.push(new Int16Array(800)));
    await clock.drive(new Promise<void>((resolve) => clock.at(1000, resolve)));
    expect(sent).toEqual([100, 320, 500, 320, 500, 320, 520, 160]);
  });
});

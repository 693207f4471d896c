import { afterEach, describe, expect, it } from 'vitest';
import type WebSocket from 'ws';
import { makeAgent } from '../../src/agents/index.js';
import type { AgentOptions } from '../../src/types.js';
import { decodePipecat, pipecatFrames } from '../../src/wires/pipecat.js';
import type { PipecatMessage, RtviMessage } from '../../src/wires/pipecat.js';
import { speechLike } from '../fixtures/speech.js';
import { LiveSession } from './live-session.js';
import { webSocketServer } from './socket-servers.js';
import { describeWire, startServed } from './wire-conformance.js';

describeWire('pipecat', {
  start: (agent, agentOptions) => startServed('pipecat', agent, agentOptions),
  options: { turns: 'response' },
  socket: {
    kind: 'pipecat',
    shortTimeout: { 'connect.timeoutMs': 200 },
    garbage: ['{"type":"audio"}', new Uint8Array([0xff, 0xff]), pipecatFrames.audio('a', new Int16Array(2), 24000), Buffer.from('2203 0a01 7b'.replaceAll(' ', ''), 'hex')],
  },
});

const rateHz = 16000;
const rtvi = (type: string, data: object | null = null) => pipecatFrames.rtvi(type, '1', data);

/** A hand-written bot, and what it has been told. */
class Bot {
  readonly heard: PipecatMessage[] = [];
  readonly texts: string[] = [];
  url = '';
  socket: WebSocket | null = null;
  #look: () => void = () => {};

  constructor(readonly greets = false) {}

  take(socket: WebSocket, url: string): void {
    this.socket = socket;
    this.url = url;
    socket.on('message', (raw, isBinary) => {
      if (isBinary) this.heard.push(decodePipecat(raw as Buffer, rateHz));
      else this.texts.push(String(raw));
      const [first] = this.heard;
      if (this.greets && this.heard.length === 1 && first.kind === 'rtvi') socket.send(pipecatFrames.rtvi('bot-ready', first.message.id ?? '', { version: '1.0.0' }));
      this.#look();
    });
  }

  get messages(): RtviMessage[] {
    return this.heard.flatMap((message) => (message.kind === 'rtvi' ? [message.message] : []));
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => holds() && resolve();
      this.#look();
    });
  }

  say(...messages: Uint8Array[]): void {
    for (const message of messages) this.socket?.send(message);
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
});

async function called(bot: Bot, options: AgentOptions = {}): Promise<LiveSession> {
  const far = await webSocketServer((socket, url) => bot.take(socket, url));
  open.push(far);
  const live = await LiveSession.with(await makeAgent(`pipecat:${far.address}ws?room=1`, options));
  open.push({ close: async () => live.session?.close() });
  await bot.until(() => bot.heard.length > 0);
  return live;
}

describe('a client of a Pipecat bot', () => {
  it('says first that it is ready, and in which version', async () => {
    const bot = new Bot();
    await called(bot, { 'rtvi.version': '2.3.0', 'query.tenant': 'a b' });
    expect(bot.messages[0]).toMatchObject({ type: 'client-ready', data: { version: '2.3.0' } });
    expect(bot.url).toBe('/ws?room=1&tenant=a+b');
  });

  it('sends what the user says to the sample, in frames that name their rate', async () => {
    const bot = new Bot();
    const live = await called(bot);
    const said = speechLike(rateHz, 100, [[0, 100]]).samples;
    for (let i = 0; i < 5; i++) live.session?.send(said.subarray(i * 320, (i + 1) * 320), i * 20);
    await bot.until(() => bot.heard.length === 6);
    expect(bot.heard.flatMap((message) => (message.kind === 'audio' ? [...message.samples] : []))).toEqual([...said]);
    expect(bot.texts).toEqual([]);
  });

  it('asks in words where it is to', async () => {
    const bot = new Bot();
    const live = await called(bot, { turns: 'prompted' });
    await live.session?.speak({ response: null, prompt: 'Count to ten.' });
    await bot.until(() => bot.messages.length === 2);
    expect(bot.messages[1]).toMatchObject({ type: 'send-text', data: { content: 'Count to ten.', options: { run_immediately: true, audio_response: true } } });
  });

  it('makes events of what the bot says of itself', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(rtvi('bot-started-speaking'), pipecatFrames.audio('a', Int16Array.of(1, 2), rateHz), rtvi('bot-tts-text', { text: 'x' }), rtvi('bot-stopped-speaking'));
    bot.say(rtvi('user-started-speaking'), rtvi('user-stopped-speaking'));
    await live.until(({ events }) => events.includes('vad-end'));
    expect(live.order).toEqual(['response-start', 'audio', 'response-end', 'vad-start', 'vad-end']);
  });

  it('drops what it has not played at an interruption, which is no natural end, in either order', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(rtvi('bot-started-speaking'), rtvi('user-started-speaking'), pipecatFrames.interruption(), rtvi('bot-stopped-speaking'), rtvi('user-stopped-speaking'));
    bot.say(rtvi('bot-started-speaking'), rtvi('user-started-speaking'), rtvi('bot-stopped-speaking'), pipecatFrames.interruption(), rtvi('user-stopped-speaking'));
    bot.say(rtvi('bot-started-speaking'), rtvi('bot-stopped-speaking'));
    await live.until(({ events }) => events.includes('response-end'));
    const interrupted = ['response-start', 'vad-start', 'flush', 'flush', 'vad-end'];
    expect(live.order).toEqual([...interrupted, ...interrupted, 'response-start', 'response-end']);
  });

  it('waits for the bot to be ready where it is told to', async () => {
    await called(new Bot(true), { 'rtvi.wait': true });
    await expect(called(new Bot(), { 'rtvi.wait': true, 'connect.timeoutMs': 100 })).rejects.toThrow('no bot-ready');
  });

  it.each([
    ['another rate', pipecatFrames.audio('a', new Int16Array(2), 24000), 'audio of 24000 Hz on a line of 16000 Hz'],
    ['a fatal error', rtvi('error', { error: 'no more credit', fatal: true }), 'no more credit'],
  ])('ends with the reason at %s', async (_, message, reason) => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(rtvi('error', { error: 'a small one', fatal: false }), rtvi('error-response', { error: 'version' }), pipecatFrames.audio('a', new Int16Array(1), rateHz), message);
    expect(await live.failure()).toContain(reason);
    expect(live.packets).toHaveLength(1);
  });

  it('refuses a rate whose frame is no whole number of samples', async () => {
    await expect(makeAgent('pipecat:ws://127.0.0.1:1/', { rateHz: 11_025 })).rejects.toThrow('no whole number of samples');
  });

  it('says so where the bot hangs up in the middle', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(pipecatFrames.audio('a', new Int16Array(1), rateHz));
    await live.until(({ packets }) => packets.length === 1);
    bot.socket?.close(1011, 'pipeline ended');
    expect(await live.failure()).toContain('pipeline ended');
  });
});

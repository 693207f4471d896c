import { afterEach, describe, expect, it } from 'vitest';
import type WebSocket from 'ws';
import { makeAgent } from '../../src/agents/index.js';
import { throughMulaw } from '../../src/audio/g711.js';
import type { AgentOptions } from '../../src/types.js';
import { botMessages, parseCallMessage } from '../../src/wires/twilio.js';
import { speechLike } from '../fixtures/speech.js';
import { LiveSession } from './live-session.js';
import { webSocketServer } from './socket-servers.js';
import { describeWire, startServed } from './wire-conformance.js';

describeWire('twilio', {
  start: (agent, agentOptions) => startServed('twilio', agent, agentOptions),
  options: { turns: 'response' },
  socket: {
    kind: 'twilio',
    shortTimeout: { 'connect.timeoutMs': 200 },
    garbage: ['{', '[]', '17', '{"event":"media"}', '{"event":"clear","streamSid":"MZ0"}', '{"event":"media","streamSid":"MZ0","media":{"payload":"*"}}', new Uint8Array([1, 2, 3])],
  },
});

type Message = Record<string, unknown> & { event: string; streamSid: string };

/** A hand-written bot, and what it has been told. */
class Bot {
  readonly heard: Message[] = [];
  readonly order: string[] = [];
  socket: WebSocket | null = null;
  #watchers: (() => void)[] = [];

  constructor(readonly onMessage: (bot: Bot, message: Message) => void = () => {}) {}

  take(socket: WebSocket): void {
    this.socket = socket;
    socket.on('message', (raw) => {
      const message = JSON.parse(String(raw)) as Message;
      this.heard.push(message);
      this.onMessage(this, message);
      for (const look of [...this.#watchers]) look();
    });
    socket.on('close', () => {
      this.order.push('closed');
      for (const look of [...this.#watchers]) look();
    });
  }

  of(event: string): Message[] {
    return this.heard.filter((message) => message.event === event);
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => holds() && resolve();
      this.#watchers.push(look);
      look();
    });
  }

  get streamSid(): string {
    return this.of('start')[0].streamSid;
  }

  say(message: string): void {
    this.socket?.send(message);
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
});

async function called(bot: Bot, options: AgentOptions = {}): Promise<LiveSession> {
  const far = await webSocketServer((socket) => bot.take(socket));
  const live = await LiveSession.with(await makeAgent(`twilio:${far.address}`, options));
  open.push(far, { close: async () => live.session?.close() });
  await bot.until(() => bot.of('start').length > 0);
  return live;
}

describe('a call as Twilio makes it', () => {
  it('begins with connected and start, and ends with stop', async () => {
    const bot = new Bot();
    const live = await called(bot, { 'param.tenant': 'a b', 'param.vad.threshold': 0.4, dtmf: '1#' });
    live.session?.send(new Int16Array(160), 0);
    await bot.until(() => bot.of('media').length === 1);
    await live.session?.close();
    await bot.until(() => bot.order.includes('closed'));
    expect(bot.heard.map(({ event }) => event)).toEqual(['connected', 'start', 'dtmf', 'dtmf', 'media', 'stop']);
    expect(bot.heard[0]).toEqual({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const { streamSid } = bot;
    expect(streamSid).toMatch(/^MZ[0-9a-f]{32}$/);
    expect(bot.heard[1]).toEqual({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        streamSid,
        accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/) as unknown,
        callSid: expect.stringMatching(/^CA[0-9a-f]{32}$/) as unknown,
        tracks: ['inbound'],
        customParameters: { tenant: 'a b', 'vad.threshold': '0.4' },
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      },
    });
    expect(bot.heard.slice(1).map(({ sequenceNumber }) => sequenceNumber)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('carries what the user says to the sample, in numbered chunks with their time', async () => {
    const bot = new Bot();
    const live = await called(bot);
    const said = throughMulaw(speechLike(8000, 200, [[0, 200]]).samples);
    for (let i = 0; i < 10; i++) live.session?.send(said.subarray(i * 160, (i + 1) * 160), i * 20);
    await bot.until(() => bot.of('media').length === 10);
    const media = bot.of('media').map((message) => message.media as { track: string; chunk: string; timestamp: string });
    expect(media.map(({ track, chunk, timestamp }) => [track, chunk, timestamp])).toEqual(Array.from({ length: 10 }, (_, i) => ['inbound', String(i + 1), String(i * 20)]));
    const heard = bot.of('media').flatMap((message) => {
      const parsed = parseCallMessage(JSON.stringify(message));
      return parsed?.event === 'media' ? [...parsed.samples] : [];
    });
    expect(heard).toEqual([...said]);
  });

  it('has the same ids for the same seed', async () => {
    const bots = [new Bot(), new Bot()];
    for (const bot of bots) await called(bot);
    expect(bots[0].streamSid).toBe(bots[1].streamSid);
  });

  it('takes media of any length, one sample or ten minutes', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(botMessages.media(bot.streamSid, new Int16Array(1)));
    bot.say(botMessages.media(bot.streamSid, new Int16Array(0)));
    bot.say(botMessages.media(bot.streamSid, new Int16Array(8000 * 600)));
    await live.until(({ packets }) => packets.length === 2);
    expect(live.packets.map(({ length }) => length)).toEqual([1, 4_800_000]);
    expect(live.failures).toEqual([]);
  });

  it('ends where more waits to be heard than a call would take', async () => {
    const bot = new Bot();
    const live = await called(bot);
    for (let i = 0; i < 2; i++) bot.say(botMessages.media(bot.streamSid, new Int16Array(8000 * 600)));
    expect(await live.failure()).toContain('900 s of audio ahead');
  });

  it('refuses another stream, and names it', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(botMessages.media('MZ99', new Int16Array(1)));
    expect(await live.failure()).toMatch(/media for stream "MZ99", this one is "MZ/);
  });

  it('passes over events it does not know', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say('{"event":"transcript","text":"hello"}');
    bot.say(botMessages.media(bot.streamSid, new Int16Array(3)));
    await live.until(({ packets }) => packets.length === 1);
    expect(live.failures).toEqual([]);
  });
});

describe('marks', () => {
  const names = (bot: Bot) => bot.of('mark').map(({ mark }) => (mark as { name: string }).name);

  it('come back when what was sent before them has been heard', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(botMessages.media(bot.streamSid, new Int16Array(800)));
    bot.say(botMessages.mark(bot.streamSid, 'one'));
    bot.say(botMessages.mark(bot.streamSid, 'two'));
    bot.say(botMessages.media(bot.streamSid, new Int16Array(80)));
    await live.until(({ packets }) => packets.length === 2);
    live.session?.send(new Int16Array(160), 0);
    await bot.until(() => bot.of('media').length === 1);
    expect(names(bot)).toEqual([]);
    live.hearAll();
    await bot.until(() => bot.of('mark').length === 2);
    expect(names(bot)).toEqual(['one', 'two']);
  });

  it('come back at once and in order where a clear drops what they waited for, and only once', async () => {
    const bot = new Bot();
    const live = await called(bot);
    bot.say(botMessages.media(bot.streamSid, new Int16Array(800)));
    for (const name of ['a', 'b', 'c']) bot.say(botMessages.mark(bot.streamSid, name));
    bot.say(botMessages.clear(bot.streamSid));
    bot.say(botMessages.mark(bot.streamSid, 'after'));
    await bot.until(() => bot.of('mark').length === 3);
    expect(names(bot)).toEqual(['a', 'b', 'c']);
    bot.say(botMessages.media(bot.streamSid, new Int16Array(80)));
    await live.until(({ packets }) => packets.length === 2);
    expect(live.order).toEqual(['audio', 'flush', 'flush', 'audio']);
    live.hearAll();
    await bot.until(() => bot.of('mark').length === 4);
    expect(names(bot)).toEqual(['a', 'b', 'c', 'after']);
  });

  it('end the call where there are too many', async () => {
    const bot = new Bot();
    const live = await called(bot);
    for (let i = 0; i <= 10_000; i++) bot.say(botMessages.mark(bot.streamSid, 'm'));
    expect(await live.failure()).toContain('10000 marks');
  });
});

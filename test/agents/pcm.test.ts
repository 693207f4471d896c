import { afterEach, describe, expect, it } from 'vitest';
import type WebSocket from 'ws';
import { makeAgent } from '../../src/agents/index.js';
import type { AgentOptions } from '../../src/types.js';
import { fromS16le, toS16le } from '../../src/wires/samples.js';
import { speechLike } from '../fixtures/speech.js';
import { LiveSession } from './live-session.js';
import { webSocketServer } from './socket-servers.js';
import { describeWire, startServed } from './wire-conformance.js';

describeWire('pcm', {
  start: (agent, agentOptions) => startServed('pcm', agent, agentOptions),
  options: { turns: 'response', 'input.rateHz': 24000, 'output.rateHz': 24000 },
  socket: { kind: 'pcm', shortTimeout: { 'connect.timeoutMs': 200 }, garbage: ['{', '"clear"', new Uint8Array([1, 2, 3])] },
});

const open: { close(): Promise<void> }[] = [];
const variables = ['BARGEIN_TEST_KEY', 'DEEPGRAM_API_KEY', 'ELEVENLABS_API_KEY'];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
  for (const name of variables) delete process.env[name];
});

interface Seen {
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly texts: string[];
  readonly binaries: Buffer[];
}

/** A far side that notes what comes, and does what the test says with it. */
async function farSide(onText: (text: string, socket: WebSocket) => void = () => {}, onOpen: (socket: WebSocket) => void = () => {}): Promise<{ address: string; seen: Seen[]; until(holds: () => boolean): Promise<void> }> {
  const seen: Seen[] = [];
  let watchers: (() => void)[] = [];
  const far = await webSocketServer((socket, url, headers) => {
    const one: Seen = { url, headers, texts: [], binaries: [] };
    seen.push(one);
    onOpen(socket);
    socket.on('message', (data, isBinary) => {
      if (isBinary) one.binaries.push(data as Buffer);
      else {
        one.texts.push(String(data));
        onText(String(data), socket);
      }
      for (const look of [...watchers]) look();
    });
  });
  open.push(far);
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        watchers = watchers.filter((other) => other !== look);
        resolve();
      };
      watchers.push(look);
      look();
    });
  return { address: far.address, seen, until };
}

async function call(address: string, options: AgentOptions): Promise<LiveSession> {
  const live = await LiveSession.with(await makeAgent(`pcm:${address}`, options));
  open.push({ close: async () => live.session?.close() });
  return live;
}

const failed = (address: string, options: AgentOptions): Promise<string> =>
  call(address, options).then(
    (live) => live.failure(),
    (thrown: Error) => thrown.message,
  );

describe('an agent of raw samples', () => {
  it('is dialled with the query, told the first message, and hears the user to the sample', async () => {
    const far = await farSide();
    const live = await call(`${far.address}talk?a=1`, { 'query.b': 'x y', 'query.a': 2, 'message.type': 'start', 'message.config.rate': 16000 });
    const said = speechLike(16000, 100, [[0, 100]]).samples;
    for (let i = 0; i < 5; i++) live.session?.send(said.subarray(i * 320, (i + 1) * 320), i * 20);
    await far.until(() => far.seen[0]?.binaries.length === 5);
    expect(far.seen[0].url).toBe('/talk?a=2&b=x+y');
    expect(far.seen[0].texts.map((text) => JSON.parse(text) as unknown)).toEqual([{ type: 'start', config: { rate: 16000 } }]);
    expect(fromS16le(Buffer.concat(far.seen[0].binaries))).toEqual(said);
  });

  it('hears at its own rate where it speaks at another', async () => {
    const far = await farSide();
    const live = await call(far.address, { 'input.rateHz': 16000, 'output.rateHz': 24000 });
    expect(live.format.rateHz).toBe(24000);
    const said = speechLike(24000, 400, [[0, 400]]).samples;
    for (let i = 0; i < 20; i++) live.session?.send(said.subarray(i * 480, (i + 1) * 480), i * 20);
    await far.until(() => far.seen[0]?.binaries.length === 20);
    const bytes = far.seen[0].binaries.reduce((sum, { length }) => sum + length, 0);
    expect(bytes / 2).toBeGreaterThan(6400 - 60);
    expect(bytes / 2).toBeLessThanOrEqual(6400);
  });

  it('drops and reports on the messages that the options name', async () => {
    const far = await farSide(undefined, (socket) => {
      socket.send(toS16le(Int16Array.of(1, 2)));
      for (const message of ['{"data":{"event":"speech"}}', '{"type":"clear"}', '{"data":{"event":"stop"}}', '{"event":"other"}']) socket.send(message);
    });
    const live = await call(far.address, { 'clear.path': 'data.event', 'clear.value': 'stop', 'event.vad-start': 'data.event=speech' });
    await live.until(({ events }) => events.includes('flush'));
    expect(live.order).toEqual(['audio', 'vad-start', 'flush', 'flush']);
  });

  it('asks in words where it is told how', async () => {
    const far = await farSide();
    const live = await call(far.address, { turns: 'prompted', 'prompt.send': '{"say":"$PROMPT"}' });
    await live.session?.speak({ response: null, prompt: 'count "to" ten' });
    await far.until(() => far.seen[0].texts.length === 1);
    expect(far.seen[0].texts[0]).toBe('{"say":"count \\"to\\" ten"}');
    const mute = await call(far.address, { turns: 'prompted' });
    await expect(mute.session?.speak({ response: null, prompt: 'x' })).rejects.toThrow('cannot be asked in words');
  });

  it('sends its key in a header, and never shows it', async () => {
    process.env.BARGEIN_TEST_KEY = 'sesame';
    const far = await farSide(undefined, (socket) => socket.close(1008, 'no'));
    const reason = await failed(`${far.address}?token=sesame`, { 'auth.env': 'BARGEIN_TEST_KEY' });
    expect(far.seen[0].headers.authorization).toBe('Bearer sesame');
    expect(far.seen[0].url).toBe('/?token=sesame');
    expect(reason).toContain('no');
    expect(reason).not.toContain('sesame');
    expect((await makeAgent(`pcm:${far.address}?token=sesame`)).name).not.toContain('sesame');
    await failed(far.address, { 'auth.env': 'BARGEIN_TEST_KEY', 'auth.header': 'x-api-key' });
    expect(far.seen[1].headers['x-api-key']).toBe('sesame');
    delete process.env.BARGEIN_TEST_KEY;
    expect(await failed(far.address, { 'auth.env': 'BARGEIN_TEST_KEY' })).toContain('BARGEIN_TEST_KEY is empty');
  });

  it.each<[AgentOptions, string]>([
    [{ 'clear.value': 'x' }, 'clear.value needs to be told where'],
    [{ 'event.vad-strat': 'a=b' }, 'event.vad-strat is no event'],
    [{ 'event.vad-start': 'speech' }, "event.vad-start is 'speech'"],
    [{ 'audio.send': '{"a":1}' }, 'audio.send is not JSON with $AUDIO'],
    [{ 'output.rateHz': 11025 }, 'no whole number of samples'],
    [{ turns: 'response', 'output.rateHz': 24000 }, 'has one rate'],
    [{ preset: 'other' }, 'preset=other'],
  ])('is refused with options that cannot be: %j', async (options, reason) => {
    await expect(makeAgent('pcm:ws://127.0.0.1:1/', options)).rejects.toThrow(reason);
  });

  it.each(['http://127.0.0.1/', 'nowhere'])('is refused with the address %s', async (address) => {
    await expect(makeAgent(`pcm:${address}`)).rejects.toThrow('its address');
  });
});

describe('presets', () => {
  it('go through the steps of Deepgram before audio flows', async () => {
    process.env.DEEPGRAM_API_KEY = 'k';
    const far = await farSide(
      (text, socket) => socket.send(JSON.stringify({ type: (JSON.parse(text) as { type: string }).type === 'Settings' ? 'SettingsApplied' : 'x' })),
      (socket) => socket.send('{"type":"Welcome"}'),
    );
    const live = await call(far.address, { preset: 'deepgram', turns: 'prompted', 'output.rateHz': 24000, 'input.rateHz': 24000, 'message.agent.greeting': 'hello' });
    expect(far.seen[0].headers.authorization).toBe('Token k');
    expect(JSON.parse(far.seen[0].texts[0])).toMatchObject({ type: 'Settings', audio: { input: { sample_rate: 24000 } }, agent: { greeting: 'hello', listen: {} } });
    await live.session?.speak({ response: null, prompt: 'tell me a story' });
    await far.until(() => far.seen[0].texts.length === 2);
    expect(JSON.parse(far.seen[0].texts[1])).toEqual({ type: 'InjectUserMessage', content: 'tell me a story' });
  });

  it('do not wait for ever: no Welcome, an error instead of it, or a connection that is lost meanwhile', async () => {
    process.env.DEEPGRAM_API_KEY = 'k';
    const options = { preset: 'deepgram', 'connect.timeoutMs': 150 };
    expect(await failed((await farSide()).address, options)).toContain('no answer after 150 ms');
    expect(await failed((await farSide(undefined, (socket) => socket.send('{"type":"Error","description":"bad model"}'))).address, options)).toContain('bad model');
    expect(await failed((await farSide(undefined, (socket) => socket.close(4000, 'quota'))).address, options)).toContain('quota');
    delete process.env.DEEPGRAM_API_KEY;
    expect(await failed('ws://127.0.0.1:1/', options)).toContain('DEEPGRAM_API_KEY is empty');
  });

  it('speak base64 with ElevenLabs, and answer its pings', async () => {
    const metadata = { type: 'conversation_initiation_metadata', conversation_initiation_metadata_event: { user_input_audio_format: 'pcm_16000', agent_output_audio_format: 'pcm_16000' } };
    const far = await farSide((text, socket) => {
      const message = JSON.parse(text) as Record<string, unknown>;
      if (message.type === 'conversation_initiation_client_data') socket.send(JSON.stringify(metadata));
      if (typeof message.user_audio_chunk !== 'string') return;
      socket.send(JSON.stringify({ type: 'audio', audio_event: { audio_base_64: message.user_audio_chunk, event_id: 1 } }));
      socket.send('{"type":"ping","ping_event":{"event_id":4}}');
    });
    const live = await call(far.address, { preset: 'elevenlabs' });
    const frame = speechLike(16000, 20, [[0, 20]]).samples;
    live.session?.send(frame, 0);
    await live.until(({ packets }) => packets.length === 1);
    expect(live.samples).toEqual(frame);
    await far.until(() => far.seen[0].texts.some((text) => text.includes('pong')));
    expect(far.seen[0].texts.at(-1)).toBe('{"type":"pong","event_id":4}');
  });

  it('say goodbye to Vapi', async () => {
    const far = await farSide();
    const live = await call(far.address, { preset: 'vapi' });
    await live.session?.close();
    await far.until(() => far.seen[0].texts.length === 1);
    expect(far.seen[0].texts).toEqual(['{"type":"hangup"}']);
  });
});

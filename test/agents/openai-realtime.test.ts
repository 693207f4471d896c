import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { makeAgent } from '../../src/agents/index.js';
import type { AgentOptions, SessionContext } from '../../src/types.js';
import { clientEvents } from '../../src/wires/openai-realtime-client.js';
import { ServerEvents } from '../../src/wires/openai-realtime-server.js';
import { LiveSession } from './live-session.js';
import { webSocketServer } from './socket-servers.js';
import { describeWire, startServed } from './wire-conformance.js';

const served = (agent: string, agentOptions: AgentOptions) => startServed('openai-realtime', agent, agentOptions);
const garbage = ['{', '[]', '17', '{"type":7}', '{"type":"response.output_audio.delta","response_id":"r","item_id":"i","content_index":0,"delta":"*"}', new Uint8Array([1, 2, 3])];
for (const [name, options] of [
  ['openai-realtime', {}],
  ['openai-realtime, mu-law, beta', { format: 'mulaw', api: 'beta' }],
] as const) {
  describeWire(name, { start: served, options: { turns: 'response', ...options }, socket: { kind: 'openai-realtime', shortTimeout: { 'connect.timeoutMs': 200 }, garbage } });
}

const ids = { responseId: 'resp_1', itemId: 'item_1' };
type Message = Record<string, unknown> & { type: string };

/** A hand-written service, and what it has been told. */
class Service {
  readonly heard: Message[] = [];
  readonly events = new ServerEvents('ga');
  url = '';
  headers: Record<string, unknown> = {};
  socket: WebSocket | null = null;
  #look: () => void = () => {};

  /** @param answer to `session.update`; null: none */
  constructor(readonly answer: string | null = '{"type":"session.updated","session":{}}') {}

  take(socket: WebSocket, url: string, headers: Record<string, unknown>): void {
    [this.socket, this.url, this.headers] = [socket, url, headers];
    socket.on('message', (raw) => {
      const message = JSON.parse(String(raw)) as Message;
      this.heard.push(message);
      if (message.type === 'session.update' && this.answer !== null) socket.send(this.answer);
      this.#look();
    });
    socket.on('close', () => this.#look());
    this.say(this.events.session('session.created', {}));
  }

  of(type: string): Message[] {
    return this.heard.filter((message) => message.type === type);
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => holds() && resolve();
      this.#look();
    });
  }

  say(...messages: string[]): void {
    for (const message of messages) this.socket?.send(message);
  }

  /** Begins a response, with so many ms of audio. */
  speak(lengthMs: number): void {
    this.say(...this.events.responseStarts(ids), this.audio(lengthMs));
  }

  audio(lengthMs: number, of = ids): string {
    return this.events.audio(of, 'pcm16', new Int16Array(lengthMs * 24));
  }
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
  delete process.env.BARGEIN_TEST_KEY;
});

/** @param playedMs what the client has played of all that it was sent; after a flush nothing is left to play */
async function called(service: Service, options: AgentOptions = {}, playedMs = 0): Promise<LiveSession> {
  const far = await webSocketServer((socket, url, headers) => service.take(socket, url, headers));
  open.push(far);
  const agent = await makeAgent(`openai-realtime:${far.address}v1/realtime`, { 'auth.env': '', ...options });
  const live = new LiveSession({ rateHz: 24000, frameMs: 20, codec: 'pcm16' });
  const context: SessionContext = { ...live.context(), playedTo: () => (live.order.includes('flush') ? live.samples.length : playedMs * 24) };
  live.session = await agent.connect(context);
  open.push({ close: async () => live.session?.close() });
  return live;
}

describe('a client of the OpenAI Realtime protocol', () => {
  it('configures the session once it is there, and shows its key in the header alone', async () => {
    process.env.BARGEIN_TEST_KEY = 'sk-very-secret';
    const service = new Service();
    const live = await called(service, { 'auth.env': 'BARGEIN_TEST_KEY', voice: 'marin', 'turn_detection.threshold': 0.7, 'query.tenant': 'a' });
    expect(service.url).toBe('/v1/realtime?model=gpt-realtime&tenant=a');
    expect(service.headers.authorization).toBe('Bearer sk-very-secret');
    expect(service.headers['openai-beta']).toBeUndefined();
    expect(service.heard[0]).toMatchObject({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.7 } }, output: { voice: 'marin' } } } });
    service.say(service.events.error('wrong key sk-very-secret', 'x', null));
    expect(await live.failure()).toBe('the service reports an error: wrong key ***');
  });

  it('speaks the beta where it is told to', async () => {
    const service = new Service();
    await called(service, { api: 'beta', 'turn_detection.type': 'none' });
    expect(service.headers['openai-beta']).toBe('realtime=v1');
    expect(service.heard[0]).toMatchObject({ session: { input_audio_format: 'pcm16', turn_detection: null } });
  });

  it('needs a key for another machine, and never sends one in the clear', async () => {
    await expect(makeAgent('openai-realtime:wss://example.org/v1', { 'auth.env': 'BARGEIN_TEST_KEY' })).rejects.toThrow('BARGEIN_TEST_KEY');
    process.env.BARGEIN_TEST_KEY = 'sk-very-secret';
    await expect(makeAgent('openai-realtime:ws://example.org/v1', { 'auth.env': 'BARGEIN_TEST_KEY' })).rejects.toThrow('unencrypted');
    expect(JSON.stringify((await makeAgent('openai-realtime:wss://example.org/v1', { 'auth.env': 'BARGEIN_TEST_KEY' })).options)).not.toContain('secret');
  });

  it.each([
    ['Count to ten.', { response: { instructions: 'Count to ten.' } }],
    [null, {}],
  ])('asks for a response (%s)', async (prompt, body) => {
    const service = new Service();
    const live = await called(service);
    await live.session?.speak({ response: null, prompt });
    await service.until(() => service.of('response.create').length === 1);
    expect(service.of('response.create')).toEqual([{ type: 'response.create', ...body }]);
  });

  it('tells what was heard, then plays nothing more of that response, at the start of speech', async () => {
    const service = new Service();
    const live = await called(service, {}, 250.5);
    service.speak(400);
    await live.until(({ packets }) => packets.length === 1);
    const reply = { responseId: 'resp_2', itemId: 'item_2' };
    service.say(service.events.speechStarted(0), service.audio(100), ...service.events.responseEnds(ids, 'cancelled'), service.events.speechStopped(9));
    service.say(...service.events.responseStarts(reply), service.audio(30, reply), ...service.events.responseEnds(reply, 'completed'));
    await live.until(({ events }) => events.includes('response-end'));
    expect(live.order).toEqual(['response-start', 'audio', 'vad-start', 'flush', 'flush', 'cancel', 'vad-end', 'response-start', 'audio', 'response-end']);
    await service.until(() => service.of('conversation.item.truncate').length > 0);
    expect(service.of('conversation.item.truncate')).toMatchObject([{ item_id: 'item_1', content_index: 0, audio_end_ms: 250 }]);
    service.say(service.events.error('too late', 'x', String(service.of('conversation.item.truncate')[0].event_id)));
    service.say(service.events.speechStopped(10));
    await live.until(({ events }) => events.filter((kind) => kind === 'vad-end').length === 2);
    expect(live.failures).toEqual([]);
  });

  it('drops what it has not played where the response is cancelled, or has ended long before it was heard', async () => {
    const service = new Service();
    const live = await called(service, { 'turn_detection.interrupt_response': false }, 100);
    service.speak(400);
    service.say(service.events.speechStarted(0), ...service.events.responseEnds(ids, 'cancelled'));
    await live.until(({ order }) => order.filter((what) => what === 'flush').length === 2);
    expect(live.order).toEqual(['response-start', 'audio', 'vad-start', 'cancel', 'flush', 'flush']);

    const other = new Service();
    const burst = await called(other, {}, 100);
    other.speak(400);
    other.say(...other.events.responseEnds(ids, 'completed'), other.events.speechStarted(0));
    await burst.until(({ order }) => order.filter((what) => what === 'flush').length === 2);
    expect(burst.order).toEqual(['response-start', 'audio', 'response-end', 'vad-start', 'flush', 'flush']);
    await other.until(() => other.of('conversation.item.truncate').length > 0);
    expect(other.of('conversation.item.truncate')).toMatchObject([{ audio_end_ms: 100 }]);
  });

  it.each([
    ['an error', '{"type":"error","error":{"message":"no such voice"}}', 'no such voice'],
    ['audio at another rate', '{"type":"session.updated","session":{"audio":{"output":{"format":{"type":"audio/pcm","rate":16000}}}}}', '16000 Hz'],
    ['another format', '{"type":"session.updated","session":{"output_audio_format":"g711_ulaw"}}', 'asked for pcm16'],
    ['nothing', null, 'no session.updated for 300 ms'],
  ])('is not connected where the service answers with %s', async (_, answer, reason) => {
    const service = new Service(answer);
    await expect(called(service, { 'connect.timeoutMs': 300 })).rejects.toThrow(reason);
    await service.until(() => service.socket?.readyState === 3);
  });

  it.each([
    ['a failed response', '{"type":"response.done","response":{"id":"r","status":"failed","status_details":{"error":{"message":"slow down"}}}}', 'slow down'],
    ['half a sample', '{"type":"response.output_audio.delta","response_id":"r","item_id":"i","content_index":0,"delta":"AAAA"}', '16-bit'],
  ])('ends with the reason at %s', async (_, message, reason) => {
    const service = new Service();
    const live = await called(service);
    service.say('{"type":"rate_limits.updated"}', message);
    expect(await live.failure()).toContain(reason);
  });
});

describe('a served agent behind the OpenAI Realtime protocol', () => {
  it('takes turn detection and the query for its options, hears at 24 kHz, and refuses what is not allowed', async () => {
    const far = await served('reference:after', { 'vad.kind': 'energy' });
    open.push(far);
    const connect = async (options: AgentOptions) => (await makeAgent(far.spec, { turns: 'response', ...options })).connect(new LiveSession({ rateHz: 24000, frameMs: 20, codec: 'pcm16' }).context());
    open.push(await connect({ 'turn_detection.threshold': 0.4 }));
    await expect(connect({ 'turn_detection.threshold': 1 })).rejects.toThrow('vad.threshold');
    open.push(await connect({ 'turn_detection.threshold': 1, 'query.vad.threshold': 0.3 }));
  });

  it('takes what a client adds to its session while the first update is still worked on, and no other format once there was audio', async () => {
    const far = await served('reference:after', { 'vad.kind': 'energy' });
    open.push(far);
    const socket = new WebSocket(far.spec.slice('openai-realtime:'.length));
    open.push({ close: () => Promise.resolve(socket.terminate()) });
    const messages: Message[] = [];
    const otherFormat = (eventId: string) => `{"type":"session.update","event_id":"${eventId}","session":{"audio":{"output":{"format":{"type":"audio/pcm","rate":24000}}}}}`;
    const done = new Promise<void>((resolve, reject) => {
      socket.on('message', (raw) => {
        messages.push(JSON.parse(String(raw)) as Message);
        if (messages.at(-1)?.type === 'response.done') socket.send(otherFormat('late'));
        if ((messages.at(-1)?.error as { event_id?: string } | undefined)?.event_id === 'late') resolve();
      });
      socket.on('close', (code, reason) => reject(new Error(`${code} ${String(reason)}`)));
    });
    await new Promise((opened) => socket.once('open', opened));
    const mulaw = JSON.parse(clientEvents.update('ga', { format: 'mulaw', voice: '', instructions: '', turnDetection: null })) as object;
    const response = Int16Array.from({ length: 2400 }, (_, i) => Math.round(8000 * Math.sin(i / 3)));
    // As @openai/agents does: what it adds to the session may well come before the session itself.
    socket.send('{"type":"session.update","session":{"type":"realtime","tracing":null}}');
    socket.send(JSON.stringify(mulaw));
    socket.send(clientEvents.speak('mulaw', response));
    socket.send(otherFormat('between'));
    socket.send(clientEvents.create(null));
    await done;
    const formats = messages.filter(({ type }) => type === 'session.updated').map(({ session }) => (session as { audio: { output: { format: { type: string } } } }).audio.output.format.type);
    expect(formats).toEqual(['audio/pcm', 'audio/pcmu']);
    const deltas = messages.filter(({ type }) => type === 'response.output_audio.delta').map(({ delta }) => Buffer.from(delta as string, 'base64').length);
    expect(deltas.reduce((sum, bytes) => sum + bytes, 0)).toBe(response.length);
    expect(messages.filter(({ type }) => type === 'error').map(({ error }) => error)).toEqual(['between', 'late'].map((id) => expect.objectContaining({ code: 'session_in_use', event_id: id }) as unknown));
  });
});

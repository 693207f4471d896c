import { afterEach, describe, expect, it } from 'vitest';
import { openSocket } from '../../src/agents/socket.js';
import type { AgentSocket, SocketHandlers } from '../../src/agents/socket.js';
import { LiveSession } from './live-session.js';
import { tcpServer, webSocketServer } from './socket-servers.js';
import type { FarSide } from './socket-servers.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const made of open.splice(0).reverse()) await made.close();
});

const ignoring: SocketHandlers = { text: () => {}, binary: () => {} };

async function dial(address: string, handlers: SocketHandlers = ignoring, connectTimeoutMs = 2000): Promise<{ live: LiveSession; socket: AgentSocket }> {
  const live = new LiveSession({ rateHz: 8000, frameMs: 20, codec: 'pcm16' });
  const socket = await openSocket(address, live.context(), handlers, { headers: {}, subprotocols: [], connectTimeoutMs });
  open.push(socket);
  return { live, socket };
}

async function refusal(address: string, connectTimeoutMs?: number): Promise<string> {
  return dial(address, ignoring, connectTimeoutMs).then(
    () => 'connected',
    (thrown: Error) => thrown.message,
  );
}

function opened<T extends FarSide>(far: T): T {
  open.push(far);
  return far;
}

const answer = (head: string) => `HTTP/1.1 ${head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;

describe('a connection that does not come about', () => {
  it('says that nothing listens, with the address and without its secrets', async () => {
    const far = await tcpServer(null);
    await far.close();
    const reason = await refusal(far.address.replace('ws://', 'ws://me:word@') + '?api_key=hunter2');
    expect(reason).toContain('nothing listens there');
    expect(reason).toContain(new URL(far.address).host);
    expect(reason).not.toMatch(/word|hunter2/);
  });

  it.each([
    ['401 Unauthorized', /answered 401 Unauthorized .*key/],
    ['404 Not Found', /answered 404 Not Found .*path/],
    ['503 Service Unavailable', /answered 503 Service Unavailable/],
    ['302 Found\r\nlocation: https://elsewhere.example/?token=hunter2', /answered 302 Found .*points to https:\/\/elsewhere\.example\/\?token=\*\*\*/],
    ['200 OK', /answered 200 OK instead of opening a WebSocket/],
  ])('says what was answered: %s', async (head, reason) => {
    expect(await refusal(opened(await tcpServer(answer(head))).address)).toMatch(reason);
  });

  it.each([
    ['says that there was no answer', null, /no answer to the WebSocket handshake within 150 ms/],
    ['says that what is there is no web server', 'hello\n', /\w/],
    ['says that the far side hung up', '', /hung up|cut the connection/],
  ])('%s', async (_, text, reason) => {
    const far = opened(await tcpServer(text));
    expect(await refusal(far.address, 150)).toMatch(reason);
  });

  it('says that a server without TLS does not speak TLS', async () => {
    const far = opened(await tcpServer('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await refusal(far.address.replace('ws:', 'wss:'))).toContain('does not speak TLS');
  });

  it('says that there is no such host', async () => {
    expect(await refusal('ws://no-such-host.invalid/')).toMatch(/no-such-host\.invalid.*(no host of this name|could not be looked up)/);
  });
});

describe('an open connection', () => {
  it('ends the session where it is lost, after telling who waits', async () => {
    const lost: string[] = [];
    const far = await webSocketServer((socket) => socket.terminate());
    opened(far);
    const { live } = await dial(far.address, { ...ignoring, lost: (reason) => lost.push(reason) });
    expect(await live.failure()).toContain('without a goodbye');
    expect(lost).toEqual(live.failures);
  });

  it('says with which code and reason the far side closed it', async () => {
    const far = opened(await webSocketServer((socket) => socket.close(1011, 'model overloaded\n')));
    expect(await (await dial(far.address)).live.failure()).toBe('the agent closed the connection (1011 an error of its own): model overloaded');
  });

  it('ends on a message of more than 16 MB', async () => {
    const far = opened(await webSocketServer((socket) => socket.send(Buffer.alloc(16 * 2 ** 20 + 1))));
    expect(await (await dial(far.address)).live.failure()).toBe('the agent sent a message of more than 16 MB');
  });

  it('ends on frames that are none', async () => {
    const far = opened(await webSocketServer((socket) => (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff, 0xff]))));
    expect(await (await dial(far.address)).live.failure()).toContain('broke the WebSocket protocol');
  });

  it('ends with what a handler throws, and hands nothing on after it', async () => {
    const texts: string[] = [];
    const far = opened(await webSocketServer((socket) => ['one', 'two'].forEach((text) => socket.send(text))));
    const { live } = await dial(far.address, {
      ...ignoring,
      text: (text) => {
        texts.push(text);
        throw new Error(`cannot take ${text}`);
      },
    });
    expect(await live.failure()).toBe('cannot take one');
    await open.at(-1)?.close();
    expect(texts).toEqual(['one']);
    expect(live.failures).toEqual(['cannot take one']);
  });

  it('takes one message a turn, in order, so that a burst keeps nothing else waiting', async () => {
    const names = Array.from({ length: 100 }, (_, i) => String(i));
    const far = opened(await webSocketServer((socket) => names.forEach((name) => socket.send(name))));
    const turns = new Map<string, number>();
    let turn = 0;
    const count = () => {
      turn++;
      if (turns.size < names.length) setImmediate(count);
    };
    count();
    await dial(far.address, { ...ignoring, text: (text) => void turns.set(text, turn) });
    while (turns.size < names.length) await new Promise((resolve) => setImmediate(resolve));
    expect([...turns.keys()]).toEqual(names);
    expect(new Set(turns.values()).size).toBe(names.length);
  });

  it('ends where the far side does not read', async () => {
    const far = opened(await webSocketServer((socket) => socket.pause()));
    const { live, socket } = await dial(far.address);
    const piece = new Uint8Array(2 ** 18);
    for (let i = 0; i < 200 && live.failures.length === 0; i++) socket.send(piece);
    expect(live.failures).toEqual(['the agent does not read: more than 1 MB is waiting to be sent']);
  });

  it('may send one message of many MB', async () => {
    let heard = 0;
    const far = opened(await webSocketServer((socket) => socket.on('message', (data) => (heard = (data as Buffer).length))));
    const { live, socket } = await dial(far.address);
    socket.send(new Uint8Array(5_000_000));
    socket.send(new Uint8Array(640));
    await socket.close();
    expect(live.failures).toEqual([]);
    expect(heard).toBe(640);
  });

  it('is silent once it has been closed', async () => {
    const far = opened(
      await webSocketServer((socket) => {
        socket.on('message', () => socket.send('late'));
      }),
    );
    const texts: string[] = [];
    const { live, socket } = await dial(far.address, { ...ignoring, text: (text) => texts.push(text) });
    socket.send('first');
    const closing = socket.close();
    socket.send('second');
    await closing;
    await socket.close();
    expect(texts).toEqual([]);
    expect(live.failures).toEqual([]);
  });

  it('is cut where the far side does not answer the goodbye', async () => {
    const far = opened(await webSocketServer((socket) => socket.pause()));
    const { live, socket } = await dial(far.address);
    await socket.close();
    expect(live.failures).toEqual([]);
  });
});

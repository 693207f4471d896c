import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { dialConsole } from '../../src/serve/livekit-console.js';
import { HrtimeClock } from '../../src/time/index.js';
import { FrameReader } from '../../src/wires/length-frames.js';
import { decodeConsole, encodeConsole } from '../../src/wires/livekit-console.js';
import type { ConsoleMessage } from '../../src/wires/livekit-console.js';
import { speechLike } from '../fixtures/speech.js';

const served = { agent: 'programmed', agentOptions: {}, clock: new HrtimeClock(), ownResponse: async (rateHz: number) => speechLike(rateHz, 200, [[0, 200]]) };

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A console that does this with each message of whoever dials it. */
async function consoleOf(take: (message: ConsoleMessage, socket: Socket) => void, answer: (socket: Socket) => void = () => {}): Promise<string> {
  const server = createServer((socket) => {
    const frames = new FrameReader();
    socket.on('data', (bytes) => frames.push(bytes).forEach((frame) => take(decodeConsole(frame), socket)));
    socket.on('error', () => {});
    answer(socket);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('an agent that dials a console', () => {
  it('says that it listens, answers a ping, speaks a whole segment, and listens again once that has been heard', async () => {
    const seen: string[] = [];
    const note = (message: ConsoleMessage) => {
      const what = message.kind === 'agent-state' ? message.to : message.kind;
      if (seen[seen.length - 1] !== what) seen.push(what);
    };
    const address = await consoleOf(
      (message, socket) => {
        note(message);
        if (message.kind === 'playback-flush') socket.write(encodeConsole({ kind: 'playback-finished' }));
        if (message.kind === 'agent-state' && message.from === 'speaking') socket.end();
      },
      (socket) => socket.write(encodeConsole({ kind: 'ping', requestId: 'p' })),
    );
    await dialConsole(served, address, {});
    expect(seen.filter((what) => what !== 'pong')).toEqual(['listening', 'speaking', 'audio-output', 'playback-flush', 'listening']);
    expect(seen).toContain('pong');
  });

  it('has nothing to say to what is no console', async () => {
    const address = await consoleOf(
      () => {},
      (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await expect(dialConsole(served, address, {})).rejects.toThrow('what has been dialled is no console');
  });

  it.each(['nowhere', '127.0.0.1', ':80', '127.0.0.1:0', '127.0.0.1:99999', '127.0.0.1:x'])('does not dial %s', async (address) => {
    await expect(dialConsole(served, address, {})).rejects.toThrow('is no address to dial');
  });

  it('says that nobody answers', async () => {
    const address = await consoleOf(() => {});
    await new Promise((resolve) => open.splice(0)[0].close(resolve));
    await expect(dialConsole(served, address, {})).rejects.toThrow(`nobody answers at ${address}`);
  });
});

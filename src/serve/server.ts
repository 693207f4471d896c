import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type WebSocket from 'ws';
import { BargeinError, messageOf } from '../errors.js';
import type { Served } from './call.js';

/** Serves one connection of a protocol until it is over. Never throws for what the caller does. */
type ServeSocket = (socket: WebSocket, request: IncomingMessage, served: Served) => void;

const protocols = {
  twilio: async (): Promise<ServeSocket> => (await import('./twilio.js')).serveTwilio,
  pcm: async (): Promise<ServeSocket> => (await import('./pcm.js')).servePcm,
  'openai-realtime': async (): Promise<ServeSocket> => (await import('./openai-realtime.js')).serveOpenaiRealtime,
  pipecat: async (): Promise<ServeSocket> => (await import('./pipecat.js')).servePipecat,
} as const;

export type SocketProtocol = keyof typeof protocols;
export const socketProtocols = Object.keys(protocols) as SocketProtocol[];

export interface ListenOptions {
  readonly protocol: SocketProtocol;
  /** Where it can be reached: this machine alone, unless it says otherwise. */
  readonly host?: string;
  /** 0: a free one. */
  readonly port: number;
  readonly served: Served;
  /** Calls at once; more are turned away. */
  readonly maxConnections?: number;
}

export interface Listening {
  /** e.g. `ws://127.0.0.1:8765/`. */
  readonly address: string;
  /** Ends all calls and stops listening. */
  close(): Promise<void>;
}

export const loopback = '127.0.0.1';
export const defaultMaxConnections = 100;
const largestMessage = 16 * 2 ** 20;
const tryAgainLater = 1013;

/** Serves an agent of this process behind a WebSocket protocol. @throws BargeinError where it cannot listen there */
export async function listen({ protocol, host = loopback, port, served, maxConnections = defaultMaxConnections }: ListenOptions): Promise<Listening> {
  const serve = await protocols[protocol]();
  const server = new WebSocketServer({ host, port, perMessageDeflate: false, maxPayload: largestMessage });
  server.on('connection', (socket, request) => {
    if (server.clients.size <= maxConnections) return serve(socket, request, served);
    socket.on('error', () => {});
    socket.close(tryAgainLater, `no more than ${maxConnections} calls at once`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (thrown) => reject(cannotListen(thrown, host, port)));
  });
  return { address: addressOf(server.address() as AddressInfo), close: () => closeServer(server) };
}

function closeServer(server: WebSocketServer): Promise<void> {
  for (const socket of server.clients) socket.terminate();
  return new Promise((resolve) => server.close(() => resolve()));
}

function addressOf({ address, family, port }: AddressInfo): string {
  return `ws://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
}

function cannotListen(thrown: Error, host: string, port: number): BargeinError {
  switch ('code' in thrown ? thrown.code : '') {
    case 'EADDRINUSE':
      return new BargeinError(`port ${port} of ${host} is in use`, 'take another with --port, or --port 0 for a free one');
    case 'EACCES':
      return new BargeinError(`port ${port} of ${host} may not be used: no permission`, 'take one above 1023 with --port');
    default:
      return new BargeinError(`cannot listen on port ${port} of ${host}: ${messageOf(thrown)}`, 'change --host or --port');
  }
}

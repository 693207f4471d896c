import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { WebSocketServer } from 'ws';
import type WebSocket from 'ws';

/** Something that listens on this machine until the test is over. */
export interface FarSide {
  readonly address: string;
  close(): Promise<void>;
}

/** A WebSocket server that does with each connection what the test says. */
export async function webSocketServer(onConnection: (socket: WebSocket, url: string, headers: Record<string, unknown>) => void): Promise<FarSide> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    onConnection(socket, request.url ?? '', request.headers);
  });
  await new Promise<void>((resolve) => void server.once('listening', resolve));
  return {
    address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      for (const socket of server.clients) socket.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A TCP server that answers each connection with this text, or with nothing at all. */
export async function tcpServer(answer: string | null): Promise<FarSide> {
  const sockets = new Set<import('node:net').Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (answer !== null) socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import { messageOf } from '../errors.js';

const normalClosure = 1000;
const protocolError = 1002;
const internalError = 1011;
/** A close frame has room for 123 bytes of reason (RFC 6455 section 5.5). */
const longestReasonBytes = 123;
/** What may wait for a caller that does not read. */
const mostUnread = 64 * 2 ** 20;

/** What a served protocol does with what comes. Whatever `text` and `binary` throw closes this connection with that reason. */
export interface ConnectionHandlers {
  text(message: string): void;
  binary(message: Uint8Array): void;
  /** The connection is gone. Called once. */
  closed(): void;
}

/** A caller's connection to a served agent. */
export interface Connection {
  /** Nothing is sent once the connection is closing. */
  send(message: string | Uint8Array): void;
  /** The call is over. */
  end(): void;
  /** The caller did what the protocol does not know. */
  refuse(reason: string): void;
  /** What is served broke. */
  fail(reason: string): void;
}

/** @param request what opened the connection */
export function attach(socket: WebSocket, request: IncomingMessage, handlers: ConnectionHandlers): Connection {
  const finish = (code: number, reason: string) => socket.close(code, fitted(reason));
  const open = () => socket.readyState === socket.OPEN;
  const together = writtenTogether(request);
  socket.on('message', (data, isBinary) => {
    if (!open()) return;
    try {
      if (isBinary) handlers.binary(data as Buffer);
      else handlers.text((data as Buffer).toString());
    } catch (thrown) {
      finish(protocolError, messageOf(thrown));
    }
  });
  // The reason is in the close that follows.
  socket.on('error', () => {});
  socket.on('close', () => handlers.closed());
  return {
    send(message) {
      if (!open()) return;
      together();
      socket.send(message);
      if (socket.bufferedAmount > mostUnread) socket.terminate();
    },
    end: () => finish(normalClosure, ''),
    refuse: (reason) => finish(protocolError, reason),
    fail: (reason) => finish(internalError, reason),
  };
}

/**
 * What is sent in one go is written in one go: an agent that sends a whole response at once makes some hundreds of messages, each a write
 * that the other calls of this thread wait for.
 */
function writtenTogether({ socket }: IncomingMessage): () => void {
  let corked = false;
  return () => {
    if (corked) return;
    corked = true;
    socket.cork();
    process.nextTick(() => {
      corked = false;
      socket.uncork();
    });
  };
}

/** As much of a reason as a close frame holds, cut between characters. */
function fitted(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > longestReasonBytes) text = [...text].slice(0, -1).join('');
  return text;
}

import WebSocket from 'ws';
import { messageOf } from '../errors.js';
import type { Ms, SessionContext } from '../types.js';
import { withoutSecrets } from './secrets.js';
import { brokenReason, closeReason, refusalReason, unreachableReason } from './socket-reasons.js';

/** What a client of an agent does with what comes. Whatever it throws ends the session with that reason. */
export interface SocketHandlers {
  text(message: string): void;
  binary(message: Uint8Array): void;
  /** The connection is gone, before the session is told: whoever waits for an answer can stop waiting. Not after `close`. */
  lost?(reason: string): void;
}

export interface SocketOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
  /** How long the connection may take to come about. */
  readonly connectTimeoutMs?: Ms;
  /** An address as it may be shown; left out: without what looks like a secret. */
  readonly shown?: (address: string) => string;
}

/** An open connection to an agent. */
export interface AgentSocket {
  /** Nothing is sent once the connection is closing. */
  send(message: string | Uint8Array): void;
  /** Closes the handshake, or cuts the connection where the far side does not answer. Never throws. */
  close(): Promise<void>;
}

export const defaultConnectTimeoutMs = 10_000;

const megabyte = 2 ** 20;
const largestMessage = 16 * megabyte;
/** What may wait for a far side that does not read. */
const mostUnread = megabyte;
/** How long the far side may take to answer a goodbye. */
const closeTimeoutMs = 1000;
const normalClosure = 1000;
const protocolError = 1002;

/**
 * Dials an agent's WebSocket. A connection that is lost later, a message that is too large, and one that a handler cannot take
 * end the session through `context.fail`. After `close` nothing arrives any more.
 * @throws Error with a reason that can be shown, without secrets of the address, where no connection comes about
 */
export async function openSocket(address: string, context: SessionContext, handlers: SocketHandlers, options: SocketOptions): Promise<AgentSocket> {
  const dialled = new DialledSocket(address, context, handlers, options);
  await dialled.opened;
  return dialled;
}

class DialledSocket implements AgentSocket {
  /** Rejected where no connection comes about. */
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #context: SessionContext;
  readonly #handlers: SocketHandlers;
  readonly #closed: Promise<void>;
  #wasOpen = false;
  /** Closed by us, or given up: nothing is passed on any more. */
  #over = false;
  #largestSent = 0;

  constructor(address: string, context: SessionContext, handlers: SocketHandlers, { headers, subprotocols, connectTimeoutMs = defaultConnectTimeoutMs, shown: show = withoutSecrets }: SocketOptions) {
    this.#context = context;
    this.#handlers = handlers;
    const shown = show(address);
    const settings = {
      headers: { ...(context.traceparent === null ? {} : { traceparent: context.traceparent }), ...headers },
      // One message a turn of the event loop: an agent that sends a whole response at once (some hundreds of messages) does not keep the other
      // sessions of this thread waiting, whose frames would be late.
      allowSynchronousEvents: false,
      perMessageDeflate: false,
      maxPayload: largestMessage,
      handshakeTimeout: connectTimeoutMs,
      closeTimeout: closeTimeoutMs,
    };
    const socket = new WebSocket(address, [...subprotocols], settings);
    this.#socket = socket;
    this.opened = new Promise((resolve, reject) => {
      const refuse = (reason: string) => {
        this.#over = true;
        reject(new Error(reason));
      };
      socket.on('unexpected-response', (request, { statusCode = 0, statusMessage = '', headers: { location } }) => {
        refuse(refusalReason(shown, statusCode, statusMessage, location ? show(location) : null));
        request.destroy();
      });
      socket.on('open', () => {
        this.#wasOpen = true;
        resolve();
      });
      socket.on('error', (thrown) => {
        if (this.#wasOpen) this.#fail(brokenReason(thrown, largestMessage / megabyte));
        else refuse(unreachableReason(shown, thrown, connectTimeoutMs));
      });
    });
    this.#closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('close', (code, reason) => this.#fail(closeReason(code, reason.toString())));
    socket.on('message', (data, isBinary) => this.#take(data as Buffer, isBinary));
  }

  send(message: string | Uint8Array): void {
    if (this.#over || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(message);
    this.#largestSent = Math.max(this.#largestSent, message.length);
    // One large message takes its time; what must not grow is what waits behind it.
    if (this.#socket.bufferedAmount <= mostUnread + this.#largestSent) return;
    this.#fail(`the agent does not read: more than ${mostUnread / megabyte} MB is waiting to be sent`);
    this.#socket.terminate();
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#socket.close(normalClosure);
    await this.#closed;
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#over) return;
    try {
      if (isBinary) this.#handlers.binary(data);
      else this.#handlers.text(data.toString());
    } catch (thrown) {
      this.#fail(messageOf(thrown));
      this.#socket.close(protocolError);
    }
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers.lost?.(reason);
    this.#context.fail(reason);
  }
}

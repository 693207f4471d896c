import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { BargeinError, messageOf } from '../errors.js';
import type { AgentEvent } from '../types.js';
import { FrameReader } from '../wires/length-frames.js';
import { consoleRateHz, decodeConsole, encodeConsole } from '../wires/livekit-console.js';
import type { ConsoleMessage } from '../wires/livekit-console.js';
import { ServedCall } from './call.js';
import type { Served } from './call.js';
import { ResponseWatch } from './response-watch.js';
import { givenIn } from './stdio.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Serves one call as a LiveKit agent in console mode does: dials the console at `HOST:PORT`, and resolves when that has hung up. The
 * environment says the same of the call as for `serveStdio`.
 * @throws BargeinError where nobody answers there, for what is no console, and where the agent breaks
 */
export async function dialConsole(served: Served, address: string, env: Environment = process.env): Promise<void> {
  const socket = await dialled(address);
  const agent = new ConsoleAgent(served, socket, env);
  try {
    await agent.serve();
  } finally {
    await agent.close();
    socket.destroy();
  }
}

async function dialled(address: string): Promise<Socket> {
  const colon = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65535) throw new BargeinError(`'${address}' is no address to dial`, '--connect-addr HOST:PORT');
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (thrown) => reject(new BargeinError(`nobody answers at ${address}: ${messageOf(thrown)}`, 'start the console first, and give its address with --connect-addr')));
  });
  return socket;
}

class ConsoleAgent {
  readonly #served: Served;
  readonly #socket: Socket;
  readonly #env: Environment;
  readonly #watch: ResponseWatch;
  readonly #frames = new FrameReader();
  #call: ServedCall | null = null;
  #state: 'initializing' | 'listening' | 'speaking' = 'initializing';
  #broke: (thrown: unknown) => void = () => {};

  constructor(served: Served, socket: Socket, env: Environment) {
    this.#served = served;
    this.#socket = socket;
    this.#env = env;
    this.#watch = new ResponseWatch(served.clock);
  }

  async serve(): Promise<void> {
    const broken = new Promise<never>((_, reject) => (this.#broke = reject));
    const hungUp = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('error', () => {});
    this.#socket.once('end', () => this.#socket.end());
    const line = {
      audio: (samples: Int16Array) => this.#send({ kind: 'audio-output', samples }),
      flush: () => this.#send({ kind: 'playback-clear' }),
      event: (kind: AgentEvent['kind']) => this.#tell(kind),
    };
    const format = { rateHz: consoleRateHz, frameMs: 20, codec: 'pcm16' } as const;
    this.#call = await ServedCall.open(this.#served, format, givenIn(this.#env), line, (reason) => this.#broke(new Error(reason)));
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes));
    this.#become('listening');
    const { BARGEIN_TURNS: turns, BARGEIN_RESPONSE: path } = this.#env;
    if (turns === 'response' && path !== undefined) this.#watch.wait(path, consoleRateHz).then((response) => this.#call?.speak(response)).catch(this.#broke);
    else if (turns !== 'prompted') this.#speakOwn();
    await Promise.race([hungUp, broken]);
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await this.#call?.close();
  }

  #speakOwn(): void {
    this.#call?.speak(null).catch(this.#broke);
  }

  #send(message: ConsoleMessage): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(encodeConsole(message));
  }

  #become(state: 'listening' | 'speaking'): void {
    if (state === this.#state) return;
    this.#send({ kind: 'agent-state', from: this.#state, to: state });
    this.#state = state;
  }

  #tell(kind: AgentEvent['kind']): void {
    switch (kind) {
      case 'response-start':
        return this.#become('speaking');
      case 'response-end':
        return this.#send({ kind: 'playback-flush' });
      case 'cancel':
        return this.#become('listening');
      case 'vad-start':
        return this.#send({ kind: 'user-state', from: 'listening', to: 'speaking' });
      case 'vad-end':
        return this.#send({ kind: 'user-state', from: 'speaking', to: 'listening' });
      case 'resume':
        return this.#send({ kind: 'false-interruption', resumed: true });
      case 'flush':
        return;
    }
  }

  #read(bytes: Uint8Array): void {
    try {
      for (const frame of this.#frames.push(bytes)) this.#take(decodeConsole(frame));
    } catch (thrown) {
      this.#broke(new BargeinError(`what has been dialled is no console: ${messageOf(thrown)}`, 'check --connect-addr'));
    }
  }

  #take(message: ConsoleMessage): void {
    switch (message.kind) {
      case 'audio-input':
        return this.#call?.hear(message.samples);
      case 'playback-finished':
        return this.#become('listening');
      case 'ping':
        return this.#send({ kind: 'pong', requestId: message.requestId });
      case 'run-input':
        this.#speakOwn();
        return this.#send({ kind: 'response', requestId: message.requestId, error: null });
      case 'audio-output':
      case 'playback-flush':
      case 'playback-clear':
      case 'agent-state':
      case 'user-state':
      case 'false-interruption':
      case 'pong':
      case 'response':
      case 'other':
        return;
    }
  }
}

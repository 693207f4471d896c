import type { Socket } from 'node:net';
import { messageOf } from '../errors.js';
import { afterAllReady, unlessStuck } from '../time/index.js';
import type { Cancel, Ms, SessionContext } from '../types.js';
import { FrameReader } from '../wires/length-frames.js';
import { consoleRateHz, decodeConsole, encodeConsole } from '../wires/livekit-console.js';
import type { ConsoleMessage } from '../wires/livekit-console.js';
import { AheadMeter } from './ahead.js';
import { AgentChild } from './child.js';
import type { ChildOrder } from './child.js';
import type { ConsoleDoor } from './console-door.js';

/** What may wait for an agent that does not read. */
const mostUnread = 2 ** 20;
/** LiveKit's own console has room for this much. */
const mostAheadMs = 120_000;
/** How long the end of the agent's process, which says more, may come after the end of its connection. */
const afterLossMs = 500;
/** How long it may take to end by itself once hung up on: console agents wait for a signal. */
const patienceMs = 200;

/**
 * One call with a LiveKit agent: its process and the connection that it has made. Behaves as LiveKit's console does
 * (github.com/livekit/livekit-cli, pkg/console): a flush is answered once the audio before it has been heard, a clear drops what has not
 * been heard and takes back the answer that was owed.
 */
export class ConsoleCall {
  readonly #context: SessionContext;
  readonly #child: AgentChild;
  readonly #frames = new FrameReader();
  readonly #ahead: AheadMeter;
  #socket: Socket | null = null;
  /** Called with the reason where the call breaks off before it has begun. */
  #broken: (reason: string) => void = () => {};
  #begun: () => void = () => {};
  /** Messages that have come before the call has begun; null once it has. */
  #early: ConsoleMessage[] | null = [];
  #owed: Cancel = () => {};
  #unheard = false;
  #requests = 0;
  /** Why it has broken off; null where it has not, or has been closed. */
  #reason: string | null = null;
  #over = false;

  private constructor(order: ChildOrder, context: SessionContext) {
    this.#context = context;
    this.#ahead = new AheadMeter(context.clock, consoleRateHz);
    this.#child = new AgentChild(order, { output: () => {}, gone: (reason) => this.#end(reason) });
  }

  /**
   * Starts the agent and waits until it has dialled in and has said something: only then does its session take audio.
   * @throws Error with a reason where that does not come about; nothing is left behind
   */
  static async answer(door: ConsoleDoor, order: ChildOrder, context: SessionContext, timeoutMs: Ms): Promise<ConsoleCall> {
    let call: ConsoleCall | null = null;
    try {
      call = new ConsoleCall(order, context);
      await unlessStuck(call.#open(door), timeoutMs, 'waiting for the agent to dial in and to begin its session');
      return call;
    } catch (thrown) {
      await call?.close();
      throw thrown;
    } finally {
      door.shut();
    }
  }

  async #open(door: ConsoleDoor): Promise<void> {
    const broken = new Promise<never>((_, reject) => (this.#broken = (reason) => reject(new Error(reason))));
    broken.catch(() => {});
    await this.#child.started;
    const socket = await Promise.race([door.caller(), broken]);
    if (this.#over) return void socket.destroy();
    const begun = new Promise<void>((resolve) => (this.#begun = resolve));
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => {});
    socket.on('close', () => void this.#lost());
    this.#request({ kind: 'ping', requestId: '' });
    await Promise.race([begun, broken]);
    // What came with the first word is heard once whoever waits for this call has begun it.
    afterAllReady(() => this.#begin());
  }

  #begin(): void {
    const early = this.#early ?? [];
    this.#early = null;
    if (this.#reason !== null) return this.#context.fail(this.#reason);
    for (const message of early) this.#take(message);
    this.#socket?.resume();
  }

  /** Nothing is sent once the call is over. */
  send(message: ConsoleMessage): void {
    if (this.#over || this.#socket === null || this.#socket.destroyed) return;
    this.#socket.write(encodeConsole(message));
    if (this.#socket.writableLength > mostUnread) this.#end(`the agent does not read: more than ${mostUnread / 2 ** 20} MB is waiting to be sent`);
  }

  /** Asks the agent for something in words. */
  ask(text: string): void {
    this.#request({ kind: 'run-input', requestId: '', text });
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#owed();
    this.#socket?.end();
    await this.#child.close(patienceMs);
    this.#socket?.destroy();
  }

  #request(request: ConsoleMessage & { kind: 'ping' | 'run-input' }): void {
    this.send({ ...request, requestId: `bargein-${++this.#requests}` });
  }

  #read(bytes: Uint8Array): void {
    if (this.#over) return;
    try {
      for (const frame of this.#frames.push(bytes)) this.#receive(decodeConsole(frame));
    } catch (thrown) {
      this.#end(messageOf(thrown));
    }
  }

  #receive(message: ConsoleMessage): void {
    if (this.#early === null) return this.#take(message);
    this.#early.push(message);
    this.#socket?.pause();
    this.#begun();
  }

  #take(message: ConsoleMessage): void {
    if (this.#over) return;
    const { event } = this.#context;
    switch (message.kind) {
      case 'audio-output':
        return this.#play(message.samples);
      case 'playback-flush':
        return this.#owe();
      case 'playback-clear':
        return this.#clear();
      case 'agent-state':
        if (message.to === 'speaking' && message.from !== 'speaking') event('response-start');
        return;
      case 'user-state':
        if (message.to === 'speaking' && message.from !== 'speaking') event('vad-start');
        if (message.from === 'speaking' && message.to !== 'speaking') event('vad-end');
        return;
      case 'false-interruption':
        if (message.resumed) event('resume');
        return;
      case 'response':
        if (message.error !== null) this.#end(`the agent refused what it was asked: ${message.error}`);
        return;
      case 'audio-input':
      case 'playback-finished':
      case 'ping':
      case 'run-input':
      case 'pong':
      case 'other':
        return;
    }
  }

  #play(samples: Int16Array): void {
    if (samples.length === 0) return;
    const aheadMs = this.#ahead.push(samples.length);
    if (aheadMs > mostAheadMs) return this.#end(`the agent is more than ${mostAheadMs / 1000} s ahead of real time`);
    this.#unheard = true;
    this.#context.audio(samples);
  }

  /** The segment is whole: its end is due once it has been heard. */
  #owe(): void {
    this.#owed();
    if (this.#unheard) this.#context.event('response-end');
    this.#unheard = false;
    this.#owed = this.#context.whenHeard(() => this.send({ kind: 'playback-finished' }));
  }

  #clear(): void {
    this.#owed();
    this.#owed = () => {};
    this.#unheard = false;
    this.#ahead.drop();
    this.#context.flush();
    this.#context.event('flush');
  }

  async #lost(): Promise<void> {
    if (this.#over) return;
    const cut = this.#frames.partial ? ' within a message' : '';
    if (!(await this.#child.goneWithin(afterLossMs))) this.#end(`the agent has closed the connection${cut}`);
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#reason = reason;
    if (this.#early === null) this.#context.fail(reason);
    else this.#broken(reason);
  }
}

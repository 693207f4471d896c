import { messageOf } from '../errors.js';
import type { MediaFormat, OptionValue, Pcm } from '../types.js';
import { ServedCall } from './call.js';
import type { Served, ServedLine } from './call.js';
import type { Connection } from './connection.js';

/** What a caller may have said before its agent is up: some seconds of frames. */
const mostWaiting = 1000;

/**
 * The served agent of one connection, from before it is up until after it is gone: what the caller says meanwhile waits, in order.
 * Where the caller has not asked for the turn source `response`, the agent speaks its own words as soon as it is up.
 */
export class CallerLine {
  readonly #connection: Connection;
  #call: ServedCall | null = null;
  #waiting: ((call: ServedCall) => void)[] = [];
  #closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @param given what the caller says of the agent: its options, `turns` and `seed` */
  open(served: Served, format: MediaFormat, given: Readonly<Record<string, OptionValue>>, line: ServedLine): void {
    ServedCall.open(served, format, given, line, (reason) => this.#connection.fail(reason)).then(
      (call) => this.#start(call, given.turns !== 'response'),
      (thrown: unknown) => this.#connection.fail(messageOf(thrown)),
    );
  }

  hear(samples: Int16Array): void {
    this.#with((call) => call.hear(samples));
  }

  speak(response: Pcm): void {
    this.#with((call) => this.#say(call, response));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    this.#call?.close().catch(() => {});
  }

  #start(call: ServedCall, speaksByItself: boolean): void {
    this.#call = call;
    if (this.#closed) return void call.close().catch(() => {});
    if (speaksByItself) this.#say(call, null);
    for (const run of this.#waiting.splice(0)) run(call);
  }

  #say(call: ServedCall, response: Pcm | null): void {
    call.speak(response).catch((thrown: unknown) => this.#connection.fail(messageOf(thrown)));
  }

  #with(run: (call: ServedCall) => void): void {
    if (this.#closed) return;
    if (this.#call) return run(this.#call);
    this.#waiting.push(run);
    if (this.#waiting.length > mostWaiting) this.#connection.refuse('too much was said before the call was up');
  }
}

import type { AgentEvent } from '../types.js';
import type { ItemIds, ServerEvents } from '../wires/openai-realtime-server.js';
import { lineOf } from '../wires/openai-realtime.js';
import type { RealtimeFormat } from '../wires/openai-realtime.js';
import type { ServedLine } from './call.js';

/** Items whose length is remembered. */
const mostItems = 100;

/**
 * What a served agent says and does, as events of the OpenAI Realtime protocol.
 *
 * A client must stop at `speech_started`, whatever the agent then decides. So that event is sent when the agent acts, not when it first
 * hears the user: with its flush, followed at once by `response.done` with status `cancelled`. A start of speech that the agent passes
 * over is not told; neither is its end. An agent that stops by sending no more, without a flush, leaves its response open: the protocol
 * has no way to end one without a client's dropping what it has.
 */
export class RealtimeVoice implements ServedLine {
  readonly #events: ServerEvents;
  readonly #format: RealtimeFormat;
  readonly #post: (message: string) => void;
  readonly #lengths = new Map<string, number>();
  #responses = 0;
  #ids: ItemIds | null = null;
  /** The agent has stopped without a flush: what ends now ends unsaid. */
  #stopped = false;
  /** The client was told that the user began to speak. */
  #told = false;
  #heard = 0;

  constructor(events: ServerEvents, format: RealtimeFormat, post: (message: string) => void) {
    this.#events = events;
    this.#format = format;
    this.#post = post;
  }

  /** A response is going on. */
  get speaking(): boolean {
    return this.#ids !== null && !this.#stopped;
  }

  /** So many samples of the user have come. */
  hear(samples: number): void {
    this.#heard += samples;
  }

  /** Length of an item so far, ms; null where there is none of that name. */
  lengthMsOf(itemId: string): number | null {
    const samples = this.#lengths.get(itemId);
    return samples === undefined ? null : (samples * 1000) / lineOf(this.#format).rateHz;
  }

  audio(samples: Int16Array): void {
    const ids = this.#ids ?? this.#begin();
    this.#lengths.set(ids.itemId, (this.#lengths.get(ids.itemId) ?? 0) + samples.length);
    this.#post(this.#events.audio(ids, this.#format, samples));
  }

  flush(): void {
    this.#told = true;
    this.#post(this.#events.speechStarted(this.#heardMs()));
    this.#end('cancelled');
  }

  event(kind: AgentEvent['kind']): void {
    switch (kind) {
      case 'response-start':
      case 'resume':
        this.#begin();
        return;
      case 'response-end':
        if (!this.#stopped) this.#end('completed');
        return;
      case 'cancel':
        this.#stopped = true;
        return;
      case 'vad-end':
        if (this.#told) this.#post(this.#events.speechStopped(this.#heardMs()));
        this.#told = false;
        return;
      case 'vad-start':
      case 'flush':
        return;
    }
  }

  #begin(): ItemIds {
    const number = ++this.#responses;
    const ids = { responseId: `resp_${number}`, itemId: `item_${number}` };
    this.#ids = ids;
    this.#stopped = false;
    this.#lengths.set(ids.itemId, 0);
    for (const itemId of this.#lengths.keys()) if (this.#lengths.size > mostItems) this.#lengths.delete(itemId);
    for (const message of this.#events.responseStarts(ids)) this.#post(message);
    return ids;
  }

  #end(status: 'completed' | 'cancelled'): void {
    if (this.#ids === null) return;
    for (const message of this.#events.responseEnds(this.#ids, status)) this.#post(message);
    this.#ids = null;
  }

  #heardMs(): number {
    return (this.#heard * 1000) / lineOf(this.#format).rateHz;
  }
}

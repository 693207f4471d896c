import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import type { AgentEvent } from '../types.js';
import { decodePipecat, pipecatFrames } from '../wires/pipecat.js';
import type { Served, ServedLine } from './call.js';
import { CallerLine } from './caller-line.js';
import { attach } from './connection.js';
import type { Connection } from './connection.js';
import { isServedRate, queryOf, rateIn, servedRates } from './query.js';

/**
 * A bot such as Pipecat's WebSocket transport makes, whose words and ears are a served agent; at the query's `rateHz`, 16000 where it has
 * none. The other query parameters are options of the agent. It speaks as soon as it is up, or when it has been told what to say.
 */
export function servePipecat(socket: WebSocket, request: IncomingMessage, served: Served): void {
  const query = queryOf(request);
  const rateHz = rateIn(query);
  const connection = attach(socket, request, { text: refuseText, binary, closed: () => line.close() });
  const line = new CallerLine(connection);
  if (!isServedRate(rateHz)) return connection.refuse(servedRates);
  line.open(served, { rateHz, frameMs: 20, codec: 'pcm16' }, query, new PipecatVoice(connection, rateHz));

  function binary(bytes: Uint8Array): void {
    const message = decodePipecat(bytes, rateHz);
    switch (message.kind) {
      case 'audio':
        return line.hear(message.samples);
      case 'bargein.speak':
        return line.speak({ rateHz, samples: message.samples });
      case 'rtvi':
        if (message.message.type === 'client-ready') connection.send(pipecatFrames.rtvi('bot-ready', message.message.id ?? '', { version: '1.0.0', about: { library: 'bargein' } }));
        return;
      case 'interruption':
      case 'other':
        return;
    }
  }
}

function refuseText(): void {
  throw new Error('a text message: frames are binary');
}

/**
 * What a served agent says and does, as a Pipecat bot tells it. With a flush goes an interruption, and then bot-stopped-speaking. An agent
 * that stops by sending no more, without a flush, tells nothing: bot-stopped-speaking would read as the natural end.
 */
class PipecatVoice implements ServedLine {
  readonly #connection: Connection;
  readonly #rateHz: number;
  #messages = 0;
  #stopped = false;

  constructor(connection: Connection, rateHz: number) {
    this.#connection = connection;
    this.#rateHz = rateHz;
  }

  audio(samples: Int16Array): void {
    this.#connection.send(pipecatFrames.audio('OutputAudioRawFrame', samples, this.#rateHz));
  }

  flush(): void {
    this.#connection.send(pipecatFrames.interruption());
    this.#tell('bot-stopped-speaking');
  }

  event(kind: AgentEvent['kind']): void {
    switch (kind) {
      case 'response-start':
      case 'resume':
        this.#stopped = false;
        return this.#tell('bot-started-speaking');
      case 'response-end':
        if (!this.#stopped) this.#tell('bot-stopped-speaking');
        return;
      case 'vad-start':
        return this.#tell('user-started-speaking');
      case 'vad-end':
        return this.#tell('user-stopped-speaking');
      case 'cancel':
        this.#stopped = true;
        return;
      case 'flush':
        return;
    }
  }

  #tell(type: string): void {
    this.#connection.send(pipecatFrames.rtvi(type, `bargein-${++this.#messages}`, null));
  }
}

import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import { fromS16le, toS16le } from '../wires/samples.js';
import { parseSpeak, servedMessage } from '../wires/pcm.js';
import type { Served } from './call.js';
import { isServedRate, queryOf, rateIn, servedRates } from './query.js';
import { CallerLine } from './caller-line.js';
import { attach } from './connection.js';

/**
 * A served agent behind raw samples: binary messages both ways at the query's `rateHz` (16000 where it has none), `{"type":"clear"}` for a
 * flush, and the agent's events by their names. The other query parameters are options of the agent.
 */
export function servePcm(socket: WebSocket, request: IncomingMessage, served: Served): void {
  const query = queryOf(request);
  const rateHz = rateIn(query);
  const connection = attach(socket, request, {
    text: (message) => {
      const response = parseSpeak(message);
      if (response) line.speak({ rateHz, samples: response });
    },
    binary: (message) => line.hear(fromS16le(message)),
    closed: () => line.close(),
  });
  const line = new CallerLine(connection);
  if (!isServedRate(rateHz)) return connection.refuse(servedRates);
  line.open(served, { rateHz, frameMs: 20, codec: 'pcm16' }, query, {
    audio: (samples) => connection.send(toS16le(samples)),
    flush: () => connection.send(servedMessage('clear')),
    event: (kind) => {
      if (kind !== 'flush') connection.send(servedMessage(kind));
    },
  });
}

import type { IncomingMessage } from 'node:http';
import type WebSocket from 'ws';
import type { MediaFormat } from '../types.js';
import { botMessages, parseCallMessage, twilioRateHz } from '../wires/twilio.js';
import type { Served } from './call.js';
import { CallerLine } from './caller-line.js';
import { attach } from './connection.js';

const format: MediaFormat = { rateHz: twilioRateHz, frameMs: 20, codec: 'mulaw' };

/** A bot for Twilio Media Streams whose words and ears are a served agent. It sends media and clear; of itself it says nothing. */
export function serveTwilio(socket: WebSocket, request: IncomingMessage, served: Served): void {
  let streamSid: string | null = null;
  const connection = attach(socket, request, { text, binary, closed: () => line.close() });
  const line = new CallerLine(connection);

  function text(raw: string): void {
    const message = parseCallMessage(raw);
    if (message === null) return;
    switch (message.event) {
      case 'start': {
        if (streamSid !== null) throw new Error('a second start');
        const sid = (streamSid = message.streamSid);
        return line.open(served, format, message.parameters, {
          audio: (samples) => connection.send(botMessages.media(sid, samples)),
          flush: () => connection.send(botMessages.clear(sid)),
          event: () => {},
        });
      }
      case 'media':
        if (streamSid === null) throw new Error('media before start');
        return line.hear(message.samples);
      case 'bargein.speak':
        return line.speak({ rateHz: twilioRateHz, samples: message.samples });
      case 'stop':
        line.close();
        return connection.end();
    }
  }

  function binary(): void {
    throw new Error('a binary message: Media Streams knows only text');
  }
}

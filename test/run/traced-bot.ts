import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { HrTime, Span, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { HrtimeClock } from '../../src/time/index.js';
import type { Ms } from '../../src/types.js';
import { botMessages, parseCallMessage } from '../../src/wires/twilio.js';
import { webSocketServer } from '../agents/socket-servers.js';

/** When the bot did what, ms since 1970 by its own clock. */
export interface Beliefs {
  vadMs: Ms;
  cancelMs: Ms;
  flushMs: Ms;
  /** It thinks the caller hears nothing from the flush on. */
  silentMs: Ms;
}

export interface TracedBot {
  readonly address: string;
  /** By trace id. */
  readonly beliefs: ReadonlyMap<string, Beliefs>;
  close(): Promise<void>;
}

const decideMs = 40;
const chunkSamples = 1600;
const loudness = 300;

/**
 * A bot for Twilio as a team would instrument it: the OpenTelemetry SDK, its batching processor and its exporter, the parent taken from the
 * traceparent among the parameters of the call. It ships its whole response at once, fires its VAD at the first loud frame, cancels and flushes 40 ms later.
 * @param shiftMs how far its clock is ahead
 */
export async function startTracedBot({ otlpUrl, protocol, shiftMs = 0 }: { otlpUrl: string; protocol: 'protobuf' | 'json'; shiftMs?: Ms }): Promise<TracedBot> {
  const exporter = new { protobuf: ProtobufExporter, json: JsonExporter }[protocol]({ url: `${otlpUrl}/v1/traces` });
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 300 })] });
  const tracer = provider.getTracer('bot');
  const clock = new HrtimeClock();
  const wallMs = () => clock.epochWallMs + clock.now() + shiftMs;
  const beliefs = new Map<string, Beliefs>();
  const server = await webSocketServer((socket) => {
    let call: { readonly sid: string; readonly turn: Span } | null = null;
    let speaking = false;
    const hear = (samples: Int16Array): void => {
      if (!speaking || call === null || samples.every((sample) => Math.abs(sample) < loudness)) return;
      speaking = false;
      const { sid, turn } = call;
      const vadMs = wallMs();
      turn.addEvent('vad.speech_started', hrTimeOf(vadMs));
      clock.at(clock.now() + decideMs, () => {
        const cancelMs = wallMs();
        turn.addEvent('cancel', hrTimeOf(cancelMs));
        socket.send(botMessages.clear(sid));
        const flushMs = wallMs();
        turn.addEvent('flush', hrTimeOf(flushMs)).addEvent('agent.silent', hrTimeOf(flushMs));
        beliefs.set(turn.spanContext().traceId, { vadMs, cancelMs, flushMs, silentMs: flushMs });
      });
    };
    socket.on('message', (data) => {
      const message = parseCallMessage((data as Buffer).toString());
      switch (message?.event) {
        case 'start':
          call = { sid: message.streamSid, turn: spanBelow(tracer, message.parameters.traceparent, wallMs()) };
          break;
        case 'bargein.speak':
          speaking = true;
          for (let from = 0; from < message.samples.length; from += chunkSamples) socket.send(botMessages.media(call?.sid ?? '', message.samples.subarray(from, from + chunkSamples)));
          break;
        case 'media':
          hear(message.samples);
          break;
        case 'stop':
          call?.turn.end(hrTimeOf(wallMs()));
          socket.close();
      }
    });
  });
  return {
    address: server.address,
    beliefs,
    close: async () => {
      await server.close();
      await provider.shutdown();
    },
  };
}

/** `00-<trace>-<parent>-01` (W3C Trace Context). */
function spanBelow(tracer: Tracer, traceparent: string, startMs: Ms): Span {
  const [, traceId, spanId, flags] = traceparent.split('-');
  const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true });
  return tracer.startSpan('bot.turn', { startTime: hrTimeOf(startMs) }, parent);
}

function hrTimeOf(ms: Ms): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

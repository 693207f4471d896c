// A bot for Twilio Media Streams on the OpenAI Agents SDK: `node openai-twilio.js --model ws://HOST:PORT/ [--port 0]`. The media streams
// side, what is done at an interruption and the realtime client are the SDK's own; the model server is whatever listens at that address.
import { parseArgs } from 'node:util';
import { RealtimeAgent, RealtimeSession } from '@openai/agents/realtime';
import { TwilioRealtimeTransportLayer } from '@openai/agents-extensions';
import { WebSocketServer } from 'ws';

const { values } = parseArgs({ options: { model: { type: 'string' }, port: { type: 'string', default: '0' } } });
if (values.model === undefined) throw new Error('--model is missing: the address of a server of the OpenAI Realtime protocol');

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(values.port), perMessageDeflate: false, maxPayload: 2 ** 20 });
server.on('listening', () => console.log(`openai-twilio on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (call) => {
  const transport = new TwilioRealtimeTransportLayer({ twilioWebSocket: call });
  // Without a format of its own the session asks the model for 24 kHz PCM and hands Twilio's mu-law on as that.
  const audio = { input: { format: 'g711_ulaw' }, output: { format: 'g711_ulaw' } };
  const session = new RealtimeSession(new RealtimeAgent({ name: 'interop', instructions: 'Speak.' }), { transport, tracingDisabled: true, config: { audio } });
  session.on('error', ({ error }) => console.error('error:', JSON.stringify(error).slice(0, 300)));
  const started = new Promise((resolve) => {
    session.on('transport_event', ({ type, message }) => type === 'twilio_message' && message.event === 'start' && resolve());
  });
  const connected = session.connect({ apiKey: 'none', url: values.model });
  call.on('close', () => session.close());
  // It speaks first, once both sides are there.
  Promise.all([started, connected]).then(
    () => transport.requestResponse(),
    (thrown) => {
      console.error('error:', thrown.message);
      call.close(1011, 'the model server cannot be reached');
    },
  );
});
process.once('SIGTERM', () => process.exit(0));

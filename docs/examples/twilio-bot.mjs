// A bot for Twilio Media Streams: what <Connect><Stream url="wss://.../"> would call. Mu-law at 8 kHz in JSON, both ways.
//   npm install ws alawmulaw
//   node twilio-bot.mjs story.wav       a recording at 16 kHz, one channel
//   npx bargein run --agent twilio:ws://127.0.0.1:8765/ --limit 20
// It tells the recording when the call is up, clears what Twilio has not played when the caller is loud, and begins again afterwards.
import { readFileSync } from 'node:fs';
import alawmulaw from 'alawmulaw';
import { WebSocketServer } from 'ws';

const { mulaw } = alawmulaw;
const [file, port = '8765'] = process.argv.slice(2);
if (!file) {
  console.error('usage: node twilio-bot.mjs story.wav [port]');
  process.exit(2);
}
const recording = readFileSync(file);
const bytes = recording.subarray(recording.indexOf('data') + 8); // The samples of a WAV file begin there.
// From 16 to 8 kHz by the mean of two samples: good enough for speech.
const story = mulaw.encode(Int16Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => (bytes.readInt16LE(4 * i) + bytes.readInt16LE(4 * i + 2)) / 2));

const frameMs = 20;
const frameBytes = 160; // 20 ms at 8 kHz, one byte a sample
const aheadMs = 400; // Sent before it is due: Twilio queues it.
const loudness = 400; // Your voice activity detector goes here: this one hears anything.

const isLoud = (payload) => {
  const samples = mulaw.decode(Buffer.from(payload, 'base64'));
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length) > loudness;
};

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port), maxPayload: 64 * 1024 });
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (socket) => {
  let streamSid = '';
  let talk = null; // null while there is no call yet, and while the caller has the word
  let [loud, quiet] = [0, 0]; // frames in a row
  const send = (message) => socket.send(JSON.stringify({ ...message, streamSid }));

  const mouth = setInterval(() => {
    while (talk && talk.sentBytes / frameBytes < (performance.now() - talk.sinceMs + aheadMs) / frameMs) {
      const from = talk.sentBytes % (story.length - (story.length % frameBytes));
      send({ event: 'media', media: { payload: Buffer.from(story.subarray(from, from + frameBytes)).toString('base64') } });
      talk.sentBytes += frameBytes;
    }
  }, frameMs);

  socket.on('message', (text) => {
    const message = JSON.parse(text);
    if (message.event === 'start') {
      streamSid = message.start.streamSid;
      talk = { sinceMs: performance.now(), sentBytes: 0 };
    }
    if (message.event !== 'media') return;
    [loud, quiet] = isLoud(message.media.payload) ? [loud + 1, 0] : [0, quiet + 1];
    if (talk && loud === 3) {
      talk = null;
      send({ event: 'clear' });
    } else if (!talk && quiet === 50) talk = { sinceMs: performance.now(), sentBytes: 0 };
  });
  socket.on('close', () => clearInterval(mouth));
});

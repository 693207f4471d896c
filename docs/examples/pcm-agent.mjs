// A voice agent of one's own: raw samples over a WebSocket, 16 kHz, 16 bits, one channel, both ways. Copy it and put your parts in.
//   npm install ws
//   node pcm-agent.mjs story.wav        a recording at 16 kHz, one channel
//   npx bargein run --agent pcm:ws://127.0.0.1:8765/ --limit 20
// It tells the recording as soon as somebody calls, stops when the caller is loud, and begins again when the caller has finished.
import { readFileSync } from 'node:fs';
import { WebSocketServer } from 'ws';

const [file, port = '8765'] = process.argv.slice(2);
if (!file) {
  console.error('usage: node pcm-agent.mjs story.wav [port]');
  process.exit(2);
}
const recording = readFileSync(file);
const story = recording.subarray(recording.indexOf('data') + 8); // The samples of a WAV file begin there.

const frameMs = 20;
const frameBytes = 640; // 20 ms at 16 kHz, two bytes a sample
const aheadMs = 200; // Sent before it is due, so that the network may hesitate.
const loudness = 400; // Your voice activity detector goes here: this one hears anything.

const isLoud = (frame) => {
  let sum = 0;
  for (let i = 0; i + 1 < frame.length; i += 2) sum += frame.readInt16LE(i) ** 2;
  return Math.sqrt(sum / (frame.length / 2)) > loudness;
};

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(port), maxPayload: 64 * 1024 });
server.on('listening', () => console.log(`listening on ws://127.0.0.1:${server.address().port}/`));
server.on('connection', (socket) => {
  let talk = { sinceMs: performance.now(), sentBytes: 0 }; // null while the caller has the word
  let [loud, quiet] = [0, 0]; // frames in a row

  const mouth = setInterval(() => {
    while (talk && talk.sentBytes / frameBytes < (performance.now() - talk.sinceMs + aheadMs) / frameMs) {
      const from = talk.sentBytes % (story.length - (story.length % frameBytes));
      socket.send(story.subarray(from, from + frameBytes));
      talk.sentBytes += frameBytes;
    }
  }, frameMs);

  socket.on('message', (frame) => {
    [loud, quiet] = isLoud(frame) ? [loud + 1, 0] : [0, quiet + 1];
    if (talk && loud === 3) {
      talk = null;
      socket.send(JSON.stringify({ type: 'clear' })); // Without it the caller hears out what was sent ahead.
    } else if (!talk && quiet === 50) talk = { sinceMs: performance.now(), sentBytes: 0 };
  });
  socket.on('close', () => clearInterval(mouth));
});

// Measures what one frame of the Silero VAD costs on this machine: median and p95 over 2,000 frames after warm-up, from dist/.
// usage: node scripts/bench-vad.js [frames]      (build first: npm run build)
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/vad/index.js', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  console.error('bench-vad: dist/ is missing. Run `npm run build` first.');
  process.exit(2);
}
const { makeVad, warmUp } = await import(built.href);
const frames = Math.max(1, Number(process.argv[2] ?? 2000) || 2000);

for (const rateHz of [16000, 8000]) {
  const { medianMs, p95Ms, frameMs } = await measure('silero', rateHz);
  console.log(`silero at ${rateHz / 1000} kHz: median ${medianMs.toFixed(3)} ms, p95 ${p95Ms.toFixed(3)} ms a frame of ${frameMs} ms (${frames} frames)`);
}

async function measure(kind, rateHz) {
  await warmUp(kind, rateHz);
  const vad = await makeVad(kind, rateHz, { cache: false });
  const times = [];
  for (let i = 0; i < frames; i++) {
    const frame = Int16Array.from({ length: vad.frameSamples }, (_, k) => 4000 * Math.sin((i * vad.frameSamples + k) ** 1.3 / 40));
    const start = process.hrtime.bigint();
    await vad.process(frame);
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  vad.close();
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(frames / 2)], p95Ms: times[Math.floor(0.95 * frames)], frameMs: (1000 * vad.frameSamples) / rateHz };
}

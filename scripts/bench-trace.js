// How fast traces are read, against JSON.parse over the same lines in the same run. Machines are shared and noisy: quote the ratio.
// Usage: node scripts/build.js && node scripts/bench-trace.js [--spans 1000000] [--batch 200]
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LineCutter } from '../dist/telemetry/line-cutter.js';
import { readSpans } from '../dist/telemetry/read.js';

const { values } = parseArgs({ options: { spans: { type: 'string', default: '1000000' }, batch: { type: 'string', default: '200' }, work: { type: 'string' }, file: { type: 'string' } } });
const total = Number(values.spans);
const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;

const hex = (number, digits) => number.toString(16).padStart(digits, '0');
const stages = ['asr', 'llm', 'tts', 'client', 'barge_in'];

/** The i-th span of calls whose turns are a parent and one span a stage, the parent last, as it ends last. */
function spanAt(i) {
  const turn = Math.floor(i / 6);
  const part = i % 6;
  const start = 1_780_000_000_000_000_000n + BigInt(turn) * 3_000_000_000n + BigInt(part === 5 ? 0 : part * 150_000_000);
  const traceId = hex(turn + 1, 16) + hex((turn * 2654435761) % 2 ** 48, 16);
  const common = { traceId, spanId: hex(i + 1, 16), startTimeUnixNano: String(start), flags: 257, kind: 1, status: {} };
  if (part === 5) return { ...common, name: 'voice.turn', endTimeUnixNano: String(start + 2_000_000_000n), attributes: [{ key: 'audio.turn_id', value: { stringValue: `turn-${turn}` } }] };
  return {
    ...common,
    parentSpanId: hex(turn * 6 + 6, 16),
    name: `audio.${stages[part]}`,
    endTimeUnixNano: String(start + BigInt(40_000_000 + (i % 977) * 100_003)),
    attributes: [
      { key: 'audio.stage', value: { stringValue: stages[part] } },
      { key: 'audio.session_id', value: { stringValue: `session-${Math.floor(turn / 20)}` } },
      { key: 'audio.turn_id', value: { stringValue: `turn-${turn}` } },
      { key: 'audio.first_byte_ms', value: { doubleValue: 40 + (i % 977) / 10 } },
      { key: 'audio.total_ms', value: { doubleValue: 90 + (i % 977) / 10 } },
      { key: 'audio.attempt', value: { intValue: '1' } },
      { key: 'audio.error', value: { boolValue: false } },
    ],
    events: part === 4 ? [{ timeUnixNano: String(start + 25_000_000n), name: 'vad', attributes: [] }] : [],
  };
}

const batchOf = (spans) => ({
  resourceSpans: [{
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'voice' } }, { key: 'host.name', value: { stringValue: 'host-1' } }] },
    scopeSpans: [{ scope: { name: 'pipeline', version: '1.0' }, spans }],
  }],
});

async function write(path, spansALine) {
  const out = createWriteStream(path, { highWaterMark: 2 ** 20 });
  for (let i = 0; i < total; i += spansALine) {
    const spans = Array.from({ length: Math.min(spansALine, total - i) }, (_, j) => spanAt(i + j));
    if (!out.write(`${JSON.stringify(spansALine === 1 ? spans[0] : batchOf(spans))}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function writeDocument(path) {
  const out = createWriteStream(path, { highWaterMark: 2 ** 20 });
  const [before, after] = JSON.stringify(batchOf(['|'])).split('"|"');
  out.write(before);
  for (let i = 0; i < total; i++) if (!out.write(`${i > 0 ? ',' : ''}\n${JSON.stringify(spanAt(i))}`)) await once(out, 'drain');
  out.end(after);
  await once(out, 'close');
}

const work = {
  async read(path) {
    let heap = 0;
    let spans = 0;
    const tally = await readSpans(path, () => {
      if (++spans % 20_000 === 0) heap = Math.max(heap, process.memoryUsage().heapUsed);
    });
    return { spans: tally.spans, faults: tally.faults.filter(({ kind }) => kind !== 'out-of-order').map(({ kind, count }) => `${kind} ${count}`), heap };
  },
  async parse(path) {
    let spans = 0;
    const cutter = new LineCutter(2 ** 26, (line) => {
      JSON.parse(line.toString());
      spans++;
    }, () => {});
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) cutter.push(chunk);
    return { spans };
  },
};

if (values.work) {
  // Each by a process of its own, whose memory is its own.
  const start = process.hrtime.bigint();
  const result = await work[values.work](values.file);
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ ...result, seconds: seconds(start), cpu: (user + system) / 1e6, rss: process.resourceUsage().maxRSS / 1024 }));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bargein-bench-trace-'));
  const run = (name, path) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--work', name, '--file', path], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  try {
    for (const [name, make] of [[`${values.batch} spans a line`, (path) => write(path, Number(values.batch))], ['one span a line', (path) => write(path, 1)], ['one document', writeDocument]]) {
      const path = join(folder, 'spans.jsonl');
      await make(path);
      const read = run('read', path);
      const ratio = name === 'one document' ? '' : `, ${(read.cpu / run('parse', path).cpu).toFixed(2)} x the CPU time of JSON.parse of its lines`;
      const size = Math.round(statSync(path).size / 2 ** 20);
      console.log(`${name}: ${read.spans} spans, ${size} MB in ${read.seconds.toFixed(1)} s (${read.cpu.toFixed(1)} s of CPU), ${Math.round(read.spans / read.seconds)} spans/s${ratio}; peak heap ${Math.round(read.heap / 2 ** 20)} MB, peak RSS ${Math.round(read.rss)} MB; faults: ${read.faults.join(', ') || 'none'}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

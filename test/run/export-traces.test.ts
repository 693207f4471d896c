import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import type { RunOutcome } from '../../src/benchmark.js';
import { resultOfValues } from '../../src/report/attempts-reader.js';
import { loadResults } from '../../src/report/results.js';
import { exportTraces, prepareExport } from '../../src/run/export-traces.js';
import { readEntries } from '../../src/replay/journal.js';
import { runConfig } from '../fixtures/run-config.js';
import { fakeCollector } from '../telemetry/emit/fake-collector.js';
import { decodeMetrics, decodeSpans, spansOfLine } from '../telemetry/emit/otlp-decoder.js';
import type { DecodedSpan } from '../telemetry/emit/otlp-decoder.js';

const attempts = 70;
const folder = mkdtempSync(join(tmpdir(), 'bargein-export-'));
const outputDir = join(folder, 'results');
const spanFile = join(folder, 'traces', 'spans.jsonl');
let outcome: RunOutcome;

const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n').map(spansOfLine);
const own = ({ attributes }: DecodedSpan) => Object.fromEntries(Object.entries(attributes).filter(([name]) => name.startsWith('bargein.')).map(([name, value]) => [name.slice('bargein.'.length), value as string]));

beforeAll(async () => {
  outcome = await runBenchmark(runConfig({ outputDir, limit: attempts, profile: 'standard', otlpFile: spanFile }), { progress: () => {}, signal: new AbortController().signal });
}, 120_000);
afterEach(() => vi.unstubAllEnvs());

const saved = () => {
  const { info, results } = loadResults(outputDir);
  return { info, results, summary: outcome.summary, journalPath: join(outputDir, 'journal.jsonl') };
};

describe('a run with --otlp-file', () => {
  it('leaves its spans in batches that are bounded', () => {
    expect(outcome.exports).toEqual([{ destination: spanFile, what: 'spans', attempts, failure: null }]);
    const turnsPerLine = linesOf(spanFile).map((spans) => spans.filter(({ name }) => name === 'voice.turn').length);
    expect(turnsPerLine).toEqual([64, 6]);
  });

  it('can be had back from them, verdict by verdict', () => {
    const turns = linesOf(spanFile).flat().filter(({ name }) => name === 'voice.turn');
    const verdicts = turns.map((turn) => resultOfValues(own(turn), 'a span')).sort((a, b) => a.attempt.index - b.attempt.index);
    expect(verdicts).toEqual(saved().results);
  });

  it('has in its times what it has in its figures', () => {
    const bargeIns = linesOf(spanFile).flat().filter(({ name, attributes }) => name === 'audio.barge_in' && attributes['audio.silence_ms'] !== undefined);
    expect(bargeIns.length).toBeGreaterThan(10);
    for (const { startNs, endNs, events, attributes } of bargeIns) {
      const silent = events.find(({ name }) => name === 'agent.silent')?.atNs;
      expect(silent).toBe(endNs);
      expect(Number(endNs - startNs) / 1e6).toBe(attributes['bargein.stop_latency_ms']);
      const vad = events.find(({ name }) => name === 'vad.speech_started')?.atNs;
      expect(vad === undefined ? undefined : Number(vad - startNs) / 1e6).toBe(attributes['bargein.detect_ms']);
    }
  });

  it('lies end to end in the order of the draw, each attempt as long as it was', () => {
    const turns = linesOf(spanFile).flat().filter(({ name }) => name === 'voice.turn').sort((a, b) => Number(a.attributes['bargein.attempt_index']) - Number(b.attributes['bargein.attempt_index']));
    for (const [i, { startNs }] of turns.entries()) if (i > 0) expect(startNs).toBe(turns[i - 1].endNs);
    const lengths = new Map([...readEntries(join(outputDir, 'journal.jsonl'))].map(({ attempt, recording }) => [attempt.id, recording.endMs]));
    for (const { startNs, endNs, attributes } of turns) expect(Number(endNs - startNs) / 1e6).toBeCloseTo(lengths.get(String(attributes['audio.turn_id'])) as number, 5);
  });

  it('is the same when it is exported again, but for ids and time', async () => {
    const again = join(folder, 'again.jsonl');
    await exportTraces(saved(), { otlp: null, otlpFile: again });
    const [first, second] = [spanFile, again].map((path) => {
      const spans = linesOf(path).flat();
      const origin = spans[0].startNs;
      return spans.map(({ startNs, endNs, events, name, attributes, status, resource }) => ({ name, attributes, status, resource, from: startNs - origin, to: endNs - origin, events: events.map((event) => ({ ...event, atNs: event.atNs - origin })) }));
    });
    expect(second).toEqual(first);
  });

  it('has a session an attempt', () => {
    const turns = linesOf(spanFile).flat().filter(({ name }) => name === 'voice.turn');
    expect(new Set(turns.map(({ attributes }) => attributes['audio.session_id'])).size).toBe(attempts);
    expect(turns[0].attributes['audio.session_id']).toBe(`${outcome.info.runId}/${String(turns[0].attributes['audio.turn_id'])}`);
  });
});

it('has one session where sessions were kept', async () => {
  const { info, ...rest } = saved();
  const path = join(folder, 'kept.jsonl');
  await exportTraces({ ...rest, info: { ...info, configuration: { ...info.configuration, reuseSession: true } } }, { otlp: null, otlpFile: path });
  expect([...new Set(linesOf(path).flat().map(({ attributes }) => attributes['audio.session_id']))]).toEqual([info.runId]);
});

describe('a collector', () => {
  it('gets the spans, and then the metrics', async () => {
    const collector = await fakeCollector();
    const exports = await exportTraces(saved(), { otlp: collector.url, otlpFile: null });
    await collector.close();
    expect(exports).toEqual([
      { destination: `${collector.url}/v1/traces`, what: 'spans', attempts, failure: null },
      { destination: `${collector.url}/v1/metrics`, what: 'metrics', attempts, failure: null },
    ]);
    expect(collector.received.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/traces', '/v1/metrics']);
    const names = collector.received.slice(0, 2).flatMap(({ body }) => decodeSpans(body).map(({ name }) => name));
    expect(names.filter((name) => name === 'voice.turn')).toHaveLength(attempts);
    expect(new Set(decodeMetrics(collector.received[2].body).map(({ metric }) => metric))).toEqual(new Set(['bargein.stop_latency', 'bargein.attempts', 'bargein.interrupt_rate']));
  });

  it('that takes no metrics has the spans all the same', async () => {
    const collector = await fakeCollector((path) => (path === '/v1/metrics' ? 404 : 200));
    const exports = await exportTraces(saved(), { otlp: collector.url, otlpFile: null });
    await collector.close();
    expect(exports.map(({ what, attempts: taken, failure }) => [what, taken, failure?.message ?? null])).toEqual([
      ['spans', attempts, null],
      ['metrics', 0, `${collector.url}/v1/metrics: HTTP 404 Not Found`],
    ]);
  });

  it('that refuses is asked once, and the file is written all the same', async () => {
    const collector = await fakeCollector(() => 400);
    const path = join(folder, 'beside.jsonl');
    const exports = await exportTraces(saved(), { otlp: collector.url, otlpFile: path });
    await collector.close();
    expect(collector.received).toHaveLength(1);
    expect(exports.map(({ destination, attempts: taken }) => [destination, taken])).toEqual([[`${collector.url}/v1/traces`, 0], [path, attempts]]);
    expect(exports[0].failure?.message).toBe(`${collector.url}/v1/traces: HTTP 400 Bad Request`);
  });

  it('that is not there costs a run nothing but a word', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '50');
    const collector = await fakeCollector();
    await collector.close();
    const config = runConfig({ outputDir: join(folder, 'alone'), limit: 2, otlp: collector.url });
    const { exports, info, verdict } = await runBenchmark(config, { progress: () => {}, signal: new AbortController().signal });
    expect(exports).toMatchObject([{ what: 'spans', attempts: 0, failure: { message: `${collector.url}/v1/traces: nobody listens there` } }]);
    expect([info.unfinished, verdict.failures]).toEqual([0, []]);
    expect(loadResults(config.outputDir).results).toHaveLength(2);
  });
});

it('refuses before a run what could not be exported to after it', async () => {
  await expect(prepareExport({ otlp: 'nonsense', otlpFile: null }, {})).rejects.toThrow('--otlp: what it is given is not a URL');
  await expect(prepareExport({ otlp: null, otlpFile: join(spanFile, 'below', 'spans.jsonl') }, {})).rejects.toThrow(spanFile);
  await expect(prepareExport({ otlp: null, otlpFile: folder }, {})).rejects.toThrow(`${folder} is there, and is no file`);
});

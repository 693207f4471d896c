import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { defaultCorpusDir } from '../../src/corpus/load.js';
import { readEntries } from '../../src/replay/journal.js';
import { loadResults } from '../../src/report/results.js';
import { differingVerdicts, ownSetting, remeasure } from '../../src/run/remeasure.js';
import { readSpans } from '../../src/telemetry/index.js';
import type { Span } from '../../src/telemetry/index.js';
import type { AttemptResult, Recording } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';
import { startTracedBot } from './traced-bot.js';
import type { Beliefs, TracedBot } from './traced-bot.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-joined-run-'));
const { signal } = new AbortController();
const hooks = { progress: () => {}, signal };
afterAll(() => rmSync(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function runAgainst(name: string, options: Omit<Parameters<typeof startTracedBot>[0], 'otlpUrl'>) {
  const otlpListen = `127.0.0.1:${await freePort()}`;
  const bot = await startTracedBot({ otlpUrl: `http://${otlpListen}`, ...options });
  const outputDir = join(folder, name);
  const config = runConfig({
    agent: `twilio:${bot.address}`,
    agentOptions: { turns: 'response' },
    clock: 'realtime',
    filter: ['intent=interruption', 'condition=clean'],
    limit: 2,
    concurrency: 1,
    retries: 0,
    calibrationAttempts: 1,
    outputDir,
    otlpListen,
    otlp: null,
    otlpFile: null,
  });
  const outcome = await runBenchmark(config, hooks).finally(() => bot.close());
  const recordings = new Map([...readEntries(join(outputDir, 'journal.jsonl'))].map(({ attempt, recording }) => [attempt.id, recording]));
  return { ...outcome, config, bot, outputDir, saved: loadResults(outputDir), recordings };
}

/** What the bot believed of an attempt, from the onset on. */
function beliefsOf({ beliefs }: TracedBot, { trace, wallMs, injected }: Recording): Beliefs | null {
  const believed = beliefs.get(trace?.traceId ?? '');
  if (!believed || wallMs === null || injected === null) return null;
  const onsetMs = wallMs + injected.userOnsetMs;
  return { vadMs: believed.vadMs - onsetMs, cancelMs: believed.cancelMs - onsetMs, flushMs: believed.flushMs - onsetMs, silentMs: believed.silentMs - onsetMs };
}

const agentColumns = ({ agentVadDetectMs, agentCancelMs, agentFlushMs, beliefErrorMs }: AttemptResult) => ({ agentVadDetectMs, agentCancelMs, agentFlushMs, beliefErrorMs });

describe('a run that receives the spans of its agent', { timeout: 240_000 }, () => {
  it("joins them to its attempts, as the bot believes it acted, and takes the latency apart by them", async () => {
    const { info, summary, bot, saved, recordings, outputDir, config } = await runAgainst('protobuf', { protocol: 'protobuf' });
    expect(saved.results).toHaveLength(2);
    for (const result of saved.results) {
      const believed = beliefsOf(bot, recordings.get(result.attempt.id) as Recording);
      expect(believed).not.toBeNull();
      const { vadMs, cancelMs, flushMs, silentMs } = believed as Beliefs;
      // To the microsecond of attempts.csv and the quarter of one that ms since 1970 have as doubles.
      expect(result.agentVadDetectMs).toBeCloseTo(vadMs, 2);
      expect(result.agentCancelMs).toBeCloseTo(cancelMs, 2);
      expect(result.agentFlushMs).toBeCloseTo(flushMs, 2);
      if (result.stopLatencyMs !== null) expect(result.beliefErrorMs).toBeCloseTo(silentMs - result.stopLatencyMs, 2);
    }
    expect(info.warnings.filter(({ seen }) => /agent's|clocks apart/.test(seen))).toEqual([]);
    const { yields, decomposed, percentiles } = summary.decomposition;
    const [p50] = percentiles;
    // Two latencies that are far apart are not taken together.
    if (decomposed === yields && yields > 0) expect(p50.fromTrace).toBe(p50.n);
    expect(p50.n).toBeGreaterThanOrEqual(Math.min(1, decomposed));
    if (p50.meanMs !== null) {
      expect(p50.parts.map(({ part }) => part).slice(0, 2)).toEqual(['detect', 'decide']);
      expect(p50.parts.reduce((sum, { meanMs }) => sum + meanMs, 0)).toBeCloseTo(p50.meanMs, 6);
    }

    const spans: Span[] = [];
    await readSpans(join(outputDir, 'agent-spans.jsonl'), (span) => spans.push(span));
    expect(spans.map(({ name }) => name)).toEqual(['bot.turn', 'bot.turn']);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(saved.results.map(({ attempt }) => recordings.get(attempt.id)?.trace?.traceId)));
    expect(new Set(spans.map(({ parentId }) => parentId))).toEqual(new Set(saved.results.map(({ attempt }) => recordings.get(attempt.id)?.trace?.spanId)));

    // Measured again without the agent, and resumed without a receiver: the same rows.
    const again = await remeasure({ run: saved, corpusDir: defaultCorpusDir, settings: [ownSetting(saved)], withinMs: info.withinMs, signal });
    expect(differingVerdicts(saved.results, again.results[0])).toEqual([]);
    const rows = readFileSync(join(outputDir, 'attempts.csv'), 'utf8');
    await runBenchmark({ ...config, existing: 'resume', otlpListen: null }, hooks);
    expect(readFileSync(join(outputDir, 'attempts.csv'), 'utf8')).toBe(rows);
  });

  it('says that the clocks are apart, and takes no time of a clock that is', async () => {
    const { info, saved } = await runAgainst('apart', { protocol: 'json', shiftMs: -3_600_000 });
    for (const result of saved.results) expect(agentColumns(result)).toEqual({ agentVadDetectMs: null, agentCancelMs: null, agentFlushMs: null, beliefErrorMs: null });
    const warning = info.warnings.find(({ seen }) => seen.startsWith('clocks apart'));
    expect(warning?.seen).toMatch(/in 2 of 2 attempts .* at the median 3\d{3}\.\d s before the onset/);
  });
});

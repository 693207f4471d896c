import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { compareRuns } from '../../src/measure/compare.js';
import { markdownReport } from '../../src/report/markdown.js';
import { reportJson } from '../../src/report/report-json.js';
import { reportSchema } from '../../src/report/report-schema.js';
import { loadResults } from '../../src/report/results.js';
import { renderSummary } from '../../src/report/terminal.js';
import { runTrace } from '../../src/run/trace.js';
import type { TraceConfig, TraceOutcome } from '../../src/run/trace.js';
import { readSpans } from '../../src/telemetry/index.js';
import type { Span } from '../../src/telemetry/index.js';
import { fullMapping } from '../../src/telemetry/mapping-defaults.js';
import { defaultPageLimitsMs } from '../../src/telemetry/stack.js';
import { runConfig } from '../fixtures/run-config.js';
import { expectGolden } from '../report/golden.js';
import { analyse } from '../telemetry/traced.js';

const dir = mkdtempSync(join(tmpdir(), 'bargein-trace-'));
afterAll(() => rmSync(dir, { recursive: true }));

let count = 0;
const quiet = { progress: () => {}, listening: () => {}, signal: new AbortController().signal };

async function traced(paths: readonly string[], more: Partial<TraceConfig> = {}): Promise<TraceOutcome & { folder: string }> {
  const config: TraceConfig = {
    input: { kind: 'files', paths },
    mapping: fullMapping(),
    withinMs: [60, 100, 250],
    pageLimitsMs: defaultPageLimitsMs,
    label: null,
    outputDir: join(dir, `t${count++}`),
    existing: 'refuse',
    gates: [],
    gateOn: 'point',
    baseline: null,
    saveBaseline: null,
    failOnRegression: false,
    reports: [],
    allowMismatch: false,
    ...more,
  };
  return { ...(await runTrace(config, quiet)), folder: config.outputDir };
}

const fixture = (name: string) => join('test', 'fixtures', 'traces', `${name}.jsonl`);
const plain = { colour: false, columns: 80 };
/** What depends on the machine and the version is the same in every golden file. */
const fixed = ({ info }: TraceOutcome) => ({ ...info, version: '0.1.0', environment: { ...info.environment, version: '0.1.0', node: 'v20', os: 'linux', cpu: 'a cpu', cores: 2, load1: 0 } });

describe('an input in which nothing matches', () => {
  it('is refused, and leaves no folder behind', async () => {
    const path = join(dir, 'other.jsonl');
    writeFileSync(path, `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'GET /', startTimeUnixNano: '1767225600000000000', endTimeUnixNano: '1767225600100000000' }] }] }] })}\n`);
    const outputDir = join(dir, 'nothing');
    await expect(traced([path], { outputDir })).rejects.toThrow('none of 1 spans is one that the mapping knows');
    expect(existsSync(outputDir)).toBe(false);
  });
});

describe('traces of production, made by hand', () => {
  /*
   * story: a1 3130 - 3040 = 90 (cancel 15, flush 20); a2 250 - 25.5 = 224.5; a3 never quiet, 12100 - 9100 = 3000; a4 has no VAD; a5 is quiet
   * before it; b1 2100 - 2040 = 60. First bytes of barge-ins: 130, 250, -1, 200, 50, 100.
   * livekit: yield after 4500 - 4000 = 500, replied to 6000 - 5000 = 1000 after; resumed after 400, 2100 later; a backchannel held to the
   * agent's own end; talked through to 3 s after the caller.
   * pipecat: 5210 - 5000 = 210; in the other call nobody tells when the bot went quiet.
   */
  it.each(['story', 'livekit', 'pipecat'])('%s comes to its figures, counted by hand', async (name) => {
    const outcome = await traced([fixture(name)]);
    expectGolden(`trace-${name}.txt`, renderSummary(fixed(outcome), outcome.summary, plain));
    for (const file of ['attempts.csv', 'stack.csv']) expectGolden(`trace-${name}-${file}`, readFileSync(join(outcome.folder, file), 'utf8'));
  });

  it('are read back as they were written, and fit the schema of report.json', async () => {
    const { info, summary, folder } = await traced([fixture('story'), fixture('livekit')], { reports: ['json', 'markdown'] });
    const saved = loadResults(folder);
    expect(saved.info).toEqual(info);
    expect(info).toMatchObject({ source: 'trace', errorBarMs: null, calibration: null, trace: { calls: 4, spans: 29 } });
    const report = { info, summary, gates: [], comparison: null, results: saved.results };
    expect(reportSchema.parse(JSON.parse(reportJson(report))).attempts).toHaveLength(8);
    expect(markdownReport(report)).toContain('The onset here is where the VAD fired, not the first syllable');
    expect(markdownReport(report)).toContain('### The stack');
  });

  it('have groups that a trace knows of, and none for each call', async () => {
    const { summary } = await traced([fixture('livekit')]);
    expect([...new Set(summary.groups.map(({ group }) => group))]).toEqual(['all', 'intent', 'offset_band']);
  });

  it('pass and fail gates, those on stages too', async () => {
    const { verdict } = await traced([fixture('story')], { gates: ['p50 <= 90', 'interrupt_rate@100 >= 0.6', 'p95[tts.first_byte] <= 350', 'errors[llm] <= 50%'] });
    expect(verdict.gates.map(({ passed }) => passed)).toEqual([true, false, false, true]);
    expect(verdict.failures).toHaveLength(2);
  });

  it('pair by turn with another trace of the same calls, and are refused without a turn in common', async () => {
    const [base, head, other] = [await traced([fixture('story')]), await traced([fixture('story')]), await traced([fixture('livekit')])];
    expect(compareRuns(loadResults(base.folder), loadResults(head.folder))).toMatchObject({ pairs: 4, unpaired: 0, mismatches: [] });
    expect(() => compareRuns(loadResults(base.folder), loadResults(other.folder))).toThrow('the traces share no turn id');
  });
});

it('says what is there where nothing matches, and leaves no folder', async () => {
  const file = join(dir, 'other.jsonl');
  writeFileSync(file, readFileSync(fixture('pipecat'), 'utf8').replaceAll(/"name":"(turn|stt|llm|tts)"/g, '"name":"http"').replaceAll('bot_', 'x_'));
  const outputDir = join(dir, 'nothing');
  await expect(traced([file], { outputDir })).rejects.toMatchObject({ message: expect.stringContaining('none of 10 spans'), hint: expect.stringContaining('--dry-run') });
  expect(() => readFileSync(join(outputDir, 'run.json'))).toThrow();
});

describe('spans of a run', () => {
  const spans = join(dir, 'run.jsonl');
  const outputDir = join(dir, 'run');
  const config = runConfig({ outputDir, limit: 24, filter: ['intent=interruption,backchannel,control'], otlpFile: spans });
  const run = runBenchmark(config, quiet);
  const read = async () => {
    await run;
    const all: Span[] = [];
    await readSpans(spans, (span) => all.push(span));
    return all;
  };

  it("come to the run's own verdicts and figures", async () => {
    const { info, summary } = await run;
    const outcome = await traced([spans]);
    expect(loadResults(outcome.folder).results).toEqual(loadResults(outputDir).results);
    expect(outcome.summary).toEqual(summary);
    expect(outcome.info).toMatchObject({ label: info.label, agent: info.agent, errorBarMs: info.errorBarMs, clock: info.clock, agentOptions: info.agentOptions, trace: { rebuilt: 24, unmeasured: [] } });
    expect(readFileSync(join(outcome.folder, 'summary.csv'), 'utf8').replaceAll(outcome.info.runId, info.runId)).toBe(readFileSync(join(outputDir, 'summary.csv'), 'utf8'));
  });

  it('without what is ours come to figures of their times alone', async () => {
    const all = (await read()).map((span): Span => ({ ...span, attributes: Object.fromEntries(Object.entries(span.attributes).filter(([name]) => !name.startsWith('bargein.'))) }));
    const { results, facts } = analyse(all);
    const at = ({ events }: Span, name: string) => events.find((event) => event.name === name)?.atNs ?? null;
    const bargeIns = all.filter(({ name }) => name === 'audio.barge_in');
    const known = bargeIns.filter((span) => at(span, 'vad.speech_started') !== null);
    const expected = known.map((span) => {
      const [vad, silent] = [at(span, 'vad.speech_started') as bigint, at(span, 'agent.silent')];
      return [span.attributes['audio.turn_id'], silent === null ? null : Math.round(Number(silent - vad) / 1000) / 1000];
    });
    const backwards = new Set(expected.filter(([, ms]) => typeof ms === 'number' && ms < 0).map(([id]) => id));
    const found = new Map(results.map(({ attempt, stopLatencyMs }) => [attempt.id, stopLatencyMs]));
    expect(found).toEqual(new Map(expected.filter(([id]) => !backwards.has(id)) as [string, number | null][]));
    expect(found.size).toBeGreaterThan(8);
    const missing = bargeIns.length - known.length;
    expect(missing).toBeGreaterThan(0);
    expect(facts.unmeasured.find(({ what }) => what.includes('VAD fires'))?.count).toBe(missing);
  });

  it('are no replay: comparing the two is refused, or shown with the difference named', async () => {
    await run;
    const [replay, trace] = [loadResults(outputDir), loadResults((await traced([spans])).folder)];
    expect(() => compareRuns(replay, trace)).toThrow('source: replay in the base, trace in the head');
    expect(compareRuns(replay, trace, { allowMismatch: true }).pairs).toBe(24);
  });
});

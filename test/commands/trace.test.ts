import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { expectGolden } from '../report/golden.js';
import { FakeBackend, FakeTerminal } from './fake.js';

const dir = mkdtempSync(join(tmpdir(), 'bargein-trace-command-'));
afterAll(() => rmSync(dir, { recursive: true }));
const fixture = (name: string) => join('test', 'fixtures', 'traces', `${name}.jsonl`);

let count = 0;
async function program(...words: string[]): Promise<{ code: number; terminal: FakeTerminal; folder: string }> {
  const terminal = new FakeTerminal();
  const folder = join(dir, `out-${count++}`);
  const code = await runProgram(['trace', ...words, ...(words.includes('--dry-run') || words.includes('--output') ? [] : ['--output', folder])], terminal, new FakeBackend().load);
  return { code, terminal, folder };
}

describe('bargein trace', () => {
  it('writes what a run writes and the stack table, and ends well', async () => {
    const { code, terminal, folder } = await program(fixture('livekit'), '--report', 'json,junit,markdown');
    expect(code).toBe(exitCode.ok);
    for (const file of ['attempts.csv', 'summary.csv', 'stack.csv', 'run.json', 'report.json', 'junit.xml', 'report.md']) expect(existsSync(join(folder, file))).toBe(true);
    expect(Math.max(...terminal.stdout.split('\n').filter((line) => !line.startsWith('Results')).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [['--gate', 'p95[llm.first_byte] <= 350'], exitCode.gateFailed, 'p95[llm.first_byte] <= 350'],
    [['--gate', 'p95[llm.first_byte] <= 420'], exitCode.ok, '1 of 1 passed'],
    [['--gate', 'error_bar <= 10'], exitCode.gateFailed, 'the run was not calibrated'],
    [['--page-limit', 'tts=100', '--page-limit', 'barge_in=none'], exitCode.ok, '100 OVER'],
    [['--intent', 'noise'], exitCode.ok, 'noise 50.0'],
  ])('%j', async (flags, expected, text) => {
    const { code, terminal } = await program(fixture('livekit'), ...flags);
    expect(terminal.stdout).toContain(text);
    expect(code).toBe(expected);
  });

  it('is untrusted where many barge-ins have no latency', async () => {
    const { code, terminal } = await program(fixture('story'));
    expect(code).toBe(exitCode.untrusted);
    expect(terminal.stdout).toContain('2 of 6 barge-ins have no latency');
  });

  it('prints one document with --json', async () => {
    const { terminal } = await program(fixture('pipecat'), '--json');
    expect(JSON.parse(terminal.stdout)).toMatchObject({ run: { source: 'trace', trace: { calls: 2 } }, summary: { errorBarMs: null } });
  });

  it('shows what a mapping finds and what it does not, without figures', async () => {
    const { code, terminal } = await program(fixture('livekit'), '--dry-run');
    expect(code).toBe(exitCode.ok);
    expectGolden('trace-dry-run.txt', terminal.stdout);
  });

  it('takes the names of a mapping file', async () => {
    const mapping = join(dir, 'ours.json');
    writeFileSync(mapping, JSON.stringify({ extends: [], vad: [{ span: 'user_speaking', at: 'start' }], agentStart: [{ span: 'agent_speaking', at: 'start' }], agentQuiet: [{ span: 'agent_speaking', at: 'end' }] }));
    const { terminal } = await program(fixture('livekit'), '--mapping', mapping);
    expect(terminal.stdout).toContain('Outcomes: yielded 3, resumed 0, talked through 1');
    writeFileSync(mapping, '{"vda": []}');
    expect((await program(fixture('livekit'), '--mapping', mapping)).terminal.stderr).toBe(`error: ${mapping}: unknown key 'vda'\n  try: did you mean 'vad'?\n`);
  });

  it.each([
    [[], 'there is nothing to read'],
    [['a.jsonl', '--listen', '127.0.0.1:0'], 'files and --listen exclude each other'],
    [['a.jsonl', '--for', '5s'], 'nothing is listened on'],
    [['--listen', 'here'], '--listen here is not of the form host:port'],
    [['a.jsonl', '--page-limit', 'tts'], '--page-limit tts is not of the form stage=ms'],
    [['a.jsonl', '--gate', 'p95[tts] <= 3'], 'does not say of what'],
    [['a.jsonl', '--fail-on-regression'], 'nothing to compare with'],
    [['missing.jsonl'], 'no such file or folder'],
  ])('%j is refused', async (words, message) => {
    const { code, terminal } = await program(...words);
    expect(code).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(message);
  });

  it('does not replace a run, nor a run a trace', async () => {
    const folder = join(dir, 'mine');
    expect((await program(fixture('livekit'), '--output', folder)).code).toBe(exitCode.ok);
    expect((await program(fixture('livekit'), '--output', folder)).terminal.stderr).toContain('exists and is not empty');
    expect((await program(fixture('livekit'), '--output', folder, '--force')).code).toBe(exitCode.ok);
    writeFileSync(join(folder, 'journal.jsonl'), '');
    expect((await program(fixture('livekit'), '--output', folder, '--force')).terminal.stderr).toContain('the recordings of a run');
  });

  it('receives what an exporter sends until it is interrupted, and then reports', async () => {
    const terminal = new FakeTerminal();
    let reached: (url: string) => void = () => {};
    const url = new Promise<string>((resolve) => void (reached = resolve));
    terminal.err = (text) => {
      terminal.stderr += text;
      const match = /http:\S+\/v1\/traces/.exec(text);
      if (match) reached(match[0]);
    };
    const ending = runProgram(['trace', '--listen', '127.0.0.1:0', '--output', join(dir, 'live')], terminal, new FakeBackend().load);
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: await url }))] });
    const tracer = provider.getTracer('test');
    const second = (seconds: number): [number, number] => [1_767_225_600 + seconds, 0];
    tracer.startActiveSpan('call', { startTime: second(0) }, (call) => call.end(second(9)));
    for (const [name, from, to] of [['llm_node', 0, 1], ['tts_node', 1, 2]] as const) tracer.startSpan(name, { startTime: second(from) }).end(second(to));
    await provider.forceFlush();
    terminal.controller.abort();
    expect(await ending).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('3 spans');
    expect(terminal.stdout).toContain('no barge-in was found');
    await provider.shutdown();
  });
});

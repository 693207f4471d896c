import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { exitCode } from '../../src/errors.js';
import { parseGate } from '../../src/measure/gates.js';
import { unmeasured } from '../../src/measure/unmeasured.js';
import { defaultRunConfig } from '../../src/run/defaults.js';
import { sampleComparison } from '../report/sample-report.js';
import { makeResult } from '../report/sample-run.js';
import { FakeBackend, FakeTerminal } from './fake.js';

let terminal: FakeTerminal;
let backend: FakeBackend;

beforeEach(() => {
  terminal = new FakeTerminal();
  backend = new FakeBackend();
});

const call = (...words: string[]) => runProgram(words, terminal, backend.load);

async function configOf(...words: string[]) {
  expect(await call('run', ...words), terminal.stderr).toBe(exitCode.ok);
  return backend.configs[0];
}

describe('bargein run --monitor', () => {
  it('is refused on the virtual clock, before anything is measured', async () => {
    expect(await call('run', '--monitor')).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/^error: --monitor: on the virtual clock .*\n {2}try: add --clock realtime/);
    expect(backend.configs).toEqual([]);
  });
});

describe('bargein run: the configuration', () => {
  it('has the documented defaults', async () => {
    const { corpusDir, outputDir, jobs, ...rest } = await configOf();
    expect(corpusDir).toMatch(/corpus$/);
    expect(outputDir).toMatch(/^results\/reference-after-full/);
    expect(jobs).toBeGreaterThan(0);
    expect(rest).toEqual({
      agent: 'reference:after',
      agentOptions: {},
      profile: 'full',
      conditions: null,
      filter: [],
      limit: null,
      seed: 1,
      repeat: 1,
      retries: 2,
      clock: 'virtual',
      concurrency: 1,
      warmUps: 0,
      reuseSession: false,
      promptAudio: null,
      promptText: null,
      withinMs: [60, 100, 250],
      playoutMs: 40,
      detector: 'auto',
      detectorOptions: {},
      attemptTimeoutMs: 120_000,
      maxDurationMs: null,
      label: 'local',
      existing: 'refuse',
      keepAudio: 'failures',
      agreementAttempts: 16,
      calibrationAttempts: 60,
      shard: null,
      gates: [],
      gateOn: 'bound',
      baseline: null,
      saveBaseline: null,
      failOnRegression: false,
      reports: ['html'],
      otlp: null,
      otlpFile: null,
      otlpListen: null,
    });
  });

  it('has the defaults of the API', async () => {
    const config = await configOf();
    expect(config).toEqual({ ...defaultRunConfig, outputDir: config.outputDir });
  });

  it('takes every flag', async () => {
    terminal.env = { GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567' };
    const config = await configOf(
      ...['--agent', 'reference:before', '--agent-option', 'vad.threshold=0.4', '--agent-option', 'flush=true', '--corpus', 'mine', '--profile', 'standard'],
      ...['--condition', 'echo,telephone', '--filter', 'persona=soft', '--filter', 'intent=interruption', '--limit', '10', '--seed', '7', '--clock', 'virtual'],
      ...['--within', '500,100', '--playout-ms', '0', '--detector', 'energy', '--detector-option', 'hangoverMs=150', '--repeat', '2', '--retries', '0'],
      ...['--attempt-timeout', '90s', '--max-duration', '2m', '--output', 'results/none-such', '--keep-audio', 'none', '--jobs', '3', '--no-clock-check', '--quiet'],
      ...['--prompt-audio', 'ask.wav', '--prompt-text', 'Tell me about Paris.'],
      ...['--shard', '2/3', '--gate', 'p95 <= 250', '--gate', 'interrupt_rate@100>=85%', '--gate-on', 'point', '--baseline', 'main', '--fail-on-regression', '--report', 'json,junit'],
      ...['--otlp', 'http://127.0.0.1:4318', '--otlp-file', 'spans.jsonl', '--otlp-listen', '127.0.0.1:0'],
    );
    expect(config).toEqual({
      agent: 'reference:before',
      agentOptions: { 'vad.threshold': 0.4, flush: true },
      corpusDir: 'mine',
      profile: 'standard',
      conditions: ['echo', 'telephone'],
      filter: ['persona=soft', 'intent=interruption'],
      limit: 10,
      seed: 7,
      repeat: 2,
      retries: 0,
      clock: 'virtual',
      concurrency: 1,
      warmUps: 0,
      reuseSession: false,
      promptAudio: 'ask.wav',
      promptText: 'Tell me about Paris.',
      jobs: 3,
      withinMs: [100, 500],
      playoutMs: 0,
      detector: 'energy',
      detectorOptions: { hangoverMs: '150' },
      attemptTimeoutMs: 90_000,
      maxDurationMs: 120_000,
      label: '01234567',
      outputDir: 'results/none-such',
      existing: 'refuse',
      keepAudio: 'none',
      agreementAttempts: 0,
      calibrationAttempts: 60,
      shard: { index: 2, of: 3 },
      gates: ['p95 <= 250', 'interrupt_rate@100>=85%'],
      gateOn: 'point',
      baseline: 'main',
      saveBaseline: null,
      failOnRegression: true,
      reports: ['json', 'junit'],
      otlp: 'http://127.0.0.1:4318',
      otlpFile: 'spans.jsonl',
      otlpListen: '127.0.0.1:0',
    });
  });

  it.each([
    [{ CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }, [], { index: 2, of: 3 }, 'shard 2/3, taken from CI_NODE_INDEX and CI_NODE_TOTAL; --no-shard runs all attempts\n'],
    [{ CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }, ['--shard', '1/2'], { index: 1, of: 2 }, ''],
    [{ CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }, ['--no-shard'], null, ''],
    [{ CI_NODE_TOTAL: '1' }, [], null, ''],
    [{}, ['--shard', '1/1'], null, ''],
  ])('takes the shard from %j and %j', async (env, words, shard, said) => {
    terminal.env = env;
    expect(await configOf(...words)).toMatchObject({ shard });
    expect(terminal.stderr).toBe(said);
  });

  it('keeps the baseline of a whole run', async () => {
    expect(await configOf('--save-baseline', 'v1.2_x')).toMatchObject({ saveBaseline: 'v1.2_x' });
  });

  it('goes to real time and the quick profile for an agent elsewhere', async () => {
    const config = await configOf('--agent', 'remote', '--concurrency', '4');
    expect(config).toMatchObject({ clock: 'realtime', profile: 'quick', concurrency: 4, jobs: 0, agreementAttempts: 0, outputDir: 'results/remote-quick' });
  });

  it('resumes or replaces the folder that is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bargein-'));
    expect(await configOf('--output', folder, '--resume')).toMatchObject({ outputDir: folder, existing: 'resume' });
    backend.configs.length = 0;
    expect(await configOf('--output', folder, '--force')).toMatchObject({ outputDir: folder, existing: 'replace' });
    backend.configs.length = 0;
    // The benchmark itself refuses a folder that is not empty: it must be told to.
    expect(await configOf('--output', folder)).toMatchObject({ outputDir: folder, existing: 'refuse' });
  });
});

describe('bargein run: mistakes', () => {
  it.each([
    [['--limit', '0'], '--limit 0 is out of range', 'give a whole number of 1 or more'],
    [['--limit', 'ten'], '--limit ten is not a whole number', 'give a whole number of 1 or more'],
    [['--profile', 'ful'], '--profile ful is not known', "did you mean 'full'?"],
    [['--condition', 'echoo'], '--condition echoo is not known', "did you mean 'echo'?"],
    [['--within', '60,abc'], '--within abc is not a whole number', 'give a whole number from 1 to 10000'],
    [['--seed', '-1'], '--seed -1 is out of range', 'from 0 to 4294967295'],
    [['--attempt-timeout', '5x'], '--attempt-timeout 5x is not a time', 'e.g. 500ms, 90s or 2m'],
    [['--keep-audio', 'some'], '--keep-audio some is not known', 'all, failures, none'],
    [['--agent-option', 'vad'], '--agent-option vad is not of the form name=value', 'vad.threshold=0.5'],
    [['--detector-option', 'hangover=1'], "detector option 'hangover' does not exist", 'hangoverMs'],
    [['--detector-option', 'hangoverMs=1'], 'detector option hangoverMs=1 is out of range', 'from 20 to 1500'],
    [['--clock', 'virtual', '--agent', 'remote'], '--clock virtual: the agent remote does not run in this process', '--clock realtime'],
    [['--clock', 'realtime', '--jobs', '2'], '--jobs 2 has no effect in real time', '--concurrency'],
    [['--concurrency', '2'], '--concurrency 2 has no effect on the virtual clock', '--clock realtime'],
    [['--resume'], '--resume does not say which run to go on with', '--output'],
    [['--force'], '--force does not say which run to replace', '--output'],
    [['--resume', '--force', '--output', 'x'], '--resume and --force exclude each other', '--force to replace'],
    [['--resume', '--output', 'no/such/run'], '--resume: there is no run in no/such/run', 'leave --resume out'],
    [['--output', ''], "--output '' names no folder", '--output results/'],
    [['--gate', 'p95 <= 250', '--gate', 'p96 <= 250'], 'p96', "did you mean 'p95'?"],
    [['--gate', 'interrupt_rate@150 >= 1%'], '150', '--within'],
    [['--gate-on', 'bounds'], '--gate-on bounds is not known', "did you mean 'bound'?"],
    [['--baseline', '../main'], '--baseline ../main is not the name of a baseline', 'letters, digits, dots, underscores or hyphens'],
    [['--save-baseline', ''], "--save-baseline '' is not the name of a baseline", 'e.g. main'],
    [['--save-baseline', 'main', '--shard', '1/2'], '--save-baseline main: shard 1/2 holds only a part of the attempts', 'bargein merge'],
    [['--fail-on-regression'], '--fail-on-regression has nothing to compare with', '--baseline'],
    [['--report', 'junit,pdf'], '--report pdf is not known', 'html, json, junit, markdown, github, none'],
    [['--report', 'junit,none'], '--report junit,none asks for reports and for none', 'leave none out'],
    [['--shard', '3'], '--shard 3 is not of the form index/total', '--shard 2/4'],
    [['--label', ''], "--label '' cannot be used", '1 to 100 characters'],
    [['--agent', 'broken'], "agent 'broken' does not exist", 'reference:before'],
    [['--limmit', '3'], "unknown option '--limmit'", 'did you mean --limit?'],
    [['--limit'], "option '--limit <n>' argument missing", '`bargein run --help` shows what there is'],
    [['extra'], "too many arguments for 'run'", '`bargein run --help` shows what there is'],
  ])('%j', async (words, message, hint) => {
    expect(await call('run', ...words)).toBe(exitCode.usage);
    const [first, second, ...rest] = terminal.stderr.split('\n');
    expect(first).toMatch(/^error: /);
    expect(first).toContain(message);
    expect(second).toMatch(/^ {2}try: /);
    expect(second).toContain(hint);
    expect(rest).toEqual(['']);
    expect(terminal.stdout).toBe('');
    expect(backend.configs).toEqual([]);
  });

  it('names a fault of ours as one, with the stack only on request', async () => {
    backend.during = () => {
      throw new TypeError('x is undefined');
    };
    expect(await call('run')).toBe(exitCode.internal);
    expect(terminal.stderr).toBe(
      'error: this is a fault of bargein: x is undefined\n  try: report it with the command line and the output of `BARGEIN_DEBUG=1`, which adds the stack\n',
    );
    terminal.stderr = '';
    terminal.env = { BARGEIN_DEBUG: '1' };
    expect(await call('run')).toBe(exitCode.internal);
    expect(terminal.stderr).toMatch(/x is undefined\nTypeError: x is undefined\n +at /);
  });
});

describe('bargein run: what is printed and how it ends', () => {
  it('prints the summary and where the files are', async () => {
    expect(await call('run', '--output', 'results/none-such')).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('reference:after');
    expect(terminal.stdout).toMatch(/Results: results\/none-such \(attempts\.csv, summary\.csv, run\.json, report\.html\)\n$/);
    expect(terminal.stderr).toBe('');
  });

  it('prints one JSON document and nothing else on standard output', async () => {
    backend.during = ({ progress }) => {
      progress?.({ phase: 'replaying', done: 1, total: 2, p50Ms: null, rate: null, rateLimitMs: null, elapsedMs: 1, etaMs: null });
    };
    expect(await call('run', '--json')).toBe(exitCode.ok);
    const { run, summary } = JSON.parse(terminal.stdout) as { run: { agent: string }; summary: { groups: unknown[] } };
    expect(run.agent).toBe('reference:after');
    expect(summary.groups).toHaveLength(1);
    expect(terminal.stderr).toBe('replaying 1/2 (50 %)\n');
  });

  it('ends with 3 where the run cannot be trusted, and says why beside the JSON too', async () => {
    backend.info = { untrusted: ['the error bar is 12.0 ms, limit 10 ms'] };
    expect(await call('run', '--json')).toBe(exitCode.untrusted);
    expect(terminal.stderr).toBe('untrusted: the error bar is 12.0 ms, limit 10 ms\n');
    expect(await call('run')).toBe(exitCode.untrusted);
    expect(terminal.stdout).toContain('12.0 ms');
  });

  it('prints gates and baseline below the summary, then what reports have for standard output, and ends with 1', async () => {
    backend.verdict = {
      gates: [{ gate: parseGate('p95 <= 250', [100]), passed: false, estimate: 300, lo: 280, hi: 320, judged: 320, by: 'bound', reason: 'upper end of the 95 % interval 320.0 ms, not <= 250.0 ms' }],
      failures: ['gate p95 <= 250: upper end'],
      baseline: { refused: 'the run failed' },
    };
    backend.printed = '::error ::p95\n';
    expect(await call('run', '--output', 'results/none-such', '--report', 'junit,github')).toBe(exitCode.gateFailed);
    const { stdout } = terminal;
    const order = ['reference:after', 'Gates: 0 of 1 passed', 'FAIL p95 <= 250', 'Not kept as a baseline: the run failed', 'Results: results/none-such (attempts.csv, summary.csv, run.json, junit.xml)\n::error ::p95\n'];
    const places = order.map((text) => stdout.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(stdout.endsWith('::error ::p95\n')).toBe(true);
  });

  it('says on standard error why it failed where standard output is JSON', async () => {
    backend.verdict = { failures: ['p95 regressed against main'] };
    backend.printed = '::error ::p95\n';
    expect(await call('run', '--json')).toBe(exitCode.gateFailed);
    expect(JSON.parse(terminal.stdout)).toHaveProperty('summary');
    expect(terminal.stderr).toBe('failed: p95 regressed against main\n::error ::p95\n');
  });

  it.each([
    [{ untrusted: ['too few'] }, false, exitCode.untrusted],
    [{ untrusted: ['too few'] }, true, exitCode.interrupted],
    [{}, false, exitCode.gateFailed],
  ])('a failed gate comes after %j and interrupted %j', async (info, interrupted, code) => {
    backend.verdict = { failures: ['gate'] };
    backend.info = info;
    backend.interrupted = interrupted;
    expect(await call('run')).toBe(code);
  });

  it('compares with the baseline and says where a new one was kept', async () => {
    backend.verdict = { comparison: sampleComparison, baseline: { saved: 'results/baselines/main', replaced: null } };
    expect(await call('run', '--baseline', 'main', '--save-baseline', 'main')).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('regressed');
    expect(terminal.stdout).toMatch(/\n\nKept as a baseline: results\/baselines\/main\n\nResults: /);
    expect(terminal.stdout).toContain('compare.csv, compare-flips.csv');
  });

  it('says which run a new baseline has replaced, and so does the JSON', async () => {
    const replaced = { runId: 'old1', label: 'v1', startedAt: null };
    backend.verdict = { baseline: { saved: 'results/baselines/main', replaced } };
    expect(await call('run', '--save-baseline', 'main')).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('Kept as a baseline: results/baselines/main, in the place of run old1 (label v1)\n');
    terminal.stdout = '';
    expect(await call('run', '--save-baseline', 'main', '--json')).toBe(exitCode.ok);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ baseline: { saved: 'results/baselines/main', replaced } });
    terminal.stdout = '';
    backend.verdict = { baseline: { refused: 'the run cannot be trusted' } };
    expect(await call('run', '--save-baseline', 'main', '--json')).toBe(exitCode.ok);
    expect(JSON.parse(terminal.stdout)).toMatchObject({ baseline: { refused: 'the run cannot be trusted' } });
    expect(terminal.stderr).toContain('not kept as a baseline: the run cannot be trusted\n');
  });

  it('ends with 130 after Ctrl-C, before 3, and says how to go on', async () => {
    backend.info = { untrusted: ['too few'], unfinished: 7 };
    backend.interrupted = true;
    backend.during = ({ signal }) => {
      expect(signal?.aborted).toBe(false);
      terminal.controller.abort();
      expect(signal?.aborted).toBe(true);
    };
    expect(await call('run', '--output', 'results/none-such')).toBe(exitCode.interrupted);
    expect(terminal.stderr).toContain('interrupted: 7 attempts were not measured\n  try: the same command with `--output results/none-such --resume` goes on\n');
  });

  it('ends with 0 where --max-duration stopped it', async () => {
    backend.info = { unfinished: 1 };
    expect(await call('run', '--max-duration', '5s')).toBe(exitCode.ok);
    expect(terminal.stderr).toContain('stopped early (--max-duration): 1 attempt was not measured');
  });

  it('says that it gave up where too many attempts errored', async () => {
    backend.info = { unfinished: 3 };
    backend.results = Array.from({ length: 5 }, (_, i) => makeResult({ id: `f${i}` }, { ...unmeasured, outcome: 'errored', error: 'it hung up' }));
    await call('run', '--output', 'results/none-such');
    expect(terminal.stderr).toContain('given up: 5 of 5 attempts errored; 3 attempts were not measured\n  try: read the column `error` of attempts.csv, mend that, and run it anew\n');
    expect(terminal.stderr).not.toContain('--resume');
  });

  it('only plans with --dry-run', async () => {
    expect(await call('run', '--dry-run', '--profile', 'quick', '--output', 'results/none-such')).toBe(exitCode.ok);
    expect(terminal.stdout).toBe(
      [
        'agent      reference:after',
        'attempts   60 (profile quick, seed 1)',
        'wall time  about 4 s (virtual clock)',
        'audio      12.3 minutes to the agent, about 23.4 from it',
        'results    results/none-such',
        'left out   3: no audio engine',
        '',
      ].join('\n'),
    );
    terminal.stdout = '';
    expect(await call('run', '--dry-run', '--json')).toBe(exitCode.ok);
    expect(JSON.parse(terminal.stdout)).toEqual({ attempts: 60, wall_ms: 4200, warm_ups: 0, audio_minutes: 12.34, downlink_minutes: 23.45, left_out: [{ reason: 'no audio engine', count: 3 }] });
  });
});

describe('traces', () => {
  it('says on standard error what became of them, and leaves the exit code alone', async () => {
    backend.exports = [
      { destination: 'spans.jsonl', what: 'spans', attempts: 1, failure: null },
      { destination: 'http://127.0.0.1:9/v1/traces', what: 'spans', attempts: 0, failure: { message: 'http://127.0.0.1:9/v1/traces: nobody listens there', hint: 'start the collector' } },
    ];
    expect(await call('run', '--output', 'results/x', '--otlp', 'http://127.0.0.1:9')).toBe(exitCode.ok);
    expect(terminal.stderr).toContain('spans of 1 attempt: spans.jsonl\n');
    expect(terminal.stderr).toContain('spans not exported: http://127.0.0.1:9/v1/traces: nobody listens there\n  try: start the collector\n');
    expect(terminal.stderr).toContain('`bargein measure results/x --otlp`');
  });

  it.each([
    [['--otlp', 'localhost:4318'], '--otlp: the address begins with localhost:'],
    [['--otlp-listen', '4318'], '--otlp-listen 4318 is not of the form host:port'],
    [['--otlp-listen', '127.0.0.1:70000'], 'not of the form host:port'],
  ])('refuses %j before anything is measured', async (words, problem) => {
    expect(await call('run', ...words)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(problem);
    expect(backend.configs).toEqual([]);
  });

  it('refuses what the variables of OpenTelemetry say where they count', async () => {
    terminal.env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(await call('run', '--otlp')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'");
    terminal.stderr = '';
    expect(await call('run')).toBe(exitCode.ok);
  });
});

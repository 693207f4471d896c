import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { BargeinError, exitCode } from '../../src/errors.js';
import type { RunConfig } from '../../src/types.js';
import { FakeBackend, FakeTerminal } from './fake.js';
import { callRun, configFile, folderOf } from './run-call.js';

let terminal: FakeTerminal;
let backend: FakeBackend;

beforeEach(() => {
  terminal = new FakeTerminal();
  backend = new FakeBackend();
});

const call = (...words: string[]) => callRun(words, terminal, backend);

async function configOf(...words: string[]): Promise<RunConfig> {
  expect(await call(...words), terminal.stderr).toBe(exitCode.ok);
  return backend.configs[0];
}

describe('flag before variable before file before default', () => {
  it.each([
    [['--limit', '1'], '2', { limit: 3 }, 1],
    [[], '2', { limit: 3 }, 2],
    [[], undefined, { limit: 3 }, 3],
    [[], '', { limit: 3 }, 3],
    [['--limit', '1'], undefined, {}, 1],
    [[], undefined, {}, null],
  ])('%j, BARGEIN_LIMIT=%s, %j', async (words, variable, content, limit) => {
    terminal.env = { BARGEIN_LIMIT: variable };
    expect((await configOf('--config', configFile(content), ...words)).limit).toBe(limit);
  });

  it('counts a flag that equals its default as given', async () => {
    terminal.env = { BARGEIN_SEED: '7' };
    expect((await configOf('--seed', '1')).seed).toBe(1);
  });

  it('takes every key of a file', async () => {
    const content = {
      agent: 'reference:before', agentOptions: { 'vad.threshold': 0.4, flush: true }, corpus: 'mine', profile: 'standard', conditions: ['echo', 'telephone'],
      filters: ['persona=soft', 'intent=interruption'], limit: 10, repeat: 2, seed: 7, shard: '2/4', within: [500, 100], playoutMs: 0, detector: 'energy',
      detectorOptions: { hangoverMs: 150 }, clock: 'virtual', jobs: 3, concurrency: 5, warmup: 3, reuseSession: true, promptAudio: 'ask.wav', promptText: 'Hello?', retries: 0, attemptTimeout: '90s', maxDuration: 120, clockCheck: false,
      gates: ['interrupt_rate@100 >= 0.85', 'p95 <= 250'], gateOn: 'point', baseline: 'main', failOnRegression: true, output: 'out/x', label: 'build 1',
      keepAudio: 'none', json: true, quiet: true, reports: ['junit', 'github'], otlp: true, otlpFile: 'spans.jsonl', otlpListen: '[::1]:4318',
    };
    const file = configFile(content);
    expect(await configOf('--config', file)).toEqual({
      agent: 'reference:before', agentOptions: { 'vad.threshold': 0.4, flush: true }, corpusDir: join(dirname(file), 'mine'), profile: 'standard', conditions: ['echo', 'telephone'],
      filter: ['persona=soft', 'intent=interruption'], limit: 10, repeat: 2, seed: 7, shard: { index: 2, of: 4 }, withinMs: [100, 500], playoutMs: 0, detector: 'energy',
      detectorOptions: { hangoverMs: '150' }, clock: 'virtual', jobs: 3, concurrency: 1, warmUps: 0, reuseSession: false, promptAudio: join(dirname(file), 'ask.wav'), promptText: 'Hello?', retries: 0, attemptTimeoutMs: 90_000, maxDurationMs: 120_000, agreementAttempts: 0,
      gates: ['interrupt_rate@100 >= 0.85', 'p95 <= 250'], gateOn: 'point', baseline: 'main', failOnRegression: true, saveBaseline: null, outputDir: join(dirname(file), 'out/x'),
      existing: 'refuse', label: 'build 1', keepAudio: 'none', reports: ['junit', 'github'], calibrationAttempts: 60,
      otlp: 'environment', otlpFile: join(dirname(file), 'spans.jsonl'), otlpListen: '[::1]:4318',
    });
    expect(JSON.parse(terminal.stdout)).toHaveProperty('summary');
  });

  it('takes texts where a file has them for a list', async () => {
    expect(await configOf('--config', configFile({ within: '200,100', conditions: 'echo', filters: 'persona=soft', gates: 'p95 <= 250', reports: 'json' }))).toMatchObject({
      withinMs: [100, 200], conditions: ['echo'], filter: ['persona=soft'], gates: ['p95 <= 250'], reports: ['json'],
    });
  });

  it('takes variables: several values with semicolons or in lines, switches as true or false', async () => {
    terminal.env = {
      BARGEIN_AGENT: 'reference:before', BARGEIN_AGENT_OPTION: 'vad.threshold=0.4; flush=true', BARGEIN_CONDITION: 'echo,telephone', BARGEIN_FILTER: 'persona=soft\nintent=interruption\n',
      BARGEIN_WITHIN: '100', BARGEIN_PLAYOUT_MS: '0', BARGEIN_ATTEMPT_TIMEOUT: '90s', BARGEIN_CLOCK_CHECK: 'false', BARGEIN_GATE: 'p50 <= 200;p95 <= 250', BARGEIN_REPORT: 'json,github',
      BARGEIN_QUIET: '1', BARGEIN_BASELINE: 'main', BARGEIN_FAIL_ON_REGRESSION: 'true', BARGEIN_SHARD: '1/2', BARGEIN_DETECTOR_OPTION: 'hangoverMs=150',
    };
    expect(await configOf()).toMatchObject({
      agent: 'reference:before', agentOptions: { 'vad.threshold': 0.4, flush: true }, conditions: ['echo', 'telephone'], filter: ['persona=soft', 'intent=interruption'], withinMs: [100],
      playoutMs: 0, attemptTimeoutMs: 90_000, agreementAttempts: 0, gates: ['p50 <= 200', 'p95 <= 250'], reports: ['json', 'github'], baseline: 'main', failOnRegression: true,
      shard: { index: 1, of: 2 }, detectorOptions: { hangoverMs: '150' },
    });
  });

  it('replaces lists whole, but merges options by name', async () => {
    terminal.env = { BARGEIN_AGENT_OPTION: 'b=2;c=2', BARGEIN_FILTER: 'intent=noise' };
    const file = configFile({ agentOptions: { a: 1, b: 1, c: 1 }, filters: ['persona=soft', 'persona=angry'] });
    expect(await configOf('--config', file, '--agent-option', 'c=3')).toMatchObject({ agentOptions: { a: 1, b: 2, c: 3 }, filter: ['intent=noise'] });
  });

  it('turns a switch of the file off by a variable', async () => {
    terminal.env = { BARGEIN_QUIET: 'false', BARGEIN_JSON: '0' };
    await configOf('--config', configFile({ quiet: true, json: true }));
    expect(() => JSON.parse(terminal.stdout) as unknown).toThrow();
  });

  it('ignores what a file says of the other clock, and what is empty', async () => {
    const file = configFile({ jobs: 4, concurrency: 3, gates: [], reports: [], filters: [], agentOptions: {} });
    expect(await configOf('--config', file)).toMatchObject({ clock: 'virtual', jobs: 4, concurrency: 1, gates: [], reports: [] });
    backend.configs.length = 0;
    expect(await configOf('--config', file, '--agent', 'remote')).toMatchObject({ clock: 'realtime', jobs: 0, concurrency: 3 });
    expect(await call('--config', file, '--agent', 'remote', '--jobs', '2')).toBe(exitCode.usage);
  });
});

describe('which file', () => {
  it('is named by a flag before BARGEIN_CONFIG, and --no-config goes without', async () => {
    terminal.env = { BARGEIN_CONFIG: configFile({ limit: 2 }) };
    expect((await configOf()).limit).toBe(2);
    backend.configs.length = 0;
    expect((await configOf('--config', configFile({ limit: 3 }))).limit).toBe(3);
    backend.configs.length = 0;
    expect((await configOf('--no-config')).limit).toBeNull();
  });
});

describe('agents of the file', () => {
  const content = {
    agents: { staging: { agent: 'reference:before', options: { 'guard.ms': 1, 'tts.queueMs': 100 } } },
    agentOptions: { 'guard.ms': 0, flush: true },
  };

  it('are picked by name, their options before agentOptions and after flags', async () => {
    const file = configFile(content);
    expect(await configOf('--config', file, '--agent', 'staging', '--agent-option', 'tts.queueMs=200')).toMatchObject({ agent: 'reference:before', agentOptions: { 'guard.ms': 1, 'tts.queueMs': 200, flush: true } });
    backend.configs.length = 0;
    expect(await configOf('--config', configFile({ ...content, agent: 'staging' }))).toMatchObject({ agent: 'reference:before', agentOptions: { 'guard.ms': 1, 'tts.queueMs': 100, flush: true } });
    backend.configs.length = 0;
    expect(await configOf('--config', file)).toMatchObject({ agent: 'reference:after', agentOptions: { 'guard.ms': 0, flush: true } });
  });

  it('are named where one does not exist', async () => {
    const file = configFile({ agents: { ...content.agents, gone: { agent: './broken.js' } } });
    const load = async () => ({ ...(await backend.load()), makeAgent: () => Promise.reject(new BargeinError("agent './broken.js' does not exist", 'check the path')) });
    expect(await callRun(['--config', file, '--agent', 'gone'], terminal, Object.assign(new FakeBackend(), { load }))).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(`error: ${file}: agents.gone.agent (picked by --agent): agent './broken.js' does not exist\n`);
  });
});

describe('mistakes name the variable, or file and key', () => {
  it.each([
    [{ limit: 0 }, 'limit 0 is out of range', 'give a whole number of 1 or more'],
    [{ profile: 'ful' }, 'profile ful is not known', "did you mean 'full'?"],
    [{ within: [60, 0.5] }, 'within 0.5 is not a whole number', 'from 1 to 10000'],
    [{ conditions: ['echoo'] }, 'conditions echoo is not known', "did you mean 'echo'?"],
    [{ attemptTimeout: '5x' }, 'attemptTimeout 5x is not a time', 'e.g. 500ms'],
    [{ detectorOptions: { hangover: 1 } }, "detectorOptions: detector option 'hangover' does not exist", 'hangoverMs'],
    [{ agentOptions: { url: '' } }, 'agentOptions url= is not of the form name=value', 'write e.g. vad.threshold=0.5'],
    [{ shard: '5/4' }, 'shard 5/4 names no shard', '1/4 to 4/4'],
    [{ baseline: '../x' }, 'baseline ../x is not the name of a baseline', '1 to 64 letters'],
    [{ gates: ['p95 <= 250', 'p96 <= 1'] }, 'gates', 'p95'],
    [{ failOnRegression: true }, 'failOnRegression has nothing to compare with', '--baseline'],
    [{ clock: 'virtual', agent: 'remote' }, 'clock virtual: the agent remote does not run in this process', 'use --clock realtime, or take it out there'],
    [{ agent: 'broken' }, "agent: agent 'broken' does not exist", 'reference:before'],
  ])('%j', async (content, message, hint) => {
    const file = configFile(content);
    expect(await call('--config', file)).toBe(exitCode.usage);
    const [first, second, ...rest] = terminal.stderr.split('\n');
    expect(first).toContain(`error: ${file}: ${message}`);
    expect(second).toContain(hint);
    expect(rest).toEqual(['']);
    expect(backend.configs).toEqual([]);
  });

  it.each([
    ['BARGEIN_LIMIT', 'ten', 'BARGEIN_LIMIT ten is not a whole number'],
    ['BARGEIN_QUIET', 'yes', 'BARGEIN_QUIET yes is neither true nor false'],
    ['BARGEIN_AGENT', 'broken', "BARGEIN_AGENT: agent 'broken' does not exist"],
    ['BARGEIN_AGENT_OPTION', 'vad', 'BARGEIN_AGENT_OPTION vad is not of the form name=value'],
    ['BARGEIN_SAVE_BASELINE', 'a/b', 'BARGEIN_SAVE_BASELINE a/b is not the name of a baseline'],
    ['BARGEIN_CONFIG', 'none.json', 'none.json: no such file or folder'],
  ])('%s=%s', async (name, value, message) => {
    terminal.env = { [name]: value };
    expect(await call()).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(`error: ${message}`);
  });

  it('are found in a file also where a flag comes before them', async () => {
    expect(await call('--config', configFile({ limit: 0 }), '--limit', '5')).toBe(exitCode.usage);
  });

  it('points at variables that were probably meant', async () => {
    terminal.env = { BARGEIN_AGNT: 'x', BARGEIN_OUR_OWN_DEPLOYMENT_NAME: 'y', BARGEIN_DEBUG: '1', BARGEIN_SHARD_TOTAL: '1' };
    await configOf();
    expect(terminal.stderr).toBe('BARGEIN_AGNT sets nothing: did you mean BARGEIN_AGENT?\n');
  });
});

describe('--print-config', () => {
  const ts = "export default { agents: { staging: { agent: 'reference:before', options: { 'vad.threshold': 0.4 } } }, within: [100, 200], gates: ['interrupt_rate@100 >= 0.85', 'false_yield_rate[backchannel] <= 5%'] };";

  it('shows every value with where it comes from in 80 columns, and runs nothing', async () => {
    terminal.env = { BARGEIN_SEED: '5', BARGEIN_SECRET: 'hush' };
    const file = join(folderOf({ 'bargein.config.ts': ts }), 'bargein.config.ts');
    expect(await call('--config', file, '--agent', 'staging', '--limit', '10', '--jobs', '2', '--corpus', 'mine', '--output', 'results/x', '--print-config')).toBe(exitCode.ok);
    expect(backend.configs).toEqual([]);
    expect(Math.max(...terminal.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(terminal.stdout).not.toContain('hush');
    await expect(terminal.stdout.replaceAll(file, 'FOLDER/bargein.config.ts')).toMatchFileSnapshot('../golden/print-config.txt');
  });

  it('as JSON has file, value, kind and place', async () => {
    const file = join(folderOf({ 'bargein.config.ts': ts }), 'bargein.config.ts');
    terminal.env = { BARGEIN_SEED: '5', CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' };
    expect(await call('--config', file, '--agent', 'staging', '--print-config', '--json')).toBe(exitCode.ok);
    const shown = JSON.parse(terminal.stdout) as { file: string; settings: Record<string, unknown> };
    expect(shown.file).toBe(file);
    expect(shown.settings).toMatchObject({
      agent: { value: 'reference:before', from: 'file', place: `${file}: agents.staging.agent (picked by --agent)` },
      'agentOptions.vad.threshold': { value: 0.4, from: 'file', place: `${file}: agents.staging.options` },
      within: { value: [100, 200], from: 'file', place: `${file}: within` },
      seed: { value: 5, from: 'variable', place: 'BARGEIN_SEED' },
      shard: { value: '2/3', from: 'variable', place: 'CI_NODE_INDEX and CI_NODE_TOTAL' },
      limit: { value: null, from: 'default', place: 'default' },
      json: { value: true, from: 'flag', place: '--json' },
    });
    expect(terminal.stderr).toBe('');
  });
});

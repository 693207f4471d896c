import { beforeEach, describe, expect, it } from 'vitest';
import { BargeinError, exitCode } from '../../src/errors.js';
import { FakeBackend, FakeTerminal } from './fake.js';
import { callRun, configFile } from './run-call.js';

let terminal: FakeTerminal;
let backend: FakeBackend;

beforeEach(() => {
  terminal = new FakeTerminal();
  backend = new FakeBackend();
});

const call = (content: unknown, ...words: string[]) => callRun(['--config', configFile(content), ...words], terminal, backend);
const grid = { 'vad.threshold': '0.4:0.6:0.1' };
const sweeps = (bad: object) => ({ sweeps: { good: { params: grid }, bad } });

describe('agents and sweeps that nothing picks are looked at too', () => {
  it.each([
    [{ agents: { old: { agent: 'refrence:before' } } }, "agents.old.agent: there is no agent 'refrence:before'", "did you mean 'reference:before'?"],
    [{ agents: { old: { agent: 'reference:befor' } } }, "agents.old.agent: agent 'reference' has no preset 'befor'", "did you mean 'reference:before'?"],
    [{ agents: { old: { agent: 'reference', options: { 'vad.treshold': 0.5 } } } }, "agents.old.options: agent 'reference:after' has no option 'vad.treshold'", "did you mean 'vad.threshold'?"],
    [{ agents: { old: { agent: 'reference', options: { 'vad.threshold': 5 } } } }, 'agents.old.options: agent option vad.threshold=5', ''],
    [sweeps({ params: {} }), 'sweeps.bad.params names no parameter', 'vad.threshold'],
    [sweeps({ params: { 'vad.threshold': [] } }), 'sweeps.bad.params.vad.threshold is an empty list', 'at least one value'],
    [sweeps({ params: { 'vad.threshold': '0.6:0.4:0.1' } }), 'sweeps.bad.params vad.threshold=0.6:0.4:0.1 runs backwards', 'smaller end first'],
    [sweeps({ params: { a: '1:100:1', b: '1:100:1' } }), 'sweeps.bad.params: the grid has 10000 points', 'fewer values'],
    [sweeps({ params: grid, maxFalseYield: 'few' }), 'sweeps.bad.maxFalseYield few is not a share', '5%'],
    [sweeps({ params: grid, objectiveWithin: 0.5 }), 'sweeps.bad.objectiveWithin 0.5 is not a whole number', ''],
    [sweeps({ params: grid, reference: { 'vad.treshold': 0.5 } }), "sweeps.bad.reference vad.treshold=0.5: 'vad.treshold' is not swept", 'vad.threshold'],
    [sweeps({ params: grid, reference: { 'vad.threshold': 0.7 } }), 'sweeps.bad.reference vad.threshold=0.7 is no point of the grid', '0.4, 0.5, 0.6'],
    [sweeps({ params: grid, agent: 'refrence' }), "sweeps.bad.agent: there is no agent 'refrence'", ''],
    [sweeps({ params: { 'vad.treshold': '0.4,0.5' }, agent: 'reference' }), "sweeps.bad.params: agent 'reference:after' has no option 'vad.treshold'", "did you mean 'vad.threshold'?"],
    [{ ...sweeps({ params: { 'vad.threshold': '0.4,5' }, agent: 'mine' }), agents: { mine: { agent: 'reference:before' } } }, 'sweeps.bad.params: agent option vad.threshold=5', ''],
  ])('%j', async (content, message, hint) => {
    expect(await call(content)).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(`bargein.config.json: ${message}`);
    expect(terminal.stderr.split('\n')[1]).toContain(hint);
    expect(backend.configs).toEqual([]);
  });

  it('without starting agents that run elsewhere, nor guessing the agent of a sweep', async () => {
    const content = { agents: { theirs: { agent: './no-such-agent.js', options: { x: 1 } } }, sweeps: { any: { params: { 'of.theirs': '1,2' } }, named: { agent: 'theirs', params: { y: [1] } } } };
    expect(await call(content), terminal.stderr).toBe(exitCode.ok);
  });
});

describe('empty lists mean what they say', () => {
  it.each([['within'], ['conditions']])('%s: none is an error', async (key) => {
    expect(await call({ [key]: [] })).toBe(exitCode.usage);
    expect(terminal.stderr).toContain(`bargein.config.json: ${key} is an empty list\n  try: give at least one value`);
  });

  it('gates, filters and reports: none, and the file says so', async () => {
    expect(await call({ gates: [], filters: [], reports: [] }, '--print-config', '--json')).toBe(exitCode.ok);
    const { settings } = JSON.parse(terminal.stdout) as { settings: Record<string, { value: unknown; from: string }> };
    for (const key of ['gates', 'filters', 'reports']) expect(settings[key]).toMatchObject({ value: [], from: 'file' });
  });

  it('but a flag comes before them', async () => {
    expect(await call({ gates: [] }, '--gate', 'p95 <= 250')).toBe(exitCode.ok);
    expect(backend.configs[0].gates).toEqual(['p95 <= 250']);
  });
});

describe('a gate that the benchmark refuses', () => {
  it('points to where it stands', async () => {
    backend.during = () => {
      throw new BargeinError("gate 'p50[echo] <= 90': the run has no attempts of condition 'echo'", 'change --condition');
    };
    expect(await call({ gates: ['p50[echo] <= 90'] }, '--quiet')).toBe(exitCode.usage);
    expect(terminal.stderr).toContain("bargein.config.json: gates: gate 'p50[echo] <= 90': the run has no attempts");
    terminal.stderr = '';
    expect(await call({}, '--gate', 'p50[echo] <= 90', '--quiet')).toBe(exitCode.usage);
    expect(terminal.stderr).toMatch(/^error: gate 'p50\[echo\] <= 90'/);
  });
});

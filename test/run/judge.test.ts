import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planRun, runBenchmark } from '../../src/benchmark.js';
import { saveBaseline } from '../../src/run/baseline.js';
import { standardsOf } from '../../src/run/judge.js';
import { prepareRun } from '../../src/run/prepare.js';
import type { RunConfig } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const from = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bargein-judge-'));
  process.chdir(folder);
});
afterEach(() => process.chdir(from));

const config = (more: Partial<RunConfig>) => runConfig({ outputDir: 'results/x', ...more });
const hooks = { progress: () => {}, signal: new AbortController().signal };

describe('what a run is held to is checked before it is measured', () => {
  it.each([
    [{ gates: ['interrupt_rate@100[echo] >= 0.5'], conditions: ['clean'] }, "no attempts of condition 'echo'"],
    [{ gates: ['p50[agent_clip=nope] <= 200'] }, "no attempts of agent_clip 'nope'"],
    [{ gates: ['interrupt_rate@80 >= 0.5'] }, 'no latency limit of 80 ms'],
    [{ gates: ['p95 <= 250'], baseline: 'nowhere' }, 'results/baselines/nowhere'],
  ] as [Partial<RunConfig>, string][])('by a run and by a dry run: %j', async (more, message) => {
    await expect(planRun(config(more))).rejects.toThrow(message);
    await expect(runBenchmark(config(more), hooks)).rejects.toThrow(message);
    expect(existsSync('results')).toBe(false);
  });

  it('for a shard against the attempts of all shards', async () => {
    const { plan } = await prepareRun(config({ limit: 16 }));
    const [first, second] = [1, 2].map((index) => ({ index, of: 2 }));
    const clipsOf = async (shard: typeof first) => new Set((await prepareRun(config({ shard }))).plan.attempts.filter(({ intent }) => intent === 'interruption').map(({ agentClip }) => agentClip));
    const [own, others] = [await clipsOf(first), await clipsOf(second)];
    const elsewhere = [...others].find((clip) => !own.has(clip)) as string;
    expect(plan.attempts.some(({ agentClip }) => agentClip === elsewhere)).toBe(true);
    const gates = [`p50[agent_clip=${elsewhere}] <= 200`];
    expect(await standardsOf(await prepareRun(config({ shard: first, gates })))).toEqual({ gates: [], baseline: null });
    await expect(prepareRun(config({ shard: first, gates: ['p50[agent_clip=nope] <= 200'] })).then(standardsOf)).rejects.toThrow("no attempts of agent_clip 'nope'");
  });
});

describe('keeping a baseline', () => {
  const whole = { untrusted: [], unfinished: 0 };
  const keep = () => saveBaseline(config({ saveBaseline: 'main' }), whole, []);
  const leave = (runJson: string) => {
    mkdirSync('results/x', { recursive: true });
    for (const name of ['attempts.csv', 'summary.csv']) writeFileSync(join('results/x', name), 'x');
    writeFileSync('results/x/run.json', runJson);
  };

  it('says whose place it took', () => {
    leave('{ "runId": "one", "label": "v1", "startedAt": "2026-01-02T03:04:05.000Z" }');
    expect(keep()).toEqual({ saved: 'results/baselines/main', replaced: null });
    leave('{ "runId": "two", "label": "v2", "startedAt": null }');
    expect(keep()).toEqual({ saved: 'results/baselines/main', replaced: { runId: 'one', label: 'v1', startedAt: '2026-01-02T03:04:05.000Z' } });
    expect(keep()).toMatchObject({ replaced: { runId: 'two', label: 'v2', startedAt: null } });
    expect(readdirSync('results/baselines')).toEqual(['main']);
  });

  it('takes the place of one that cannot be read', () => {
    leave('{');
    keep();
    expect(keep()).toMatchObject({ replaced: { runId: null, label: null, startedAt: null } });
  });

  it('does not happen for a run that is no standard', () => {
    leave('{}');
    expect(saveBaseline(config({ saveBaseline: 'main' }), whole, ['gate'])).toEqual({ refused: 'the run failed' });
    expect(saveBaseline(config({}), whole, [])).toBeNull();
    expect(existsSync('results/baselines')).toBe(false);
  });
});

import { appendFileSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { defaultCorpusDir } from '../../src/corpus/load.js';
import { loadResults } from '../../src/report/results.js';
import type { SavedRun } from '../../src/report/results.js';
import { gatherSavedTimelines } from '../../src/run/timelines.js';
import type { RunInfo } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-timelines-'));
const at = (name: string) => join(folder, name);
let run: SavedRun;
const gather = (name: string, info: Partial<RunInfo> = {}, corpus = defaultCorpusDir) => gatherSavedTimelines({ ...run.info, ...info }, at(name), run.results, corpus);

beforeAll(async () => {
  await runBenchmark(runConfig({ outputDir: at('run'), limit: 24, calibrationAttempts: 3, reports: ['html'] }), { progress: () => {}, signal: new AbortController().signal });
  run = loadResults(at('run'));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the timelines of a run', () => {
  it('are there for each attempt, with sound for failures and the file where it was kept', async () => {
    const { byAttempt, missing } = await gather('run');
    expect(missing).toBeNull();
    expect([...byAttempt.keys()].sort()).toEqual(run.results.map(({ attempt }) => attempt.id).sort());
    const failed = run.results.find(({ outcome, attempt }) => outcome === 'yielded' && attempt.intent === 'backchannel');
    expect(failed).toBeDefined();
    expect(byAttempt.get(failed?.attempt.id ?? '')).toMatchObject({ file: `audio/${failed?.attempt.id}.wav`, audio: expect.stringMatching(/^UklGR/) });
    const held = run.results.find(({ outcome }) => outcome === 'held');
    expect(byAttempt.get(held?.attempt.id ?? '')).toMatchObject({ file: null, audio: null });
  });

  it('have no sound where none was kept', async () => {
    cpSync(at('run'), at('unkept'), { recursive: true });
    rmSync(at('unkept/audio'), { recursive: true });
    const { byAttempt } = await gather('unkept');
    expect(byAttempt.size).toBe(run.results.length);
    expect([...byAttempt.values()].every(({ audio, file }) => audio === null && file === null)).toBe(true);
    await runBenchmark(runConfig({ outputDir: at('none'), limit: 6, keepAudio: 'none', calibrationAttempts: 3, reports: ['html'] }), { progress: () => {}, signal: new AbortController().signal });
    expect(readFileSync(at('none/report.html'), 'utf8')).not.toContain('UklGR');
  }, 120_000);

  it('are in the report that the run has written', () => expect(statSync(at('run/report.html')).size).toBeGreaterThan(100_000));

  it('are none where there is no journal, or one of another run, and the set says so', async () => {
    cpSync(at('run'), at('without'), { recursive: true });
    unlinkSync(at('without/journal.jsonl'));
    expect(await gather('without')).toEqual({ byAttempt: new Map(), missing: 'there are no recordings (journal.jsonl) beside this report' });
    expect((await gather('run', { runKey: 'another' })).missing).toBe('journal.jsonl is of another run');
    copyFileSync(at('run/attempts.csv'), at('without/journal.jsonl'));
    expect((await gather('without')).missing).toBe('journal.jsonl cannot be read');
  });

  it('are none without the corpus of the run', async () => {
    expect((await gather('run', { corpus: { name: 'x', hash: 'another' } })).missing).toBe('the corpus of the run is not at hand');
    expect((await gather('run', {}, at('nowhere'))).missing).toBe('the corpus of the run is not at hand');
  });

  it('leave out what cannot be read, and count it', async () => {
    cpSync(at('run'), at('cut'), { recursive: true });
    appendFileSync(at('cut/journal.jsonl'), '{"attempt":');
    const more = await gatherSavedTimelines(run.info, at('cut'), [...run.results, { ...run.results[0], attempt: { ...run.results[0].attempt, id: 'f9999' } }], defaultCorpusDir);
    expect(more.missing).toBe(`1 of ${run.results.length + 1} attempts have no recording`);
  });
});

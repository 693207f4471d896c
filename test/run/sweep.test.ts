import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { loadResults } from '../../src/report/results.js';
import { runSweep } from '../../src/run/sweep.js';
import type { Progress, RunConfig } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-sweep-'));
const quiet = { progress: () => {}, signal: new AbortController().signal };
const point = (name: string, threshold: number, more: Partial<RunConfig> = {}) =>
  runConfig({ outputDir: join(folder, name), limit: 8, keepAudio: 'none', agentOptions: { 'vad.kind': 'energy', 'vad.threshold': threshold }, ...more });
const file = (name: string, of: string) => readFileSync(join(folder, name, of), 'utf8');

describe('a sweep', () => {
  it('leaves at each point what a run of its own would have left, to the byte', async () => {
    const { points } = await runSweep([point('low', 0.3), point('high', 0.8)], quiet);
    for (const [name, threshold] of [['low', 0.3], ['high', 0.8]] as const) {
      await runBenchmark(point(`${name}-alone`, threshold), quiet);
      for (const of of ['attempts.csv', 'summary.csv']) expect(file(name, of)).toBe(file(`${name}-alone`, of));
    }
    expect(points.map(({ results }) => results.map(({ attempt }) => attempt.id))).toEqual([0, 1].map(() => points[0].results.map(({ attempt }) => attempt.id)));
    // The points differ, or the sweep would show nothing.
    expect(points[0].results).not.toEqual(points[1].results);
    expect(points.map(({ info }) => info.agentOptions['vad.threshold'])).toEqual([0.3, 0.8]);
    expect(loadResults(join(folder, 'high')).results).toEqual(points[1].results);
  });

  it('keeps what is done when it is interrupted, and goes on from there to the same bytes', async () => {
    const stop = new AbortController();
    let count = 0;
    const progress = ({ phase }: Progress) => void (phase === 'replaying' && ++count === 5 && stop.abort());
    const half = await runSweep([point('half-low', 0.3), point('half-high', 0.8)], { progress, signal: stop.signal });
    expect(half.interrupted).toBe(true);
    expect(half.points.map(({ results }) => results.length)).toEqual([3, 2]);
    await runSweep([point('half-low', 0.3, { existing: 'resume' }), point('half-high', 0.8, { existing: 'resume' })], quiet);
    for (const of of ['attempts.csv', 'summary.csv']) {
      expect(file('half-low', of)).toBe(file('low', of));
      expect(file('half-high', of)).toBe(file('high', of));
    }
  });

  it('counts replays, not attempts', async () => {
    const seen: Progress[] = [];
    await runSweep([point('a', 0.3), point('b', 0.8)], { ...quiet, progress: (progress) => void seen.push(progress) });
    expect(seen.filter(({ phase }) => phase === 'replaying').map(({ done, total }) => [done, total])).toEqual(Array.from({ length: 16 }, (_, i) => [i + 1, 16]));
  });

  it('measures nothing where one of its points cannot run', async () => {
    await expect(runSweep([point('fine', 0.5), point('wrong', 7)], quiet)).rejects.toThrow(/vad.threshold=7/);
    expect(existsSync(join(folder, 'fine'))).toBe(false);
  });
});

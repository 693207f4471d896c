import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBenchmark } from '../../src/benchmark.js';
import { readEntries } from '../../src/replay/journal.js';
import { Collector } from '../../src/run/collector.js';
import { prepareRun } from '../../src/run/prepare.js';
import type { Recording } from '../../src/types.js';
import { runConfig } from '../fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-again-'));

/** As if it had been recorded in real time, each frame so late. */
const lateBy = (recording: Recording, lateMs: number): Recording => ({
  ...recording,
  clock: 'realtime',
  uplink: { ...recording.uplink, latenessMs: Array.from({ length: recording.uplink.frames }, () => lateMs) },
});

describe('an attempt that the harness spoilt', () => {
  it('is tried again, and its frames count among those that were late', async () => {
    const config = runConfig({ outputDir: join(folder, 'virtual'), limit: 1, profile: 'standard', jobs: 1, calibrationAttempts: 0, agreementAttempts: 0, reports: [] });
    await runBenchmark(config);
    const [{ attempt, recording }] = [...readEntries(join(config.outputDir, 'journal.jsonl'))];
    mkdirSync(join(folder, 'realtime'));
    const collector = await Collector.open(await prepareRun({ ...config, clock: 'realtime', retries: 1, outputDir: join(folder, 'realtime') }));
    expect(await collector.handle(attempt, lateBy(recording, 9))).toBe('again');
    expect(collector).toMatchObject({ count: 0, triedAgain: 1 });
    expect(await collector.handle(attempt, lateBy(recording, 0.25))).toBe('done');
    expect(collector).toMatchObject({ count: 1, triedAgain: 1 });
    expect(collector.results[0]).toMatchObject({ invalidReason: null });
    const { frames } = recording.uplink;
    expect(collector.lateness.figures()).toMatchObject({ count: 2 * frames, maxMs: 9 });
    expect(collector.audioMs).toBe(2 * frames * recording.format.frameMs);
    collector.journal.close();
    // The journal has no spoilt replays: how many there were is not known when the run is gone on with.
    const resumed = await Collector.open(await prepareRun({ ...config, clock: 'realtime', retries: 1, outputDir: join(folder, 'realtime'), existing: 'resume' }));
    expect(resumed).toMatchObject({ count: 1, triedAgain: null });
    resumed.journal.close();
  });
});

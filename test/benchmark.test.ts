import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Stereo } from '../src/audio/monitor.js';
import { decodeWav } from '../src/audio/wav.js';
import { planRun, runBenchmark } from '../src/benchmark.js';
import type { RunOutcome } from '../src/benchmark.js';
import { defaultCorpusDir } from '../src/corpus/load.js';
import { BargeinError } from '../src/errors.js';
import type { Progress, RunConfig } from '../src/types.js';
import { runConfig } from './fixtures/run-config.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-'));

function config(name: string, more: Partial<RunConfig> = {}): RunConfig {
  return runConfig({ outputDir: join(folder, name), ...more });
}

const quiet = (signal = new AbortController().signal) => ({ progress: () => {}, signal });
const recorder = () => {
  const pieces: Stereo[] = [];
  return { pieces, player: { play: async (piece: Stereo) => void pieces.push(piece) } };
};
const file = (name: string, of: string) => readFileSync(join(folder, name, of), 'utf8');

describe('a run', () => {
  let outcome: RunOutcome;
  const seen: Progress[] = [];
  beforeAll(async () => {
    outcome = await runBenchmark(config('first'), { progress: (progress) => seen.push(progress), signal: new AbortController().signal });
  });

  it('writes every attempt, the summary and what the run was', () => {
    const rows = parse(file('first', 'attempts.csv'), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(16);
    expect(new Set(rows.map((row) => row.run_id))).toEqual(new Set([outcome.info.runId]));
    expect(rows.every((row) => row['param_vad.kind'] === 'energy')).toBe(true);
    const [all] = parse(file('first', 'summary.csv'), { columns: true }) as Record<string, string>[];
    expect(all).toMatchObject({ group: 'all', n: '16' });
    expect(JSON.parse(file('first', 'run.json'))).toMatchObject({ runId: outcome.info.runId, schemaVersion: 1, errorBarMs: outcome.info.errorBarMs });
    expect(outcome.info.errorBarMs).toBeLessThan(1);
    expect(outcome.interrupted).toBe(false);
  });

  it('is heard by a player, attempt by attempt, as the audio that is kept of it, and measures the same', async () => {
    const { pieces, player } = recorder();
    const run = await runBenchmark(config('heard', { limit: 3, keepAudio: 'all' }), { ...quiet(), player });
    const silent = await runBenchmark(config('not-heard', { limit: 3, keepAudio: 'all' }), quiet());
    expect(pieces).toHaveLength(3);
    expect(file('heard', 'attempts.csv')).toBe(file('not-heard', 'attempts.csv'));
    expect(run.info.runId).toBe(silent.info.runId);
    const [first] = readdirSync(join(folder, 'heard', 'audio')).sort();
    const { channels, rateHz } = decodeWav(readFileSync(join(folder, 'heard', 'audio', first)), first);
    expect(pieces.some(({ left, right, rateHz: of }) => of === rateHz && left.every((value, i) => value === channels[0][i]) && right.every((value, i) => value === channels[1][i]))).toBe(true);
  });

  it('does not mind a player that fails', async () => {
    const player = { play: () => Promise.reject(new Error('the device is gone')) };
    expect((await runBenchmark(config('deaf', { limit: 2 }), { ...quiet(), player })).info.unfinished).toBe(0);
  });

  it('says how far it has come', () => {
    expect(seen.filter(({ phase }) => phase === 'replaying').map(({ done }) => done)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });

  it('keeps the failures as stereo audio, as long as the recording', () => {
    const rows = parse(file('first', 'attempts.csv'), { columns: true }) as Record<string, string>[];
    const kept = existsSync(join(folder, 'first', 'audio')) ? readdirSync(join(folder, 'first', 'audio')) : [];
    const failed = rows.filter((row) => (row.outcome === 'yielded' && row.intent !== 'interruption') || row.outcome === 'resumed' || row.outcome === 'talked-through' || Number(row.stop_latency_ms) > 250);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every((name) => failed.some((row) => `${row.attempt_id}.wav` === name))).toBe(true);
    const wav = decodeWav(readFileSync(join(folder, 'first', 'audio', kept[0])), kept[0]);
    expect(wav.channels).toHaveLength(2);
    expect(wav.channels[1].some((sample) => sample !== 0)).toBe(true);
  });

  it('gives the same bytes again', async () => {
    await runBenchmark(config('second'), quiet());
    for (const name of ['attempts.csv', 'summary.csv']) expect(file('second', name)).toBe(file('first', name));
  });

  it('gives other figures with another seed, and another run id', async () => {
    const other = await runBenchmark(config('seed', { seed: 2 }), quiet());
    expect(other.info.runId).not.toBe(outcome.info.runId);
  });

  it('keeps what is done when it is interrupted, and goes on from there to the same bytes', async () => {
    const stop = new AbortController();
    let count = 0;
    const hooks = { progress: ({ phase }: Progress) => void (phase === 'replaying' && ++count === 5 && stop.abort()), signal: stop.signal };
    const half = await runBenchmark(config('halves'), hooks);
    expect(half.interrupted).toBe(true);
    expect(half.info.unfinished).toBe(11);
    expect(parse(file('halves', 'attempts.csv'), { columns: true })).toHaveLength(5);
    // A kill may cut the last line short.
    writeFileSync(join(folder, 'halves', 'journal.jsonl'), file('halves', 'journal.jsonl').slice(0, -40));
    await runBenchmark(config('halves', { existing: 'resume' }), quiet());
    for (const name of ['attempts.csv', 'summary.csv']) expect(file('halves', name)).toBe(file('first', name));
  });

  it('refuses a folder that holds a run, and to go on with another run', async () => {
    await expect(runBenchmark(config('first'), quiet())).rejects.toThrow(/exists and is not empty/);
    await expect(runBenchmark(config('first', { existing: 'resume', seed: 3 }), quiet())).rejects.toThrow(/of another run/);
  });

  it('fails before it measures anything where a clip of the draw is not what the manifest says', async () => {
    const corpusDir = join(folder, 'corpus');
    cpSync(defaultCorpusDir, corpusDir, { recursive: true });
    const { user_clip: last } = (parse(file('first', 'attempts.csv'), { columns: true }) as Record<string, string>[]).filter((row) => row.user_clip !== '').at(-1) as Record<string, string>;
    const manifest = JSON.parse(readFileSync(join(corpusDir, 'manifest.json'), 'utf8')) as { clips: { id: string; file: string }[] };
    const { file: name } = manifest.clips.find(({ id }) => id === last) as { file: string };
    const path = join(corpusDir, 'clips', name);
    const found = existsSync(path) ? path : join(corpusDir, name);
    truncateSync(found, 1000);
    await expect(runBenchmark(config('bad-clip', { corpusDir }), quiet())).rejects.toThrow(BargeinError);
    expect(existsSync(join(folder, 'bad-clip'))).toBe(false);
  });

  it('fails before it measures anything where results cannot be written', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    await expect(runBenchmark(config(join('a-file', 'run')), quiet())).rejects.toThrow(/not a folder/);
  });
});

describe('clocks', () => {
  it('agree: the same attempts in real time end alike, within the error bar of a busy machine', async () => {
    const { info } = await runBenchmark(config('clocks', { limit: 8, agreementAttempts: 4 }), quiet());
    expect(info.agreement?.attempts).toBe(4);
    // How late a machine is says nothing about the program: only what was in time is held to account.
    expect((info.agreement?.sameOutcome ?? 0) + (info.agreement?.harnessLate ?? 0)).toBe(4);
    expect(info.agreement?.maxMs ?? 0).toBeLessThan(30);
  });

  it('measure in real time what they are asked to, with the schedule on record', async () => {
    const phases: string[] = [];
    const hooks = { progress: ({ phase }: Progress) => void phases.push(phase), signal: new AbortController().signal };
    const outcome = await runBenchmark(config('realtime', { clock: 'realtime', limit: 2, concurrency: 2, retries: 0, calibrationAttempts: 3 }), hooks);
    // A calibration beside the attempts would disturb them.
    expect(phases.lastIndexOf('calibrating')).toBeLessThan(phases.indexOf('replaying'));
    expect(phases[0]).toBe('calibrating');
    expect(outcome.info.clock).toBe('realtime');
    expect(outcome.info.startedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(outcome.info.lateness?.realtimeRatio).toBeGreaterThan(0.9);
    expect(parse(file('realtime', 'attempts.csv'), { columns: true })).toHaveLength(2);
  });

  it('stop a run after its longest duration, with what was measured', async () => {
    const outcome = await runBenchmark(config('short', { maxDurationMs: 1 }), quiet());
    expect(outcome.interrupted).toBe(false);
    expect(outcome.info.unfinished).toBe(16);
    expect(outcome.info.untrusted.length).toBeGreaterThan(0);
  });
});

describe('a dry run', () => {
  it('says attempts, time and audio without measuring', async () => {
    const dry = await planRun(config('dry'));
    expect(dry.attempts).toBe(16);
    expect(dry.audioMinutes).toBeGreaterThan(0.5);
    expect(dry.wallMs).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'dry'))).toBe(false);
  });
});

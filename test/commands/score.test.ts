import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/wav.js';
import { declareScore, scoreRecordings } from '../../src/commands/score.js';
import type { ScoreFlags } from '../../src/commands/score.js';
import { exitCode } from '../../src/errors.js';
import { attemptsCsvHeader } from '../../src/report/attempts-csv.js';
import type { Pcm } from '../../src/types.js';
import { speechLike } from '../fixtures/speech.js';
import { FakeTerminal } from './fake.js';

const dir = mkdtempSync(join(tmpdir(), 'bargein-score-command-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** The agent speaks for 6 s with pauses of 300 ms, then once more until it is interrupted: it stops 250 ms after the caller's onset. */
const rateHz = 16000;
const agent = syllables(speechLike(rateHz, 24_000, [[1000, 3000], [3250, 5000], [5250, 7000], [9000, 12_250], [15_000, 17_000]], 3));
const caller = syllables(speechLike(rateHz, 24_000, [[12_000, 13_000]], 4));

/** Four syllables a second, loudest at whole seconds and twice more in between: unlike the fixture's, the level of speech never is steady. */
function syllables({ samples }: Pcm): Pcm {
  return { rateHz, samples: samples.map((value, i) => Math.round(value * (0.15 + 0.85 * Math.cos((4 * Math.PI * i) / rateHz) ** 2))) };
}

const file = join(dir, 'call.wav');
writeFileSync(file, encodeWav([caller.samples, agent.samples], rateHz));

let terminal: FakeTerminal;
let count = 0;
beforeEach(() => {
  terminal = new FakeTerminal();
  count++;
});
const run = (changes: Partial<ScoreFlags> = {}, files = [file]) =>
  scoreRecordings(files, { callerChannel: 'left', output: join(dir, `out-${count}`), ...changes }, terminal);
const written = (name: string) => readFileSync(join(dir, `out-${count}`, name), 'utf8');

describe('bargein score', () => {
  it('measures an onset to the sample, and writes what it found', async () => {
    expect(await run()).toBe(exitCode.ok);
    const rows = parse(written('attempts.csv'), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ file, user_onset_ms: '12000', user_end_ms: '13000', intent: '', outcome: 'yielded', stop_latency_ms: '250', talk_over_ms: '250', response_latency_ms: '2000', resumed_after_ms: '2750', detector: 'energy' });
    expect(terminal.stdout).toContain('The caller starts to speak while the agent speaks: 1 time');
    expect(terminal.stdout).toContain('No rates');
    for (const line of terminal.stdout.split('\n')) if (!line.startsWith('Results: ')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('names the results below their folder where they do not fit beside it', async () => {
    const output = join(dir, 'a-folder-whose-name-leaves-no-room-for-the-names-of-files');
    await run({ output });
    expect(terminal.stdout.endsWith(`\nResults: ${output}\n  (attempts.csv, labels.csv, score.json)\n`)).toBe(true);
  });

  it('names the columns that a run has too as a run does', async () => {
    await run();
    const ofRun = attemptsCsvHeader({ runId: '', label: '', agent: '', agentOptions: {} }).trim().split(',');
    const own = ['file', 'user_onset_ms', 'user_end_ms', 'talk_over_ms', 'onset_source', 'label_ms'];
    expect(written('attempts.csv').split('\n')[0].split(',').filter((name) => !ofRun.includes(name))).toEqual(own);
  });

  it('writes a list to label that it reads as labels', async () => {
    await run();
    const list = written('labels.csv');
    expect(list.split('\n')[0]).toBe('file,time_s,intent,end_s,outcome,stop_latency_ms');
    const labels = join(dir, 'labels.csv');
    writeFileSync(labels, list.replace(',12,,', ',12,interruption,'));
    count++;
    terminal = new FakeTerminal();
    expect(await run({ labels })).toBe(exitCode.ok);
    expect(terminal.stdout).toContain('Interrupt rate: went quiet in time and stayed quiet (1 valid interruptions)');
    expect(terminal.stdout).toMatch(/within 250 ms +100\.0 %/);
    expect(terminal.stdout).toMatch(/within 100 ms +0\.0 %/);
  });

  it('prints one JSON document', async () => {
    expect(await run({ json: true, within: [500] })).toBe(exitCode.ok);
    const report = JSON.parse(terminal.stdout);
    expect(report).toMatchObject({ schemaVersion: 1, withinMs: [500], hangoverMs: expect.any(Number), labels: null, summary: null });
    expect(report.onsets[0].result.stopLatencyMs).toBe(250);
    expect(report).toEqual(JSON.parse(written('score.json')));
  });

  it('is not to be trusted where no label could be measured', async () => {
    const labels = join(dir, 'silent.csv');
    writeFileSync(labels, 'file,time_s,intent\ncall.wav,20,interruption\n');
    expect(await run({ labels })).toBe(exitCode.untrusted);
    expect(terminal.stderr).toContain('the only labelled onset is not valid');
  });

  it('keeps what is there, unless it is told otherwise', async () => {
    await run();
    await expect(run()).rejects.toThrow(/exists and is not empty/);
    expect(await run({ force: true })).toBe(exitCode.ok);
    await expect(run({ output: undefined, force: true })).rejects.toThrow(/--force does not say/);
    await expect(run({ output: join(dir, 'x') }, [file, file])).rejects.toThrow(/named twice/);
    expect(existsSync(join(dir, 'x'))).toBe(false);
  });

  it('has its help', () => {
    const help = declareScore().configureOutput({ getOutHelpWidth: () => 80 }).helpInformation();
    expect(help).toContain('--caller-channel <side>');
    expect(help).toContain('--labels <file>');
  });
});

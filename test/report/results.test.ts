import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { BargeinError } from '../../src/errors.js';
import { attemptsCsv } from '../../src/report/attempts-csv.js';
import { readAttemptsCsv } from '../../src/report/attempts-reader.js';
import { loadResults } from '../../src/report/results.js';
import { runJson } from '../../src/report/run-json.js';
import { makeResult, sampleResults, sampleRun } from './sample-run.js';

const folder = mkdtempSync(join(tmpdir(), 'bargein-results-'));
const from = process.cwd();
afterEach(() => process.chdir(from));

function write(name: string, files: Record<string, string>): string {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
  return join(folder, name);
}

const whole = () => ({ 'run.json': runJson(sampleRun), 'attempts.csv': attemptsCsv(sampleRun, measured) });
/** As measuring leaves them: to a microsecond, nothing that is not a number. */
const measured = sampleResults.map((result) => ({ ...result, actualOffsetMs: result.actualOffsetMs === null ? null : 1500.063, jitterMs: Number.isNaN(result.jitterMs) ? null : 0.123 }));

describe('results read back', () => {
  it('are what was measured, in every field', () => {
    expect(readAttemptsCsv(attemptsCsv(sampleRun, measured), 'attempts.csv')).toEqual(measured);
  });

  it('are the same for any number a microsecond can hold', () => {
    const result = makeResult({ index: 7, gainDb: -18.125, offsetMs: 1234.567 }, { stopLatencyMs: -0.001, wireStopLatencyMs: 123456.789, resumedAfterMs: 0 });
    const [read] = readAttemptsCsv(attemptsCsv(sampleRun, [{ ...result, actualOffsetMs: null, jitterMs: null }]), 'x');
    expect(read).toEqual({ ...result, actualOffsetMs: null, jitterMs: null });
  });

  it('come with what the run was, from a folder or from a baseline by its name', () => {
    const path = write('whole', whole());
    expect(loadResults(path)).toEqual({ folder: path, info: sampleRun, results: measured });
    write('results/baselines/main', whole());
    process.chdir(folder);
    expect(loadResults('main').folder).toBe(join('results', 'baselines', 'main'));
  });

  it.each([
    ['nowhere', {}, /does not exist, and no baseline has that name/],
    ['empty', { 'other.txt': '' }, /holds no run/],
    ['unfinished', { 'journal.jsonl': '' }, /was not reported/],
    ['garbage', { ...whole(), 'run.json': '{' }, /run\.json is not JSON/],
    ['null', { ...whole(), 'run.json': 'null' }, /not of a version that is read here/],
    ['version', { ...whole(), 'run.json': JSON.stringify({ ...sampleRun, schemaVersion: 2 }) }, /not of a version that is read here/],
    ['keyless', { ...whole(), 'run.json': JSON.stringify({ ...sampleRun, runKey: undefined }) }, /damaged at 'runKey'/],
    ['damaged', { ...whole(), 'run.json': JSON.stringify({ ...sampleRun, draw: { ...sampleRun.draw, attempts: 0.5 } }) }, /damaged at 'draw\.attempts'/],
    ['bare', { 'run.json': runJson(sampleRun) }, /attempts\.csv: no such file/],
    ['foreign', { ...whole(), 'attempts.csv': 'a,b\n1,2\n' }, /has no column 'attempt_id'/],
    ['ragged', { ...whole(), 'attempts.csv': 'attempt_id,outcome\n1\n' }, /attempts\.csv/],
    ['word', { ...whole(), 'attempts.csv': attemptsCsv(sampleRun, measured).replace(',held,', ',helt,') }, /row 6: outcome 'helt' is none of/],
    ['number', { ...whole(), 'attempts.csv': attemptsCsv(sampleRun, measured).replace(',83.125,', ',fast,') }, /row 1: stop_latency_ms 'fast' is not a number/],
  ])('are refused where something is wrong: %s', (name, files, problem) => {
    const path = Object.keys(files).length > 0 ? write(name, files) : join(folder, name);
    expect(() => loadResults(path)).toThrow(problem);
    expect(() => loadResults(path)).toThrow(BargeinError);
  });
});

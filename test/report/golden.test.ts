import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/measure/summarize.js';
import { judgeTrust } from '../../src/measure/trust.js';
import { attemptsCsv, attemptsCsvHeader, attemptsCsvRow } from '../../src/report/attempts-csv.js';
import { runJson } from '../../src/report/run-json.js';
import { summaryCsv } from '../../src/report/summary-csv.js';
import { renderSummary } from '../../src/report/terminal.js';
import type { RunInfo } from '../../src/types.js';
import { expectGolden } from './golden.js';
import { sampleResults, sampleRun } from './sample-run.js';

const summary = summarize(sampleResults, { withinMs: sampleRun.withinMs, errorBarMs: sampleRun.errorBarMs });
const run: RunInfo = { ...sampleRun, ...judgeTrust(summary) };

describe('golden files', () => {
  it('attempts.csv', () => expectGolden('attempts.csv', attemptsCsv(run, sampleResults)));
  it('summary.csv', () => expectGolden('summary.csv', summaryCsv(run, summary)));
  it('run.json', () => expectGolden('run.json', runJson(run)));
  it('terminal, 80 columns, no colour', () => expectGolden('terminal.txt', renderSummary(run, summary, { colour: false, columns: 80 })));
  it('terminal of a run without attempts', () => {
    const empty = summarize([], { withinMs: [60, 100, 250], errorBarMs: null });
    const bare: RunInfo = { ...sampleRun, label: 'empty', calibration: null, errorBarMs: null, lateness: null, agreement: null, unfinished: 0, ...judgeTrust(empty) };
    expectGolden('terminal-empty.txt', renderSummary(bare, empty, { colour: false, columns: 80 }));
  });
  it('writes row by row what it writes at once', () => {
    const rows = sampleResults.map((result) => attemptsCsvRow(run, result));
    expect(attemptsCsvHeader(run) + rows.join('')).toBe(attemptsCsv(run, sampleResults));
  });
});

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';
import { claimFolder, resultFiles, writeResult } from './folder.js';
import { stableJson } from './run-json.js';
import { sweepCsv } from './sweep-csv.js';
import type { SweepReport } from './sweep-report.js';

/** What a sweep leaves in its folder; below `points` each point has a folder of results of its own. */
export const sweepFiles = { table: 'sweep.csv', sweep: 'sweep.json', points: 'points' } as const;

/** What makes two sweeps the same sweep, besides what makes the runs of their points the same. */
export interface SweepGrid {
  readonly agent: string;
  /** One folder a point, relative to the sweep's. */
  readonly folders: readonly string[];
}

/**
 * Makes the folder of a sweep ready before anything is measured.
 * @returns for each point what to do with the folder it may have already
 * @throws BargeinError where the folder holds something else, or another sweep, or cannot be written
 */
export function claimSweep(folder: string, existing: 'refuse' | 'resume' | 'replace', grid: SweepGrid): ('refuse' | 'resume')[] {
  const path = join(folder, sweepFiles.sweep);
  if (existing === 'resume') checkGrid(path, grid);
  claimFolder(folder, existing);
  if (existing === 'replace' && existsSync(path)) {
    // Only what a sweep has written: without its file, `points` is someone else's.
    for (const name of Object.values(sweepFiles)) rmSync(join(folder, name), { recursive: true, force: true });
  }
  writeResult(path, stableJson({ schemaVersion: 1, grid, report: null }));
  return grid.folders.map((point) => (existing === 'resume' && existsSync(join(folder, point, resultFiles.journal)) ? 'resume' : 'refuse'));
}

/** Writes sweep.csv, and sweep.json with the same figures. */
export function writeSweep(folder: string, grid: SweepGrid, report: SweepReport): void {
  writeResult(join(folder, sweepFiles.table), sweepCsv(report));
  writeResult(join(folder, sweepFiles.sweep), stableJson({ schemaVersion: 1, grid, report }));
}

/** What `--json` prints: the figures of sweep.json. */
export function sweepJson(report: SweepReport): string {
  return stableJson({ schemaVersion: 1, ...report });
}

function checkGrid(path: string, grid: SweepGrid): void {
  let found: unknown;
  try {
    found = (JSON.parse(readFileSync(path, 'utf8')) as { grid?: unknown }).grid;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new BargeinError(`${path} is not JSON`, 'start anew with --force');
    throw fileFault(thrown, path, 'there is no sweep to go on with: check --output, or leave --resume out');
  }
  if (stableJson(found) !== stableJson(grid)) throw new BargeinError(`${path} is of another sweep: its agent or its points differ`, 'use the flags that it was started with, or another --output');
}

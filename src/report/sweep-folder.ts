import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';
import { claimFolder, resultFiles, writeResult } from './folder.js';
import { stableJson } from './run-json.js';
import { sweepCsv } from './sweep-csv.js';
import type { SweepReport } from './sweep-report.js';

/** What a sweep leaves in its folder; below `points` each point has a folder of results of its own. */
export const sweepFiles = { table: 'sweep.csv', sweep: 'sweep.json', page: 'sweep.html', points: 'points' } as const;

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
  // Only what a sweep has written: the folders that its file names, and no other below `points`.
  const written = existing === 'replace' ? pointsOf(path) : [];
  for (const point of grid.folders) {
    if (existing === 'replace' && !written.includes(point) && existsSync(join(folder, point))) {
      throw new BargeinError(`${join(folder, point)} exists and is not of the sweep in ${folder}`, 'name another folder with --output, or take that one away');
    }
  }
  claimFolder(folder, existing, { files: [sweepFiles.table, sweepFiles.page, ...written], resumable: true });
  writeResult(path, stableJson({ schemaVersion: 1, grid, report: null }));
  return grid.folders.map((point) => (existing === 'resume' && existsSync(join(folder, point, resultFiles.journal)) ? 'resume' : 'refuse'));
}

/** Writes sweep.csv, and sweep.json and sweep.html with the same figures. */
export async function writeSweep(folder: string, grid: SweepGrid, report: SweepReport): Promise<void> {
  writeResult(join(folder, sweepFiles.table), sweepCsv(report));
  writeResult(join(folder, sweepFiles.sweep), stableJson({ schemaVersion: 1, grid, report }));
  const { sweepPage } = await import('./html/sweep-page.js');
  writeResult(join(folder, sweepFiles.page), sweepPage(report));
}

/** What `--json` prints: the figures of sweep.json. */
export function sweepJson(report: SweepReport): string {
  return stableJson({ schemaVersion: 1, ...report });
}

/** The folders of the points that an earlier sweep has left, as its file names them; none where there is no such file. */
function pointsOf(path: string): string[] {
  try {
    const { grid } = JSON.parse(readFileSync(path, 'utf8')) as { grid?: { folders?: unknown } };
    const folders = Array.isArray(grid?.folders) ? grid.folders : [];
    return folders.filter((name): name is string => typeof name === 'string' && /^points\/[^/\\]+$/.test(name) && !name.endsWith('/..'));
  } catch {
    return [];
  }
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

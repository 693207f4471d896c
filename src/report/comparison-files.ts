import { statSync } from 'node:fs';
import { basename, dirname, extname, join, parse } from 'node:path';
import { BargeinError } from '../errors.js';
import type { Comparison } from '../measure/comparison.js';
import { comparisonCsv, flipsCsv } from './compare-csv.js';
import { resultFiles, writeResult } from './folder.js';

/** Where a comparison is written: its figures, and beside them the attempts that came out differently. */
export interface ComparisonFiles {
  readonly figures: string;
  readonly flips: string;
  /** The same as a page. */
  readonly page: string;
}

/**
 * The files of a comparison: `compare.csv` in a folder of results, or in the folder that was asked for, or the file.
 * A path is a folder where one is there, or where it looks like one: a slash at its end, or no extension and no file there.
 * @throws BargeinError where that is a file of a run's own
 */
export function comparisonFiles(folder: string, asked?: string): ComparisonFiles {
  const target = asked ?? folder;
  const figures = asked === undefined || isFolder(target) ? join(target, 'compare.csv') : target;
  if (Object.values<string>(resultFiles).includes(basename(figures))) {
    throw new BargeinError(`--output ${figures} would replace a file of a run`, 'choose another name, e.g. compare.csv');
  }
  const { name, ext } = parse(figures);
  return { figures, page: join(dirname(figures), `${name}.html`), flips: join(dirname(figures), `${name}-flips${ext || '.csv'}`) };
}

function isFolder(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return /[/\\]$/.test(path) || (there?.isDirectory() ?? extname(path) === '');
}

/** @throws BargeinError naming the file that cannot be written */
export function writeComparison({ figures, flips }: ComparisonFiles, comparison: Comparison): void {
  const hint = 'choose another file with --output';
  writeResult(figures, comparisonCsv(comparison), hint);
  writeResult(flips, flipsCsv(comparison), hint);
}

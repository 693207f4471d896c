import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const reportFile = 'report.html';

/** How deep folders of results lie: results/NAME, results/SWEEP/points/POINT. */
const deepest = 3;

/** The report below a folder that was written last; null where there is none. */
export function latestReport(folder: string): string | null {
  let latest: { readonly path: string; readonly writtenMs: number } | null = null;
  for (const path of reportsBelow(folder, deepest)) {
    const writtenMs = statSync(path).mtimeMs;
    if (latest === null || writtenMs > latest.writtenMs) latest = { path, writtenMs };
  }
  return latest?.path ?? null;
}

function reportsBelow(folder: string, depth: number): string[] {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    if (entry.isFile() && entry.name === reportFile) return [join(folder, entry.name)];
    return entry.isDirectory() && depth > 0 ? reportsBelow(join(folder, entry.name), depth - 1) : [];
  });
}

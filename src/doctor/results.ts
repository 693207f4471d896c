import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileFault } from '../errors.js';
import { fail, ok, warn } from './check.js';
import type { Check } from './check.js';

const megabyte = 1_000_000;
/** About what a full run keeps of its failures. */
const wantedBytes = 500 * megabyte;

/** Whether results can be written into a folder that need not be there yet, and whether there is room for them. */
export function resultsCheck(folder: string): Check {
  const there = nearestExisting(resolve(folder));
  const probe = join(there, `.bargein-doctor-${process.pid}`);
  try {
    writeFileSync(probe, '', { flag: 'wx' });
    rmSync(probe);
  } catch (thrown) {
    const { message, hint } = fileFault(thrown, there, 'choose another folder with --output, or give yourself the right to write there');
    return fail('results', message, hint);
  }
  const { bavail, bsize } = statfsSync(there);
  return roomCheck(folder, bavail * bsize);
}

export function roomCheck(folder: string, freeBytes: number): Check {
  const seen = `${folder} can be written, ${(freeBytes / (1000 * megabyte)).toFixed(1)} GB free`;
  return freeBytes < wantedBytes ? warn('results', `${seen}: a large run may fill it`, 'free some space, choose another folder with --output, or keep no audio: --keep-audio none') : ok('results', seen);
}

function nearestExisting(path: string): string {
  if (existsSync(path) || dirname(path) === path) return path;
  return nearestExisting(dirname(path));
}

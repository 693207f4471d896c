import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileFault } from '../errors.js';
import { baselineFolder, makeFolder, resultFiles } from '../report/folder.js';
import type { RunConfig, RunInfo } from '../types.js';

/** The run whose place a baseline took. Each is null where its file does not say; `startedAt` also on the virtual clock. */
export interface ReplacedBaseline {
  readonly runId: string | null;
  readonly label: string | null;
  readonly startedAt: string | null;
}

/** Where the results were kept as a baseline, and in whose place (null: in none); or why they were not. */
export type SavedBaseline = { readonly saved: string; readonly replaced: ReplacedBaseline | null } | { readonly refused: string };

/** What a baseline consists of: small files that git may keep. */
const baselineFiles = [resultFiles.run, resultFiles.attempts, resultFiles.summary] as const;

/**
 * Keeps the results as a baseline of this name, in the place of an older one. A run that fails, that cannot be trusted or is not whole
 * is no standard to hold others to.
 * @returns null where no name was given
 */
export function saveBaseline({ saveBaseline: name, outputDir: folder }: Pick<RunConfig, 'saveBaseline' | 'outputDir'>, { untrusted, unfinished }: Pick<RunInfo, 'untrusted' | 'unfinished'>, failures: readonly string[]): SavedBaseline | null {
  if (name === null) return null;
  const why = untrusted.length > 0 ? 'the run cannot be trusted' : unfinished > 0 ? `${unfinished} attempts were not measured` : failures.length > 0 ? 'the run failed' : null;
  if (why !== null) return { refused: why };
  const target = baselineFolder(name);
  const partial = `${target}.partial`;
  const replaced = runIn(target);
  try {
    rmSync(partial, { recursive: true, force: true });
    makeFolder(partial);
    for (const file of baselineFiles) copyFileSync(join(folder, file), join(partial, file));
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } catch (thrown) {
    rmSync(partial, { recursive: true, force: true });
    throw fileFault(thrown, target, 'give yourself the right to write there, or leave out --save-baseline');
  }
  return { saved: target, replaced };
}

/** The run in a folder, whatever its file is worth; null where there is none. */
function runIn(folder: string): ReplacedBaseline | null {
  let text: string;
  try {
    text = readFileSync(join(folder, resultFiles.run), 'utf8');
  } catch {
    return null;
  }
  const said = fieldsOf(text);
  const field = (key: keyof ReplacedBaseline) => (typeof said[key] === 'string' ? said[key] : null);
  return { runId: field('runId'), label: field('label'), startedAt: field('startedAt') };
}

function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

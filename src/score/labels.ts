import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { BargeinError, fileFault, messageOf, nearest } from '../errors.js';
import type { Intent, Ms } from '../types.js';

/** What someone who listened says of a place in a recording. */
export interface Label {
  /** As in the labels file: a path or a name. */
  readonly file: string;
  readonly atMs: Ms;
  /** null: not said yet. */
  readonly intent: Intent | null;
}

/** A label belongs to the nearest onset found within this, ms: nobody hears an onset to the millisecond. */
export const labelToleranceMs = 500;

const intents = ['interruption', 'backchannel', 'noise'] as const satisfies readonly Intent[];
const remedy = 'columns: file,time_s,intent (docs/score.md)';

/**
 * Reads a labels file: CSV with the columns `file`, `time_s` and `intent`, others are passed over.
 * @throws BargeinError naming the row and what is wrong in it
 */
export async function readLabels(path: string): Promise<Label[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    throw fileFault(thrown, path, 'check the path after --labels');
  }
  return parseLabels(text, path);
}

/** @throws BargeinError as `readLabels` */
export function parseLabels(text: string, path: string): Label[] {
  refuseOtherSeparator(text, path);
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: (names: string[]) => names.map((name) => name.trim()), bom: true, trim: true, skip_empty_lines: true });
  } catch (thrown) {
    throw new BargeinError(`${path}: ${messageOf(thrown)}`, remedy);
  }
  if (rows.length === 0) throw new BargeinError(`${path} holds no label`, remedy);
  const lacking = ['file', 'time_s', 'intent'].find((name) => !(name in rows[0]));
  if (lacking !== undefined) throw new BargeinError(`${path} has no column '${lacking}'`, remedy);
  return rows.map((row, i) => toLabel(row, `${path}, row ${i + 1}`));
}

/** Spreadsheets of some languages write semicolons, since their numbers have commas. */
function refuseOtherSeparator(text: string, path: string): void {
  const [names] = text.trimStart().split('\n');
  for (const [separator, called] of [[';', 'semicolons'], ['\t', 'tabs']] as const) {
    if (names.includes(',') || !names.includes(separator)) continue;
    throw new BargeinError(`${path} seems to be separated by ${called}; commas are needed`, 'export it again as CSV with commas, and times with a decimal point: 12.5');
  }
}

function toLabel({ file, time_s: time, intent }: Record<string, string>, place: string): Label {
  if (file === '') throw new BargeinError(`${place}: the file is empty`, remedy);
  if (!/^\d+(\.\d+)?$/.test(time)) throw new BargeinError(`${place}: time_s '${time}' is no time in seconds`, 'write seconds from the start of the recording, e.g. 12.5');
  const known = intents.find((name) => name === intent.toLowerCase());
  if (intent !== '' && known === undefined) {
    const near = nearest(intent, intents);
    throw new BargeinError(`${place}: intent '${intent}' is not known`, `${near ? `did you mean '${near}'? ` : ''}use ${intents.join(', ')}, or leave it empty`);
  }
  // A spreadsheet's formulas are fended off by an apostrophe where the list to label was written.
  return { file: /^'[=+\-@\t\r]/.test(file) ? file.slice(1) : file, atMs: Number(time) * 1000, intent: known ?? null };
}

/**
 * The labels of each recording: those that name it as it was given, or by its name without folders where only one has that name.
 * @throws BargeinError where a name stands for several recordings
 */
export function labelsByFile(labels: readonly Label[], files: readonly string[]): { byFile: ReadonlyMap<string, Label[]>; ofOtherFiles: number } {
  const byFile = new Map<string, Label[]>(files.map((file) => [file, []]));
  let ofOtherFiles = 0;
  for (const label of labels) {
    const named = files.includes(label.file) ? [label.file] : files.filter((file) => basename(file) === label.file);
    if (named.length > 1) throw new BargeinError(`the label of ${label.file} may mean ${named.join(' or ')}`, 'write the paths in the labels as on the command line');
    if (named.length === 0) ofOtherFiles++;
    else byFile.get(named[0])?.push(label);
  }
  return { byFile, ofOtherFiles };
}

/**
 * Gives each label the nearest onset within the tolerance, nearest pairs first; no onset gets two.
 * @param onsetsMs onsets found in the recording
 * @returns for each label the index of its onset; null where none is near
 */
export function matchLabels(labels: readonly Label[], onsetsMs: readonly Ms[]): (number | null)[] {
  const pairs = labels.flatMap(({ atMs }, label) => onsetsMs.map((onsetMs, onset) => ({ label, onset, apartMs: Math.abs(onsetMs - atMs) })));
  const matched = labels.map((): number | null => null);
  const taken = new Set<number>();
  for (const { label, onset } of pairs.filter(({ apartMs }) => apartMs <= labelToleranceMs).sort((a, b) => a.apartMs - b.apartMs)) {
    if (matched[label] !== null || taken.has(onset)) continue;
    matched[label] = onset;
    taken.add(onset);
  }
  return matched;
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { BargeinError, messageOf } from '../errors.js';
import type { ConditionName, Intent, OffsetBand, Persona, ProfileName } from '../types.js';
import type { DrawnAttempt } from './draw.js';
import { checkRows } from './draw-check.js';
import type { Corpus } from './load.js';
import { traitsOf } from './personas.js';

/** Columns of a draw file, in order, and the field of each. */
const columns = {
  attempt_id: 'attemptId',
  agent_clip: 'agentClip',
  user_clip: 'userClip',
  intent: 'intent',
  persona: 'persona',
  condition: 'condition',
  offset_band: 'offsetBand',
  offset_ms: 'offsetMs',
  gain_db: 'gainDb',
  bed_clip: 'bedClip',
  bed_snr_db: 'bedSnrDb',
  seed: 'seed',
} as const satisfies Record<string, keyof DrawnAttempt>;
type Column = keyof typeof columns;
const columnNames = Object.keys(columns) as Column[];

const intents = ['interruption', 'backchannel', 'noise', 'control'] as const satisfies readonly Intent[];
const conditions = ['clean', 'telephone', 'bed', 'echo', 'jitter'] as const satisfies readonly ConditionName[];
const bands = ['first-300ms', 'two-words', 'middle', 'late'] as const satisfies readonly OffsetBand[];
const personas = Object.keys(traitsOf) as Persona[];

const remake = 'draw it again with `node scripts/draw.js`, or correct the line';

/** What `draws/` was drawn from: it holds for the corpus with this hash only. */
export interface DrawnFrom {
  readonly corpusHash: string;
  readonly seed: number;
}

export function drawPath(corpusDir: string, profile: ProfileName): string {
  return join(corpusDir, 'draws', `${profile}.csv`);
}

export function drawnFromPath(corpusDir: string): string {
  return join(corpusDir, 'draws', 'drawn-from.json');
}

/** A draw as the text of its file. */
export function drawToCsv(rows: readonly DrawnAttempt[]): string {
  return stringify([...rows], {
    header: true,
    columns: columnNames.map((header) => ({ key: columns[header], header })),
    escape_formulas: true,
  });
}

/** SHA-256 (hex) of a draw's file: equal for equal attempts. */
export function hashDraw(rows: readonly DrawnAttempt[]): string {
  return createHash('sha256').update(drawToCsv(rows)).digest('hex');
}

/**
 * The draw that is committed beside the clips; null where there is none or where it was made from another state of the
 * corpus (a recording was added, say).
 *
 * @throws BargeinError with file and line for anything in the file that cannot be used
 */
export function committedDraw(corpus: Corpus, profile: ProfileName): DrawnAttempt[] | null {
  const [stamp, path] = [drawnFromPath(corpus.dir), drawPath(corpus.dir, profile)];
  if (!existsSync(stamp) || !existsSync(path)) return null;
  const drawnFrom = parseStamp(readFileSync(stamp, 'utf8'), stamp);
  return drawnFrom.corpusHash === corpus.hash ? drawFromCsv(readFileSync(path, 'utf8'), path, corpus) : null;
}

function parseStamp(text: string, path: string): DrawnFrom {
  try {
    return JSON.parse(text) as DrawnFrom;
  } catch (thrown) {
    throw new BargeinError(`${path} is not JSON: ${messageOf(thrown)}`, 'draw again with `node scripts/draw.js`');
  }
}

/**
 * Rows of a draw file, checked against the corpus.
 *
 * @throws BargeinError naming `path` and the line: an unknown or missing column, a value that is not one, an unknown clip or
 * one of another role, an offset beyond the clip, a duplicate
 */
export function drawFromCsv(text: string, path: string, corpus: Pick<Corpus, 'list'>): DrawnAttempt[] {
  const [header, ...lines] = parseCells(text, path);
  checkHeader(header?.cells ?? [], path);
  const rows = lines.map(({ line, cells }) => {
    const where = `${path}:${line}`;
    const record = Object.fromEntries(header.cells.map((name, i) => [name, cells[i]])) as Record<Column, string>;
    return { where, row: toRow(record, where) };
  });
  if (rows.length === 0) throw new BargeinError(`${path} holds no attempt`, remake);
  checkRows(rows, corpus);
  return rows.map(({ row }) => row);
}

function parseCells(text: string, path: string): { line: number; cells: string[] }[] {
  try {
    const records = parse(text, { info: true, bom: true, skip_empty_lines: true }) as unknown as { info: { lines: number }; record: string[] }[];
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (thrown) {
    throw new BargeinError(`${path} is not valid CSV: ${messageOf(thrown)}`, remake);
  }
}

function checkHeader(found: readonly string[], path: string): void {
  const unknown = found.find((name) => !(name in columns));
  if (unknown !== undefined) throw new BargeinError(`${path}:1: unknown column '${unknown}'`, `the columns are ${columnNames.join(', ')}`);
  const missing = columnNames.find((name) => !found.includes(name));
  if (missing !== undefined) throw new BargeinError(`${path}:1: the column '${missing}' is missing`, `the columns are ${columnNames.join(', ')}`);
  const twice = found.find((name, i) => found.indexOf(name) !== i);
  if (twice !== undefined) throw new BargeinError(`${path}:1: the column '${twice}' is there twice`, 'remove one of them');
}

function toRow(record: Record<Column, string>, where: string): DrawnAttempt {
  const text = (column: Column) => {
    if (record[column] === '') throw new BargeinError(`${where}: ${column} is empty`, remake);
    return record[column];
  };
  const number = (column: Column) => {
    const value = Number(text(column));
    if (!Number.isFinite(value)) throw new BargeinError(`${where}: ${column} '${record[column]}' is not a number`, remake);
    return value;
  };
  const oneOf = <T extends string>(column: Column, known: readonly T[]): T => {
    const value = known.find((name) => name === text(column));
    if (value === undefined) throw new BargeinError(`${where}: ${column} '${record[column]}' is not known`, `use one of ${known.join(', ')}`);
    return value;
  };
  const orNull = <T>(column: Column, read: (column: Column) => T): T | null => (record[column] === '' ? null : read(column));
  return {
    attemptId: text('attempt_id'),
    agentClip: text('agent_clip'),
    userClip: orNull('user_clip', text),
    intent: oneOf('intent', intents),
    persona: oneOf('persona', personas),
    condition: oneOf('condition', conditions),
    offsetBand: oneOf('offset_band', bands),
    offsetMs: number('offset_ms'),
    gainDb: number('gain_db'),
    bedClip: orNull('bed_clip', text),
    bedSnrDb: orNull('bed_snr_db', number),
    seed: number('seed'),
  };
}

import { closeSync, existsSync, fsyncSync, openSync, readSync, truncateSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { BargeinError, fileFault } from '../errors.js';
import type { Attempt, Recording } from '../types.js';

/** One line of the journal: an attempt that is over. */
export interface JournalEntry {
  readonly attempt: Attempt;
  readonly recording: Recording;
}

interface JournalHeader {
  readonly journal: 'bargein';
  readonly schemaVersion: 1;
  /** Which run this is: only the same run may go on in it. */
  readonly runKey: string;
  /** Wall clock at the start, ISO 8601; null on the virtual clock. */
  readonly startedAt: string | null;
}

/**
 * The append-only record of a run: one JSON line an attempt, written when the attempt is over. Everything else in a result
 * folder is made from it. A line cut short by a kill is dropped when the run is resumed.
 */
export class Journal {
  readonly path: string;
  readonly startedAt: string | null;
  readonly #file: number;

  private constructor(path: string, file: number, startedAt: string | null) {
    this.path = path;
    this.startedAt = startedAt;
    this.#file = file;
  }

  /** @throws BargeinError where the file cannot be written */
  static create(path: string, runKey: string, startedAt: string | null): Journal {
    const journal = new Journal(path, open(path, 'w'), startedAt);
    const header: JournalHeader = { journal: 'bargein', schemaVersion: 1, runKey, startedAt };
    journal.#write(JSON.stringify(header));
    return journal;
  }

  /**
   * Opens the journal of a run that was interrupted, with a way to read what is in it.
   * @throws BargeinError where there is none, or it is of another run
   */
  static resume(path: string, runKey: string): { journal: Journal; entries: () => Generator<JournalEntry> } {
    if (!existsSync(path)) throw new BargeinError(`${path} does not exist: there is no run to go on with`, 'leave out --resume, or name the folder of the interrupted run with --output');
    const { header, intactBytes } = inspectJournal(path);
    if (header.runKey !== runKey) {
      throw new BargeinError(`${path} is of another run: agent, options, corpus, draw, label or version differ`, 'use the flags that it was started with, or another --output');
    }
    const journal = new Journal(path, open(path, 'a'), header.startedAt);
    truncateSync(path, intactBytes);
    return { journal, entries: () => readEntries(path) };
  }

  /** @param text the entry as `entryText` gives it, where that has been made already */
  append(entry: JournalEntry, text = entryText(entry)): void {
    this.#write(text);
  }

  close(): void {
    try {
      fsyncSync(this.#file);
    } catch {
      // Not every file system can; the lines are written all the same.
    }
    closeSync(this.#file);
  }

  #write(line: string): void {
    try {
      const bytes = Buffer.from(`${line}\n`);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    } catch (thrown) {
      throw fileFault(thrown, this.path, 'what was measured before is kept: free some space and go on with --resume');
    }
  }
}

/** An entry as its line of the journal, without the newline. */
export function entryText({ attempt, recording }: JournalEntry): string {
  return JSON.stringify({ attempt, recording });
}

/**
 * The header of a journal, and how many bytes of it are whole entries.
 * @throws BargeinError where it is not a journal
 */
export function inspectJournal(path: string): { header: JournalHeader; intactBytes: number } {
  let header: JournalHeader | null = null;
  let intactBytes = 0;
  for (const { text, bytes } of wholeLines(path)) {
    const value = parse(text);
    if (header === null) {
      if (!isHeader(value)) break;
      header = value;
    } else if (!isEntry(value)) {
      break;
    }
    intactBytes += bytes;
  }
  if (header === null) throw notAJournal(path);
  return { header, intactBytes };
}

/**
 * The key of the run that a journal is of.
 * @throws BargeinError where it is not a journal
 */
export function journalKey(path: string): string {
  for (const { text } of wholeLines(path)) {
    const value = parse(text);
    if (isHeader(value)) return value.runKey;
    break;
  }
  throw notAJournal(path);
}

function notAJournal(path: string): BargeinError {
  return new BargeinError(`${path} is not the journal of a run`, 'name a folder that `bargein run` has written, or start anew with --force');
}

/** What recordings do not hold that were made before there was any. */
const olderLack = { trace: null, wallMs: null } satisfies Partial<Recording>;

/** As it was written, but for what it lacks: a journal copied entry by entry is the same to the byte. */
function completed(entry: JournalEntry): JournalEntry {
  return 'trace' in entry.recording ? entry : { ...entry, recording: { ...(entry.recording as Recording), ...olderLack } };
}

/** The entries of a journal, one at a time, in bounded memory. */
export function* readEntries(path: string): Generator<JournalEntry> {
  let first = true;
  for (const { text } of wholeLines(path)) {
    const value = parse(text);
    if (!first && isEntry(value)) yield completed(value);
    first = false;
  }
}

function* wholeLines(path: string): Generator<{ text: string; bytes: number }> {
  const file = open(path, 'r');
  try {
    const block = Buffer.alloc(1 << 20);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
      const lines = (rest + decoder.write(block.subarray(0, read))).split('\n');
      rest = lines.pop() as string;
      for (const text of lines) yield { text, bytes: Buffer.byteLength(text) + 1 };
    }
  } finally {
    closeSync(file);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isHeader(value: unknown): value is JournalHeader {
  return typeof value === 'object' && value !== null && 'journal' in value && value.journal === 'bargein' && 'runKey' in value;
}

function isEntry(value: unknown): value is JournalEntry {
  return typeof value === 'object' && value !== null && 'attempt' in value && 'recording' in value;
}

function open(path: string, flags: string): number {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    throw fileFault(thrown, path, 'choose another folder with --output, or give yourself the right to write there');
  }
}

import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BargeinError, fileFault } from '../errors.js';
import { inspectJournal, Journal, readEntries } from '../replay/journal.js';
import type { JournalEntry } from '../replay/journal.js';
import { makeFolder, resultFiles } from '../report/folder.js';
import type { SavedRun } from '../report/results.js';
import type { RunInfo } from '../types.js';
import { journalKeyOf } from './prepare.js';

/**
 * Puts the journals of shards together as the journal of the whole run, in the order of the plan as far as each of them keeps it. One entry a
 * shard is in memory at a time.
 *
 * @returns why nothing was written: the first shard whose recordings are not all there; null where it was
 * @throws BargeinError for a journal of another run, and for files that cannot be read or written
 */
export function mergeJournals(shards: readonly SavedRun[], path: string, info: Pick<RunInfo, 'runKey' | 'startedAt'>): string | null {
  const journals = shards.map((run) => ({ ...run, path: join(run.folder, resultFiles.journal) }));
  const without = journals.find((journal) => !existsSync(journal.path));
  if (without) return `${without.folder} has no ${resultFiles.journal}`;
  for (const journal of journals) {
    const { header } = inspectJournal(journal.path);
    if (header.runKey !== journalKeyOf(journal.info.runKey, journal.info.shard)) throw new BargeinError(`${journal.path} is of another run than ${resultFiles.run} beside it`, 'name folders as `bargein run` has left them');
  }
  const partial = `${path}.partial`;
  const merged = Journal.create(partial, info.runKey, info.startedAt);
  let lacking: string | null;
  try {
    lacking = copyEntries(journals, merged);
  } finally {
    merged.close();
  }
  if (lacking === null) renameSync(partial, path);
  else rmSync(partial);
  return lacking;
}

/** Always the entry that comes first in the plan among the next ones of all journals. */
function copyEntries(journals: readonly (SavedRun & { readonly path: string })[], merged: Journal): string | null {
  const sources = journals.map(({ folder, path, results }) => {
    const entries = readEntries(path);
    return { folder, entries, awaited: new Set(results.map(({ attempt }) => attempt.id)), next: null as JournalEntry | null };
  });
  // What was recorded but not reported is no part of the results, and is replayed again where they are gone on with.
  const advance = (source: (typeof sources)[number]) => {
    do source.next = source.entries.next().value ?? null;
    while (source.next !== null && !source.awaited.delete(source.next.attempt.id));
  };
  sources.forEach(advance);
  for (;;) {
    const ahead = sources.filter(({ next }) => next !== null);
    if (ahead.length === 0) break;
    const first = ahead.reduce((a, b) => ((b.next as JournalEntry).attempt.index < (a.next as JournalEntry).attempt.index ? b : a));
    merged.append(first.next as JournalEntry);
    advance(first);
  }
  const lacking = sources.find(({ awaited }) => awaited.size > 0);
  return lacking ? `${resultFiles.journal} of ${lacking.folder} lacks ${lacking.awaited.size} of its attempts` : null;
}

/** Puts the spans of the agent's that shards have kept one after the other. */
export function mergeAgentSpans(shards: readonly SavedRun[], target: string): void {
  const sources = shards.map(({ folder }) => join(folder, resultFiles.agentSpans)).filter((path) => existsSync(path));
  try {
    for (const source of sources) appendFileSync(target, readFileSync(source));
  } catch (thrown) {
    throw fileFault(thrown, target, 'free some space, or choose another folder with --output');
  }
}

/** Copies the audio that shards have kept: files are named by attempt, and each is in one shard. */
export function mergeAudio(shards: readonly SavedRun[], target: string): void {
  for (const { folder } of shards) {
    const source = join(folder, resultFiles.audio);
    if (!existsSync(source)) continue;
    try {
      makeFolder(target);
      for (const name of readdirSync(source).filter((file) => file.endsWith('.wav'))) copyFileSync(join(source, name), join(target, name));
    } catch (thrown) {
      throw fileFault(thrown, target, 'free some space, or choose another folder with --output');
    }
  }
}

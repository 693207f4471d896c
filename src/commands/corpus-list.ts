import { defaultCorpusDir, loadCorpus } from '../corpus/load.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import type { Clip } from '../types.js';
import { fitted, renderTable } from './table.js';
import type { Column } from './table.js';
import type { Terminal } from './terminal.js';

export interface ListFlags {
  readonly role?: Clip['role'];
  readonly corpus?: string;
}

const roles = ['agent', 'interruption', 'backchannel', 'noise'] as const satisfies readonly Clip['role'][];
const heads = ['kind', 'lang', 'ms', 'onset'];
const leastWordsWidth = 8;

/** The clips by role, one a line, in the order of the manifest; what is said is cut to fit the terminal. */
export async function listClips(flags: ListFlags, terminal: Terminal): Promise<ExitCode> {
  const corpus = await loadCorpus(flags.corpus ?? defaultCorpusDir);
  const wanted = roles.filter((role) => flags.role === undefined || role === flags.role);
  const sections = wanted.map((role) => ({ role, clips: corpus.list(role) })).filter(({ clips }) => clips.length > 0);
  for (const { role, clips } of sections) {
    const rows = clips.map(({ id, kind, language, durationMs, onsetMs }) => [id, kind, language, String(Math.round(durationMs)), String(Math.round(onsetMs))]);
    const columns: Column[] = [role, ...heads].map((head, i) => ({ head, align: i < 3 ? 'left' : 'right' }));
    const used = columns.reduce((sum, { head }, i) => sum + Math.max(head.length, ...rows.map((row) => row[i].length)) + 2, 0);
    const wordsWidth = Math.max(terminal.columns - used, leastWordsWidth);
    const table = renderTable([...columns, { head: 'words', align: 'left' }], rows.map((row, i) => [...row, fitted(clips[i].words, wordsWidth)]));
    terminal.out(`${table}\n`);
  }
  const all = sections.flatMap(({ clips }) => clips);
  const minutes = all.reduce((sum, { durationMs }) => sum + durationMs, 0) / 60_000;
  terminal.out(`${all.length} clips, ${minutes.toFixed(1)} minutes, in ${corpus.dir}\n`);
  return exitCode.ok;
}

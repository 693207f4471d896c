import type { RunOutcome } from '../benchmark.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { stableJson } from '../report/run-json.js';
import type { ReplacedBaseline } from '../run/baseline.js';
import { worstOf } from './exit.js';
import { fold } from './fold.js';
import type { Terminal } from './terminal.js';

/** A run that has been judged, whether measured now or merged from shards. */
export type JudgedRun = Pick<RunOutcome, 'info' | 'summary' | 'printed'> & { readonly verdict: Pick<RunOutcome['verdict'], 'failures' | 'baseline'> };

/**
 * With `--json` standard output is one document: `{ run, summary }`, and `baseline` where one was to be kept. What else there is to say
 * goes to standard error.
 */
export function printJson({ info, summary, verdict, printed }: JudgedRun, { out, err }: Pick<Terminal, 'out' | 'err'>): void {
  const { baseline, failures } = verdict;
  out(stableJson({ run: info, summary, ...(baseline && { baseline }) }));
  const refused = baseline && 'refused' in baseline ? [`not kept as a baseline: ${baseline.refused}`] : [];
  for (const line of [...info.untrusted.map((reason) => `untrusted: ${reason}`), ...failures.map((failure) => `failed: ${failure}`), ...refused]) err(`${line}\n`);
  err(printed);
}

/** The run whose place a baseline took: `run abc (label main, 2026-01-01T00:00:00Z)`. */
export function nameReplaced({ runId, label, startedAt }: ReplacedBaseline): string {
  const facts = [...(label === null ? [] : [`label ${label}`]), ...(startedAt === null ? [] : [startedAt])];
  return `${runId === null ? 'one that cannot be read' : `run ${runId}`}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

/** What a comparison with a baseline leaves beside the results. */
export const comparedFiles = ['compare.csv', 'compare-flips.csv'] as const;

/** Where the results are: the folder, and the files in it, below where they do not fit beside it. A path is never cut. */
export function describeResults(folder: string, files: readonly string[], { columns }: Pick<Terminal, 'columns'>): string {
  const [place, names] = [`Results: ${folder}`, `(${files.join(', ')})`];
  const together = `${place} ${names}`;
  const lines = together.length <= columns ? [together] : [place, ...fold(names, columns - 2, ' ').map((line) => `  ${line}`)];
  return lines.map((line) => `${line}\n`).join('');
}

export function codeOfJudged({ info, verdict }: Pick<JudgedRun, 'info'> & { readonly verdict: Pick<RunOutcome['verdict'], 'failures'> }): ExitCode {
  return worstOf([info.untrusted.length > 0 ? exitCode.untrusted : exitCode.ok, verdict.failures.length > 0 ? exitCode.gateFailed : exitCode.ok]);
}

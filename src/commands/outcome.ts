import type { RunOutcome } from '../benchmark.js';
import { exitCode } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { summaryJson } from '../report/run-json.js';
import { worstOf } from './exit.js';
import type { Terminal } from './terminal.js';

/** A run that has been judged, whether measured now or merged from shards. */
export type JudgedRun = Pick<RunOutcome, 'info' | 'summary' | 'printed'> & { readonly verdict: Pick<RunOutcome['verdict'], 'failures'> };

/** With `--json` standard output is one document: what else there is to say goes to standard error. */
export function printJson({ info, summary, verdict, printed }: JudgedRun, { out, err }: Pick<Terminal, 'out' | 'err'>): void {
  out(summaryJson(info, summary));
  for (const line of [...info.untrusted.map((reason) => `untrusted: ${reason}`), ...verdict.failures.map((failure) => `failed: ${failure}`)]) err(`${line}\n`);
  err(printed);
}

export function codeOfJudged({ info, verdict }: Pick<JudgedRun, 'info' | 'verdict'>): ExitCode {
  return worstOf([info.untrusted.length > 0 ? exitCode.untrusted : exitCode.ok, verdict.failures.length > 0 ? exitCode.gateFailed : exitCode.ok]);
}

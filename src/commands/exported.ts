import type { TraceExport } from '../run/export-traces.js';
import type { Terminal } from './terminal.js';

/** Says what became of the traces, on standard error. @param folder where the results are, from which they can be exported again */
export function reportExports(exports: readonly TraceExport[], folder: string, { err }: Pick<Terminal, 'err'>): void {
  for (const { destination, what, attempts, failure } of exports) {
    const count = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
    if (failure === null) err(`${what} of ${count}: ${destination}\n`);
    else err(`${what} not exported: ${failure.message}\n  try: ${failure.hint}\n  the results are safe: \`bargein measure ${folder} --otlp\` (or --otlp-file) exports them later\n`);
  }
}

/** Exit codes of the program. Where several hold, the order is 130, 2, 3, 1. */
export const exitCode = {
  ok: 0,
  gateFailed: 1,
  usage: 2,
  untrusted: 3,
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/**
 * A mistake that a user can mend: one line saying what was seen, and one saying what to change.
 * Printed without a stack trace.
 */
export class BargeinError extends Error {
  override readonly name: string = 'BargeinError';
  constructor(
    message: string,
    /** What to change: a flag, a file, a command. */
    readonly hint: string,
    readonly code: ExitCode = exitCode.usage,
  ) {
    super(message);
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The nearest of `known` to `name`, for "did you mean"; null where none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance, two rows. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length];
}

/** What the operating system says of a file, in words. */
const fileFaults: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
};

/** A file operation that failed, as one line with its remedy; the disk filling up makes a run untrusted, the rest is usage. */
export function fileFault(thrown: unknown, path: string, hint: string): BargeinError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new BargeinError(`${path}: ${fileFaults[code] ?? messageOf(thrown)}`, hint, full ? exitCode.untrusted : exitCode.usage);
}

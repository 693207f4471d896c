/** All that a command may touch besides its arguments and files. A test hands in its own. */
export interface Terminal {
  /** Writes to standard output, as it is. */
  out(text: string): void;
  /** Writes to standard error; where that is a terminal, lines are broken to its width. */
  err(text: string): void;
  /** Width for text on standard output, characters. */
  readonly columns: number;
  /** Whether standard output takes colours. */
  readonly colour: boolean;
  /** Standard error where it is a terminal, for a progress bar; null where it is not. */
  readonly errScreen: (NodeJS.WritableStream & { readonly columns?: number }) | null;
  /** Asks a yes-or-no question on the terminal; null where nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What text is fitted to where the output is no terminal. */
export const plainColumns = 80;

export interface OutputFacts {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The terminal's own width within bounds that tables can live with; 80 for a file or a pipe. */
export function columnsOf({ isTTY, columns }: OutputFacts): number {
  return isTTY && columns ? Math.min(Math.max(columns, 40), 120) : plainColumns;
}

/** Width for text on standard error, now; null where it is no terminal: another program reads that by the line. */
export function errColumnsOf({ errScreen }: Pick<Terminal, 'errScreen'>): number | null {
  return errScreen === null ? null : columnsOf({ isTTY: true, columns: errScreen.columns });
}

/**
 * Colours only on a terminal that has them, and never against https://no-color.org. `FORCE_COLOR` has them elsewhere too (a build
 * service that shows them), as https://force-color.org says, unless it is 0 or false.
 */
export function takesColour({ isTTY }: OutputFacts, env: Terminal['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTTY === true && env.TERM !== 'dumb';
}

import { CommanderError } from 'commander';
import { createColors } from 'picocolors';
import { BargeinError, exitCode, messageOf } from '../errors.js';
import type { ExitCode } from '../errors.js';
import { takesColour } from './terminal.js';
import type { Terminal } from './terminal.js';

/** Which of several exit codes the program ends with. A fault of ours hides all others. */
const order: readonly ExitCode[] = [exitCode.internal, exitCode.interrupted, exitCode.usage, exitCode.untrusted, exitCode.gateFailed];

export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return order.find((code) => codes.includes(code)) ?? exitCode.ok;
}

type Errors = Pick<Terminal, 'err' | 'errScreen' | 'env'>;

/**
 * Says on standard error what was thrown, and with which code the program ends.
 *
 * @param helpCommand what to call for the usage of the command that was meant
 */
export function reportThrown(thrown: unknown, terminal: Errors & Pick<Terminal, 'signal'>, helpCommand = 'bargein --help'): ExitCode {
  if (terminal.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError') return exitCode.interrupted;
  if (thrown instanceof CommanderError) return reportUsage(thrown, terminal, helpCommand);
  if (thrown instanceof BargeinError) {
    sayError(thrown.message, thrown.hint, terminal);
    return thrown.code;
  }
  terminal.err(`${errorWord(terminal)} this is a fault of bargein: ${oneLine(messageOf(thrown))}\n`);
  if (terminal.env.BARGEIN_DEBUG === '1') {
    terminal.err(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  } else {
    terminal.err('  try: report it with the command line and the output of `BARGEIN_DEBUG=1`, which adds the stack\n');
  }
  return exitCode.internal;
}

/** Help and version leave by an exception too, with code 0 and all said. */
function reportUsage(error: CommanderError, terminal: Errors, helpCommand: string): ExitCode {
  if (error.exitCode === 0) return exitCode.ok;
  // A command without its subcommand shows its help instead of a message.
  if (error.code === 'commander.help') return exitCode.usage;
  const [message, suggestion] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion ? suggestion.replace(/^\(|\)$/g, '').replace(/^D/, 'd') : `\`${helpCommand}\` shows what there is`;
  sayError(message, hint, terminal);
  return exitCode.usage;
}

/** Two lines, which only a screen breaks further: another program may read them by the line. */
function sayError(message: string, hint: string, terminal: Errors): void {
  terminal.err(`${errorWord(terminal)} ${oneLine(message)}\n  try: ${oneLine(hint)}\n`);
}

function errorWord({ errScreen, env }: Errors): string {
  const { bold, red } = createColors(takesColour({ isTTY: errScreen !== null }, env));
  return bold(red('error:'));
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

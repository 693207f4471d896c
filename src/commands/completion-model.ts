import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { choicesOf } from './values.js';

/** What may stand after a flag, or as an argument. */
export type Completed =
  | { readonly kind: 'words'; readonly words: readonly string[]; /** Several, with commas between. */ readonly list: boolean }
  /** Words of a kind, or the path of a file. */
  | { readonly kind: 'words-or-file'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  /** Nothing that could be proposed. */
  | { readonly kind: 'any' };

export interface CompletedFlag {
  /** `--clock`, and `-h` where there is a short one. */
  readonly names: readonly string[];
  readonly description: string;
  /** null: it takes no value. */
  readonly value: Completed | null;
}

/** A command as a shell has to know it. */
export interface CompletedCommand {
  /** `''` for the program itself, `corpus add` for a command of a command. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly CompletedFlag[];
  readonly argument: Completed;
}

/** Names of arguments and placeholders of flags that stand for files and folders. */
const files: ReadonlySet<string> = new Set(['file', 'files']);
const folders: ReadonlySet<string> = new Set(['dir', 'results', 'run', 'base', 'head']);

/**
 * Every command of a program, itself first, with all its flags: read off the program, so that nothing is said twice.
 * @param agents what `--agent` may begin with
 */
export function completionModel(program: CommandUnknownOpts, agents: readonly string[], path = ''): CompletedCommand[] {
  const help = program.createHelp();
  const own: CompletedCommand = {
    path,
    commands: program.commands.map((command) => ({ name: command.name(), summary: plain(command.summary() || command.description()) })),
    flags: help.visibleOptions(program as never).map((option) => flagOf(option as Option, agents)),
    argument: argumentOf(program),
  };
  return [own, ...program.commands.flatMap((command) => completionModel(command, agents, `${path} ${command.name()}`.trim()))];
}

function flagOf(option: Option, agents: readonly string[]): CompletedFlag {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const takesValue = option.required || option.optional;
  return { names, description: plain(option.description), value: takesValue ? valueOf(option, agents) : null };
}

function valueOf(option: Option, agents: readonly string[]): Completed {
  if (option.long === '--agent') return { kind: 'words-or-file', words: agents };
  const placeholder = /[<[]([^>\]]+)/.exec(option.flags)?.[1] ?? '';
  return ofChoices(option.argChoices, option.parseArg) ?? ofName(placeholder);
}

function argumentOf(program: CommandUnknownOpts): Completed {
  const [first] = program.registeredArguments;
  if (first === undefined) return { kind: 'any' };
  return ofChoices(first.argChoices, first.parseArg) ?? ofName(first.name());
}

function ofChoices(declared: readonly string[] | undefined, parser: unknown): Completed | null {
  const choices = declared === undefined ? choicesOf(parser) : { words: declared, list: false };
  return choices && { kind: 'words', ...choices };
}

function ofName(name: string): Completed {
  const bare = name.replace(/\.\.\.$/, '');
  return files.has(bare) ? { kind: 'file' } : folders.has(bare) ? { kind: 'folder' } : { kind: 'any' };
}

/** One line without what a shell would read: descriptions are shown, nothing more. */
function plain(text: string): string {
  return text.replace(/[`'"\\$]/g, '').replace(/\s+/g, ' ').trim();
}

import type { Completed, CompletedCommand } from './completion-model.js';

/**
 * The parts that bash and zsh understand alike: functions that say, in the variables of their caller, what a command has. `$1` is its
 * path, `$2` a flag.
 */
export function sharedFunctions(commands: readonly CompletedCommand[]): string {
  return [
    ...caseFunction('_bargein_subcommands', '"$1"', commands.filter(({ commands: below }) => below.length > 0).map(({ path, commands: below }) => [[path], `found='${below.map(({ name }) => name).join(' ')}'`])),
    '',
    ...caseFunction('_bargein_flags', '"$1"', commands.map(({ path, flags }) => [[path], `found='${flags.flatMap(({ names }) => names).join(' ')}'`])),
    '',
    '# Whether a flag takes a value, and what it may be.',
    ...caseFunction('_bargein_value', '"$1 $2"', valueCases(commands), 'return 1'),
    '',
    ...caseFunction('_bargein_argument', '"$1"', commands.filter(({ argument }) => argument.kind !== 'any').map(({ path, argument }) => [[path], assignments(argument)]), "kind=any found=''"),
  ].join('\n');
}

type Case = readonly [patterns: readonly string[], body: string];

/** Flags of the same kind share a case. */
function valueCases(commands: readonly CompletedCommand[]): Case[] {
  const byBody = new Map<string, string[]>();
  for (const { path, flags } of commands) {
    for (const { names, value } of flags) {
      if (value === null) continue;
      const body = assignments(value);
      byBody.set(body, [...(byBody.get(body) ?? []), ...names.map((name) => `${path} ${name}`)]);
    }
  }
  return [...byBody].map(([body, patterns]) => [patterns, body]);
}

function assignments(value: Completed): string {
  switch (value.kind) {
    case 'words':
      return `kind=${value.list ? 'list' : 'words'} found='${value.words.join(' ')}'`;
    case 'words-or-file':
      return `kind=words-or-file found='${value.words.join(' ')}'`;
    case 'file':
    case 'folder':
    case 'any':
      return `kind=${value.kind} found=''`;
  }
}

function caseFunction(name: string, subject: string, cases: readonly Case[], otherwise = "found=''"): string[] {
  return [
    `${name}() {`,
    `  case ${subject} in`,
    ...cases.map(([patterns, body]) => `    ${patterns.map((pattern) => `'${pattern}'`).join('|')}) ${body} ;;`),
    `    *) ${otherwise} ;;`,
    '  esac',
    '}',
  ];
}

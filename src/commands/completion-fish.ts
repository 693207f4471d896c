import type { Completed, CompletedCommand } from './completion-model.js';

/** For fish 3. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const withCommands = commands.filter(({ commands: below }) => below.length > 0);
  return `# fish completion for bargein. Use it with: bargein completion fish | source

# Whether the line is at the command of this path.
function __bargein_at
  set -l at
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    switch "$at"
${withCommands.map(({ path, commands: below }) => `      case '${path}'\n        contains -- $word ${below.map(({ name }) => name).join(' ')}; or break`).join('\n')}
      case '*'
        break
    end
    set at (string join ' ' $at $word)
  end
  test "$at" = "$argv[1]"
end

# Words for a list with commas, below what is there of it.
function __bargein_list
  set -l begun (string match -r '.*,' -- (commandline -ct | string replace -r '^--[^=]*=' ''))
  for word in $argv
    echo "$begun$word"
  end
end

complete -c bargein -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, flags, argument }: CompletedCommand): string[] {
  const here = `complete -c bargein -n "__bargein_at '${path}'"`;
  return [
    ...commands.map(({ name, summary }) => `${here} -a '${name}' -d '${summary}'`),
    ...flags.map(({ names, description, value }) => [here, ...names.map(named), ...(value === null ? [] : [valueWords(value)]), `-d '${description}'`].join(' ')),
    ...(commands.length > 0 ? [] : argumentWords(argument).map((words) => `${here} ${words}`)),
  ];
}

function named(flag: string): string {
  return flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
}

function valueWords(value: Completed): string {
  switch (value.kind) {
    case 'words':
      return value.list ? `-x -a '(__bargein_list ${value.words.join(' ')})'` : `-x -a '${value.words.join(' ')}'`;
    case 'words-or-file':
      return `-r -F -a '${value.words.join(' ')}'`;
    case 'file':
      return '-r -F';
    case 'folder':
      return "-x -a '(__fish_complete_directories)'";
    case 'any':
      return '-x';
  }
}

function argumentWords(argument: Completed): string[] {
  switch (argument.kind) {
    case 'words':
    case 'words-or-file':
      return [`-a '${argument.words.join(' ')}'`];
    case 'file':
      return ['-F'];
    case 'folder':
      return ["-a '(__fish_complete_directories)'"];
    case 'any':
      return [];
  }
}

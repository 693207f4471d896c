import { sharedFunctions } from './completion-cases.js';
import type { CompletedCommand } from './completion-model.js';

/** For zsh 5, with what is said of each command and flag. Either sourced, or put as `_bargein` into a folder of `fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  return `#compdef bargein
# zsh completion for bargein. Use it, after compinit, with: source <(bargein completion zsh)

${sharedFunctions(commands)}

${descriptions(commands)}

_bargein() {
  local at='' kind='' found='' word prefix="$PREFIX" before="\${words[CURRENT - 1]}"
  local -a told
  local i
  for (( i = 2; i < CURRENT; i++ )); do
    word="\${words[i]}"
    [[ "$word" == -* ]] && continue
    _bargein_subcommands "$at"
    [[ " $found " == *" $word "* ]] || break
    at="\${at:+$at }$word"
  done

  if [[ "$prefix" == --*=* ]] && _bargein_value "$at" "\${prefix%%=*}"; then
    compset -P '*='
  elif [[ "$before" == -* ]] && _bargein_value "$at" "$before"; then
    :
  elif [[ "$prefix" == -* ]]; then
    _bargein_told_flags "$at"
    _describe -t flags flag told -o
    return
  else
    _bargein_subcommands "$at"
    if [[ -n "$found" ]]; then
      _bargein_told_commands "$at"
      _describe -t commands command told
      return
    fi
    _bargein_argument "$at"
  fi

  case "$kind" in
    words) compadd -- \${(z)found} ;;
    list) compset -P '*,'; compadd -S '' -- \${(z)found} ;;
    words-or-file) compadd -- \${(z)found}; _files ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}

# In a folder of fpath this file is the function's body itself.
if [[ "$funcstack[1]" == _bargein ]]; then
  _bargein "$@"
else
  compdef _bargein bargein
fi
`;
}

/** \`name:what it is\`, in the variable of the caller; a colon within is escaped. */
function descriptions(commands: readonly CompletedCommand[]): string {
  const entry = (name: string, text: string) => `'${name}:${text.replaceAll(':', '\\:')}'`;
  const cases = (list: readonly CompletedCommand[], told: (command: CompletedCommand) => string[]) => list.map((command) => `    '${command.path}') told=(${told(command).join(' ')}) ;;`);
  const functionOf = (name: string, lines: readonly string[]) => [`${name}() {`, '  case "$1" in', ...lines, '    *) told=() ;;', '  esac', '}'];
  return [
    ...functionOf('_bargein_told_commands', cases(commands.filter((command) => command.commands.length > 0), (command) => command.commands.map(({ name, summary }) => entry(name, summary)))),
    ...functionOf('_bargein_told_flags', cases(commands, ({ flags }) => flags.flatMap(({ names, description }) => names.map((name) => entry(name, description))))),
  ].join('\n');
}

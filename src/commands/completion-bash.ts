import { sharedFunctions } from './completion-cases.js';
import type { CompletedCommand } from './completion-model.js';

/**
 * For bash 3.2 and later, without the package bash-completion. The line is split at blanks here and not by bash, which also splits at
 * colons and equals signs (COMP_WORDBREAKS) and expects only what follows the last of them.
 */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  return `# bash completion for bargein. Use it with: source <(bargein completion bash)

${sharedFunctions(commands)}

_bargein() {
  local line="\${COMP_LINE:0:COMP_POINT}" at='' cur before lead='' kind='' found='' i
  local IFS=$' \\t\\n'
  local -a words=()
  read -ra words <<< "$line"
  case "$line" in *[[:blank:]]) words+=('') ;; esac
  local last=$(( \${#words[@]} - 1 ))
  cur="\${words[last]}"
  before="\${words[last - 1]}"
  for (( i = 1; i < last; i++ )); do
    case "\${words[i]}" in
      -*) continue ;;
    esac
    _bargein_subcommands "$at"
    case " $found " in
      *" \${words[i]} "*) at="\${at:+$at }\${words[i]}" ;;
      *) break ;;
    esac
  done

  if [[ "$cur" == --*=* ]] && _bargein_value "$at" "\${cur%%=*}"; then
    lead="\${cur%%=*}="
  elif [[ "$before" == -* ]] && _bargein_value "$at" "$before"; then
    :
  elif [[ "$cur" == -* ]]; then
    kind=words
    _bargein_flags "$at"
  else
    _bargein_subcommands "$at"
    if [[ -n "$found" ]]; then kind=words; else _bargein_argument "$at"; fi
  fi

  if [[ "$kind" == list && "$cur" == *,* ]]; then lead="\${cur%,*},"; fi
  local rest="\${cur#"$lead"}" split="\${cur##*[:=]}"
  local broken="\${cur%"$split"}"
  COMPREPLY=()
  case "$kind" in
    words|list|words-or-file) COMPREPLY=( $(compgen -W "$found" -- "$rest") ) ;;
  esac
  IFS=$'\\n'
  # Where words are proposed, their colons are not to be escaped as those of a file's name are.
  if [[ "$kind" == words-or-file && \${#COMPREPLY[@]} -eq 0 ]]; then kind=file; fi
  case "$kind" in
    file) COMPREPLY+=( $(compgen -f -- "$rest") ); compopt -o filenames 2> /dev/null ;;
    folder) COMPREPLY+=( $(compgen -d -- "$rest") ); compopt -o filenames 2> /dev/null ;;
  esac
  for (( i = 0; i < \${#COMPREPLY[@]}; i++ )); do
    COMPREPLY[i]="$lead\${COMPREPLY[i]}"
    COMPREPLY[i]="\${COMPREPLY[i]#"$broken"}"
  done
  # What goes on after a colon, a slash or a comma is not over yet.
  case "$kind \${COMPREPLY[*]}" in
    list*|*:|*/) compopt -o nospace 2> /dev/null ;;
  esac
  return 0
}

complete -F _bargein bargein
`;
}

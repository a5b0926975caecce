/** The completion script for a shell, or undefined for shells that have none. Each asks `PROGRAM __complete WORDS…`, which answers "value\tdescription" lines. */
export function completionScript(shell: string, program: string): string | undefined {
  const name = program.replaceAll(/\W/g, '_');
  switch (shell) {
    case 'bash':
      return bash(program, name);
    case 'zsh':
      return zsh(program, name);
    case 'fish':
      return fish(program, name);
    default:
      return undefined;
  }
}

function bash(program: string, name: string): string {
  return `# Completion for ${program}. Load it with: source <(${program} completion bash)
_${name}_complete() {
  local line value
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    case $value in
      :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "\${words[-1]}"); return ;;
      :directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "\${words[-1]}"); return ;;
      *=) compopt -o nospace ;;
    esac
    COMPREPLY+=("$value")
  done < <(${program} __complete "\${words[@]}" 2>/dev/null)
  # Bash splits words at ":", so what stands before it must not be repeated.
  if [[ "\${words[-1]}" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
    local prefix=\${words[-1]%"\${words[-1]##*:}"} index
    for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=\${COMPREPLY[index]#"$prefix"}; done
  fi
}
complete -F _${name}_complete ${program}
`;
}

function zsh(program: string, name: string): string {
  return `#compdef ${program}
# Completion for ${program}. Load it with: source <(${program} completion zsh)
_${name}_complete() {
  local line value description
  local -a entries
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    description=\${line#*$'\\t'}
    case $value in
      :files) _files; return ;;
      :directories) _files -/; return ;;
    esac
    [[ $description == $line ]] && description=''
    entries+=("\${value//:/\\\\:}\${description:+:$description}")
  done < <(${program} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe '${program}' entries
}
if [ "$funcstack[1]" = "_${name}_complete" ]; then _${name}_complete "$@"; else compdef _${name}_complete ${program}; fi
`;
}

function fish(program: string, name: string): string {
  return `# Completion for ${program}. Load it with: ${program} completion fish | source
function __${name}_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answers (${program} __complete $words[2..-1] 2>/dev/null)
    switch "$answers[1]"
        case :files
            __fish_complete_path (commandline -ct)
        case :directories
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $answers
    end
end
complete -c ${program} -f -a '(__${name}_complete)'
`;
}

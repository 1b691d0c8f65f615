import { type CommandWords, type CompletionWords, type OptionWords, shellQuoted } from './words.ts';

/** Escapes colon and brackets, which are special in `_arguments`. */
const escaped = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

export const zshCompletion = (words: CompletionWords): string =>
  `#compdef ghostly
# Completion of ghostly for zsh, made by: ghostly completion zsh
_ghostly() {
  local -a commands=(
${words.map(({ name, summary }) => `    ${shellQuoted(`${escaped(name)}:${summary}`)}`).join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  ((CURRENT--))
  case "$command" in
${words.map(caseOf).join('\n')}
  esac
}
compdef _ghostly ghostly`;

function caseOf({ name, actions, options }: CommandWords): string {
  const first =
    actions.length === 0
      ? shellQuoted('*:file:_files')
      : shellQuoted(`1:action:(${actions.map((action) => action.name).join(' ')})`);
  return `    ${name}) _arguments ${[...options.map(optionOf), first].join(' ')} ;;`;
}

function optionOf({ name, short, takesValue, choices, help }: OptionWords): string {
  const value = !takesValue ? '' : choices.length > 0 ? `:${name}:(${choices.join(' ')})` : `:${name}: `;
  const what = shellQuoted(`[${escaped(help)}]${value}`);
  return short === undefined ? `--${name}${what}` : `{-${short},--${name}}${what}`;
}

import { type CommandWords, type CompletionWords, shellQuoted } from './words.ts';

/** Works with bash 3.2. Completes files for values and arguments without choices. */
export const bashCompletion = (words: CompletionWords): string =>
  `# Completion of ghostly for bash, made by: ghostly completion bash
_ghostly() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  # --status=running comes as three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if ((COMP_CWORD == 1)); then
    words=${shellQuoted([...words.map(({ name }) => name), '--help', '--version'].join(' '))}
  else
    case "\${COMP_WORDS[1]} $prev" in
${words.flatMap(valueCases).join('\n')}
      *)
        case "\${COMP_WORDS[1]} $COMP_CWORD $cur" in
${words.flatMap(wordCases).join('\n')}
        esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _ghostly ghostly`;

/** After an option that takes a value: its choices, if any. */
function valueCases({ name, options }: CommandWords): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name: option, short, choices }) => {
      const flags = [`--${option}`, ...(short === undefined ? [] : [`-${short}`])];
      const patterns = flags.map((flag) => shellQuoted(`${name} ${flag}`)).join(' | ');
      return `      ${patterns}) words=${shellQuoted(choices.join(' '))} ;;`;
    });
}

function wordCases({ name, actions, options }: CommandWords): string[] {
  const flags = options.map(({ name: option }) => `--${option}`).join(' ');
  const acts = actions.map((action) => action.name).join(' ');
  return [
    `          ${shellQuoted(`${name} `)}*' -'*) words=${shellQuoted(flags)} ;;`,
    ...(acts === '' ? [] : [`          ${shellQuoted(`${name} 2 `)}*) words=${shellQuoted(acts)} ;;`]),
  ];
}

import { type CommandWords, quoted, type Words } from './words.ts';

/** Works with bash 3.2. Completes files for values and arguments without choices. */
export const bashCompletion = (words: Words): string =>
  `# Completion of ghostly for bash, made by: ghostly completion bash
_ghostly() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  # --status=running comes as three words.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if ((COMP_CWORD == 1)); then
    words=${quoted([...words.map(({ name }) => name), '--help', '--version'].join(' '))}
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
      const patterns = flags.map((flag) => quoted(`${name} ${flag}`)).join(' | ');
      return `      ${patterns}) words=${quoted(choices.join(' '))} ;;`;
    });
}

function wordCases({ name, actions, options }: CommandWords): string[] {
  const flags = options.map(({ name: option }) => `--${option}`).join(' ');
  const acts = actions.map((action) => action.name).join(' ');
  return [
    `          ${quoted(`${name} `)}*' -'*) words=${quoted(flags)} ;;`,
    ...(acts === '' ? [] : [`          ${quoted(`${name} 2 `)}*) words=${quoted(acts)} ;;`]),
  ];
}

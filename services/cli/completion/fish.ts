import { type CommandWords, type CompletionWords, shellQuoted } from './words.ts';

export const fishCompletion = (words: CompletionWords): string =>
  [
    '# Completion of ghostly for fish, made by: ghostly completion fish',
    'complete -c ghostly -n __fish_use_subcommand -f',
    ...words.map(
      ({ name, summary }) =>
        `complete -c ghostly -n __fish_use_subcommand -f -a ${name} -d ${shellQuoted(summary)}`,
    ),
    ...words.flatMap(linesOf),
  ].join('\n');

function linesOf({ name, actions, options }: CommandWords): string[] {
  const seen = `complete -c ghostly -n ${shellQuoted(`__fish_seen_subcommand_from ${name}`)}`;
  const all = actions.map((action) => action.name).join(' ');
  const first = `complete -c ghostly -n ${shellQuoted(`__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${all}`)}`;
  return [
    ...actions.map((action) => `${first} -f -a ${action.name} -d ${shellQuoted(action.help)}`),
    ...options.map(({ name: option, short, takesValue, choices, help }) =>
      [
        seen,
        `-l ${option}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...(takesValue ? ['-x'] : []),
        ...(choices.length > 0 ? [`-a ${shellQuoted(choices.join(' '))}`] : []),
        `-d ${shellQuoted(help)}`,
      ].join(' '),
    ),
  ];
}

import { defineCommand } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { type CompletionWords, readWords } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';

const SHELLS: Readonly<Record<string, (words: CompletionWords) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export const command = defineCommand({
  about: ['Prints a script that completes commands, options and their values in your shell.'],
  usage: 'bash | zsh | fish',
  actions: {
    bash: { args: [], help: 'for ~/.bashrc:  source <(npx ghostly completion bash)' },
    zsh: { args: [], help: 'for ~/.zshrc, after compinit:  source <(npx ghostly completion zsh)' },
    fish: { args: [], help: 'for config.fish:  npx ghostly completion fish | source' },
  },
  options: {},
  positionals: { min: 0, max: 1 },
  examples: [],
  notes: ["Completes the command `ghostly`. If that is not on your PATH: alias ghostly='npx ghostly'"],
  run: async ({ out }, _, [shell = '']) => {
    const { COMMANDS } = await import('../command-table.ts');
    out(SHELLS[shell]?.(await readWords(COMMANDS)) ?? '');
    return 0;
  },
});

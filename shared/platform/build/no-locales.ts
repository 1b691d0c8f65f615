import type { Plugin } from 'esbuild';

/** The texts of forty languages that the validation brings: the contract has its own. */
export const noLocales: Plugin = {
  name: 'no-locales',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {};' }));
  },
};

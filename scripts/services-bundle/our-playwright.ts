import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { PLAYWRIGHT, SERVICES } from '#shared/platform/build/parts.ts';

const PATH = join(relative(SERVICES.folder, PLAYWRIGHT.folder), 'index.mjs');

/** Playwright has programs and files of its own, so it is not in the bundle but beside it. */
export const ourPlaywright: Plugin = {
  name: 'our-playwright',
  setup({ onResolve }) {
    onResolve({ filter: /^playwright$/ }, () => ({ path: PATH, external: true }));
  },
};

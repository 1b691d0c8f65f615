import type { Plugin } from 'esbuild';

/** A module of which a bundle gets what it comes to, without what it is computed from. `file` is from the root. */
export const computed = (file: string, values: Record<string, unknown>): Plugin => ({
  name: file,
  setup({ onLoad }) {
    onLoad({ filter: new RegExp(`/${file.replaceAll('.', '\\.')}$`) }, () => ({
      contents: Object.entries(values)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n'),
    }));
  },
});

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { STATES } from '#shared/run/state-table.ts';
import { runChart } from './chart.ts';

export interface Bundle {
  /** By their names below the folder that is served; index.html comes last. */
  files: Map<string, Uint8Array>;
  /** What went into it, from the root of the repository. */
  inputs: string[];
}

export interface Places {
  root: string;
  /** Of the application's sources. */
  app: string;
}

/** Of 2024, for what the sources use is not only syntax. */
const BROWSERS = ['chrome126', 'firefox126', 'safari18'];

/**
 * The application as files for a browser: one script, one style, one icon, each named for its content, and beside each
 * the same compressed (`.br`, `.gz`).
 */
export async function bundle({ root, app }: Places): Promise<Bundle> {
  const { outputFiles, metafile } = await buildApp(root, app);
  const files = new Map<string, Uint8Array>();
  const named = (name: string, content: Uint8Array) => {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const path = `assets/${basename(name, extname(name))}-${hash}${extname(name)}`;
    files.set(path, content);
    files.set(`${path}.br`, brotliCompressSync(content));
    files.set(`${path}.gz`, gzipSync(content, { level: 9 }));
    return `/${path}`;
  };
  const outputOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))!.contents;
  const html = readFileSync(join(app, 'index.html'), 'utf8')
    .replace('{{script}}', named('app.js', outputOf('.js')))
    .replace('{{style}}', named('app.css', outputOf('.css')))
    .replace('{{icon}}', named('icon.svg', readFileSync(join(app, 'icon.svg'))));
  files.set('index.html', new TextEncoder().encode(html));
  return { files, inputs: Object.keys(metafile.inputs) };
}

const buildApp = (root: string, app: string) =>
  build({
    absWorkingDir: root,
    entryPoints: [join(app, 'main.tsx'), join(app, 'style/index.css')],
    entryNames: '[name]',
    outdir: join(root, 'dist'),
    bundle: true,
    format: 'esm',
    target: BROWSERS,
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: {
      CHART: JSON.stringify(runChart()),
      EXAMPLES: JSON.stringify(readExamples(join(root, 'examples'))),
      'process.env.NODE_ENV': '"production"',
    },
    plugins: [spokenLanguages, stateTable],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });

/** Of the texts of forty languages that the validation has, those two that the application speaks. */
const spokenLanguages: Plugin = {
  name: 'spoken-languages',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'; export { default as es } from './es.js';",
    }));
  },
};

/** What the machine says of its states, without the machine. */
const stateTable: Plugin = {
  name: 'state-table',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared\/run\/state-table\.ts$/ }, () => ({
      contents: `export const STATES = ${JSON.stringify(STATES)};`,
    }));
  },
};

/** The flows of the examples folder, by the names of their files. */
function readExamples(folder: string): { name: string; text: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({ name: basename(file, '.json'), text: readFileSync(join(folder, file), 'utf8') }));
}

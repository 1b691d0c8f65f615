import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { ROUTES } from '#shared/api/contract/routes.ts';
import { EVENT_SHAPES } from '#shared/domain/events/event-shapes.ts';
import { STATES } from '#shared/domain/run/state-table.ts';
import { computed } from '#shared/platform/build/computed.ts';
import { noLocales } from '#shared/platform/build/no-locales.ts';
import { runChart, tallRunChart } from './chart.ts';
import { afterFirst } from './on-demand.ts';

export interface AppFolders {
  root: string;
  /** The folder of the application's sources. */
  app: string;
}

export interface BuiltApp {
  /** The files by their names below the folder that is served; a name has a hash of the content. */
  files: Map<string, Uint8Array>;
  /** The names of the scripts that the page loads first: the one that it names, and those that this imports. */
  first: [string, ...string[]];
  style: string;
  metafile: Metafile;
}

/** Small and capital letters together are what the gateway takes for a hash, also where it has no digit. */
const NAMES = 'assets/[name]-v[hash]';
/** Browsers of 2024: the sources use their features, not only their syntax. */
const BROWSERS = ['chrome126', 'firefox126', 'safari18'];

/** What sources come to, without what they are computed from. */
const WITHOUT_THE_MACHINE = [
  // What the machine says of its states, without the machine.
  computed('shared/domain/run/state-table.ts', { STATES }),
  // What the contract says of paths and events, without its schemas.
  computed('shared/api/contract/routes.ts', { ROUTES }),
  computed('shared/domain/events/event-shapes.ts', { EVENT_SHAPES }),
  // The charts, without the machine and what lays them out; they come with the first chart that is shown.
  computed('services/visualiser/app/run/chart/charts.ts', {
    CHART: runChart(),
    TALL_CHART: tallRunChart(),
  }),
];

/** The application's scripts and its style. What is imported dynamically comes in files of its own. */
export async function buildApp({ root, app }: AppFolders): Promise<BuiltApp> {
  const outdir = join(root, 'dist');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(app, 'main.tsx'), out: 'app' },
      { in: join(app, 'style/index.css'), out: 'app' },
    ],
    entryNames: NAMES,
    chunkNames: NAMES,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: BROWSERS,
    minify: true,
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: {
      // A text, since values of other kinds would come with the first script.
      EXAMPLES: JSON.stringify(JSON.stringify(readExamples(join(root, 'examples')))),
      'process.env.NODE_ENV': '"production"',
    },
    plugins: [afterFirst(root, join(app, 'main.tsx')), ...WITHOUT_THE_MACHINE, noLocales],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]));
  const named = (pattern: RegExp) => [...files.keys()].find((name) => pattern.test(name))!;
  const entry = named(/^assets\/app-\w+\.js$/);
  const imported = importedBy(`dist/${entry}`, metafile).map((path) => relative('dist', path));
  return { files, first: [entry, ...imported], style: named(/\.css$/), metafile };
}

/** The files that a browser loads with one of them, however deep. */
function importedBy(path: string, { outputs }: Metafile, found = new Set<string>()): string[] {
  for (const each of outputs[path]!.imports)
    if (each.kind === 'import-statement' && !found.has(each.path)) {
      found.add(each.path);
      importedBy(each.path, { inputs: {}, outputs }, found);
    }
  return [...found];
}

/** The flows of the examples folder, by the names of their files. */
function readExamples(folder: string): { name: string; text: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({ name: basename(file, '.json'), text: readFileSync(join(folder, file), 'utf8') }));
}

/* `npm run pack:client [-- FOLDER]`: makes the package of the client, plain JavaScript with types, in FOLDER (dist). */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { bundle, packPackage, ROOT, run } from '../packaging/pack.ts';

/** The package.json of the packed client: our version, our licence, our range of zod. */
export const CLIENT_MANIFEST = {
  name: '@ghostly/client',
  version: manifest.version,
  description: 'Start, watch and cancel Ghostly runs, from Node and from browsers',
  license: manifest.license,
  type: 'module',
  // AbortSignal.any
  engines: { node: '>=20.3' },
  sideEffects: false,
  exports: { '.': { types: './dist/types/api/client/index.d.ts', default: './dist/index.js' } },
  // What resolves without `exports`, such as `moduleResolution: node10`, reads these two.
  main: './dist/index.js',
  types: './dist/types/api/client/index.d.ts',
  files: ['dist'],
  dependencies: { zod: manifest.dependencies.zod },
} as const;

/** Resolves to the path of the tarball in `into`. */
export const packClient = (into: string): Promise<string> =>
  packPackage({
    manifest: CLIENT_MANIFEST,
    readme: 'scripts/client-package/README.md',
    into,
    async fill(dist) {
      const entryPoints = ['shared/api/client/index.ts'];
      await Promise.all([
        bundle(CLIENT_MANIFEST, dist, { entryPoints, target: 'es2022', plugins: [leaveOutWords] }),
        declare(dist),
      ]);
    },
  });

const TEXT = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\`(?:[^\`\\]|\\.)*\`|[A-Z]+\b)`;
const TEXTS = String.raw`${TEXT}(?:\s*\+\s*${TEXT})*`;
/** What the contract says in words of its fields and its endpoints, which only the API's own pages show. */
const WORDS = [
  new RegExp(String.raw`\s*\.describe\(\s*${TEXTS},?\s*\)`, 'g'),
  new RegExp(String.raw`^\s*(?:readonly )?(?:summary|description):\s*${TEXTS}[,;]\n`, 'gm'),
];

const withoutWords = (code: string): string => WORDS.reduce((left, words) => left.replace(words, ''), code);

const leaveOutWords: Plugin = {
  name: 'leave out words',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared\/(api\/contract|domain)\/.*\.ts$/ }, async ({ path }) => ({
      contents: withoutWords(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

async function declare(dist: string): Promise<void> {
  const types = join(dist, 'types');
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = [
      '--checkers',
      '1',
      '--noEmit',
      'false',
      '--emitDeclarationOnly',
      '--declaration',
      '--outDir',
      types,
    ];
    await run(process.execPath, [tsc, '--project', import.meta.dirname, ...options]);
  } catch (error) {
    throw new Error(`the client does not compile:\n${(error as { stdout?: string }).stdout}`, {
      cause: error,
    });
  }
  const files = await readdir(types, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
    const path = join(types, file);
    await writeFile(path, withoutWords(plainlyNamed(file, await readFile(path, 'utf8'))));
  }
  const needed = await neededFrom(join(types, 'api/client/index.d.ts'));
  const unneeded = files
    .map((file) => join(types, file))
    .filter((path) => path.endsWith('.d.ts') && !needed.has(path));
  await Promise.all(unneeded.map((path) => rm(path)));
}

/** A module of declarations, and all that it names: the others are of what the client does, and not of what it says. */
async function neededFrom(entry: string): Promise<ReadonlySet<string>> {
  const needed = new Set([entry]);
  for (const path of needed)
    for (const [, , , name] of (await readFile(path, 'utf8')).matchAll(PLAIN_MODULE))
      needed.add(join(dirname(path), `${name}.d.ts`));
  return needed;
}

/** `from './x.ts'`, `from '#shared/x.ts'` and `import("./x.ts")` */
const OWN_MODULE = /(\bfrom |\bimport\()(['"])(#shared\/|\.{1,2}\/)([^'"]+)\.ts\2/g;

/** The same once it is plainly named. */
const PLAIN_MODULE = /(\bfrom |\bimport\()(['"])(\.[^'"]+)\.js\2/g;

/** Declarations whose modules are named by relative paths that end in `.js`: the only way that every resolution follows. */
const plainlyNamed = (file: string, text: string): string =>
  text.replace(OWN_MODULE, (_, before: string, quote: string, from: string, name: string) => {
    const path = from === '#shared/' ? relative(dirname(file), name) : `${from}${name}`;
    return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}.js${quote}`;
  });

if (import.meta.main) console.log(await packClient(process.argv[2] ?? join(ROOT, 'dist')));

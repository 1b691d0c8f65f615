import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { noLocales } from '#shared/platform/build/no-locales.ts';
import { PLAYWRIGHT, SCRIPTS, SERVICES } from '#shared/platform/build/parts.ts';
import type { Built } from '#shared/platform/build/store.ts';
import { FILES, filesBeside } from './files-beside.ts';

/** Parts of `pg` for other places than this. */
const EXTERNAL = ['pg-native', 'pg-cloudflare'];

/** Packages that are CommonJS require Node's modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const PLAYWRIGHT_PATH = join(relative(SERVICES.folder, PLAYWRIGHT.folder), 'index.mjs');

/** Playwright has programs and files of its own, so it is not in the bundle but beside it. */
const ourPlaywright: Plugin = {
  name: 'our-playwright',
  setup({ onResolve }) {
    onResolve({ filter: /^playwright$/ }, () => ({ path: PLAYWRIGHT_PATH, external: true }));
  },
};

/**
 * All that is started, as plain JavaScript with its packages. Dynamic imports have files of their own, and what
 * several import is there once. Names are kept for stacks and logs. Node does not load the maps; an error that is
 * logged does.
 */
export async function bundleServices(root: string): Promise<Built> {
  const outdir = join(root, SERVICES.folder);
  const found = new Set<string>();
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: SCRIPTS,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    chunkNames: 'part-[name]-[hash]',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    plugins: [filesBeside(root, found), ourPlaywright, noLocales],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const files = new Map<string, Uint8Array>(
    outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]),
  );
  for (const path of found) files.set(`${FILES}/${path}`, readFileSync(join(root, path)));
  const modules = Object.keys(metafile.inputs);
  const text = new TextEncoder();
  files.set('package.json', text.encode('{ "type": "module" }\n'));
  files.set('third-party-licences.txt', text.encode(licencesOf(root, modules)));
  return { files, modules: [...modules, ...found] };
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const TEXTS = '{LICEN[CS]E,NOTICE,COPYING}*';

/** What the bundle says of the packages in it, as their licences ask for: their names, and the texts that they bring. */
function licencesOf(root: string, modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((path) => PACKAGE.exec(path)?.[0] ?? []));
  const parts = [...folders].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const texts = globSync(TEXTS, { cwd: join(root, folder) })
      .toSorted()
      .map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

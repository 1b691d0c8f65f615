import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { noLocales } from '#shared/platform/build/no-locales.ts';
import { SCRIPTS, SERVICES } from '#shared/platform/build/parts.ts';
import type { Built } from '#shared/platform/build/store.ts';
import { FILES, filesBeside } from './files-beside.ts';
import { licencesOf } from './licences.ts';
import { ourPlaywright } from './our-playwright.ts';

/** Parts of `pg` for other places than this. */
const EXTERNAL = ['pg-native', 'pg-cloudflare'];

/** Packages that are CommonJS require Node's modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

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

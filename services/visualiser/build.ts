/*
 * Builds the application into dist/ beside this file, if what is there was not made of these sources. Says so in one
 * line. `--force` builds anyway.
 */
import { fileURLToPath } from 'node:url';
import { WEB_APP } from '#shared/platform/build/parts.ts';
import { buildPart } from '#shared/platform/build/store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const APP = fileURLToPath(new URL('app', import.meta.url));

await buildPart(ROOT, WEB_APP, async () => {
  const { bundle } = await import('./build/bundle.ts');
  const { files, metafile } = await bundle({ root: ROOT, app: APP });
  return { files, modules: Object.keys(metafile.inputs) };
});

/*
 * Builds the application into dist/ beside this file, if what is there was not made of these sources. Says so in one
 * line. `--force` builds anyway.
 */
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.ts';
import { isFresh, storeBundle } from './build/store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const APP = fileURLToPath(new URL('app', import.meta.url));
const FOLDER = fileURLToPath(new URL('dist', import.meta.url));

const startedAt = performance.now();
if (!process.argv.includes('--force') && (await isFresh(ROOT, FOLDER))) {
  console.log('the visualiser is built already');
} else {
  await storeBundle(ROOT, FOLDER, await bundle({ root: ROOT, app: APP }));
  console.log(`built the visualiser in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}

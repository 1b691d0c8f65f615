/*
 * Makes the cluster that new homes copy, if what is there was not made of these sources. Its passwords are nobody's:
 * a copy gets its own. One file, so that a reader always has a whole one. Says so in one line. `--force` makes it
 * anyway.
 */
import { resolve } from 'node:path';
import { DATABASE_TEMPLATE } from '#shared/platform/build/parts.ts';
import { buildPart } from '#shared/platform/build/store.ts';
import { listenForStop } from '#shared/platform/process/stop-signals.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const stopping = new AbortController();
void listenForStop(process, () => performance.now()).first.then((signal) =>
  stopping.abort(new Error(`ended by ${signal}`)),
);

await buildPart(ROOT, DATABASE_TEMPLATE, async () => {
  const { archiveOfCluster } = await import('./archive.ts');
  const archive = await archiveOfCluster(stopping.signal);
  return { files: new Map([[DATABASE_TEMPLATE.entries[0]!, archive]]), modules: [] };
});

/*
 * Builds the services and the CLI into dist/services, if what is there was not made of these sources. Says so in one line.
 * `--force` builds anyway.
 */
import { resolve } from 'node:path';
import { SERVICES } from '#shared/platform/build/parts.ts';
import { buildPart } from '#shared/platform/build/store.ts';

const ROOT = resolve(import.meta.dirname, '../..');

await buildPart(ROOT, SERVICES, async () => {
  const { bundleServices } = await import('./bundle.ts');
  return bundleServices(ROOT);
});

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DATABASE_TEMPLATE } from '#shared/build/parts.ts';
import { isFresh } from '#shared/build/store.ts';
import type { PostgresPlacement } from './placement.ts';

/** The archive of a stopped cluster with the schema of these sources, if `ghostly setup` has made one. */
export const findTemplate = (root: string): string | undefined =>
  isFresh(root, DATABASE_TEMPLATE)
    ? join(root, DATABASE_TEMPLATE.folder, DATABASE_TEMPLATE.entries[0]!)
    : undefined;

/** False, and nothing is left, if it cannot be copied: then a cluster is made from nothing. */
export async function copyTemplate(
  template: string | undefined,
  into: string,
  { strategy }: PostgresPlacement,
): Promise<boolean> {
  // The files of the `copy` strategy are another user's.
  if (template === undefined || strategy === 'copy') return false;
  try {
    await mkdir(into, { mode: 0o700 });
    // A process of its own: 1,500 files take Node twice the CPU, and NATS starts meanwhile.
    await promisify(execFile)('tar', ['-xpf', template, '--no-same-owner', '-C', into]);
    return existsSync(join(into, 'PG_VERSION'));
  } catch {
    await rm(into, { recursive: true, force: true }); // there is no tar, or the disk is full
    return false;
  }
}

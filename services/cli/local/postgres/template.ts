import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DATABASE_TEMPLATE } from '#shared/platform/build/parts.ts';
import { isFresh } from '#shared/platform/build/store.ts';

/** The archive of a stopped cluster with the schema of these sources, if `ghostly setup` has made one. */
export const findTemplate = (root: string): string | undefined =>
  isFresh(root, DATABASE_TEMPLATE)
    ? join(root, DATABASE_TEMPLATE.folder, DATABASE_TEMPLATE.entries[0]!)
    : undefined;

/** @throws if there is no archive or no tar, if it is damaged, or if the disk is full */
export async function unpackTemplate(template: string, into: string): Promise<void> {
  await mkdir(into, { mode: 0o700 });
  // A process of its own: 1,500 files take Node twice the CPU, and NATS starts meanwhile.
  await promisify(execFile)('tar', ['-xpf', template, '--no-same-owner', '-C', into]);
}

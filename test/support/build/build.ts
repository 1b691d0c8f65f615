import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REQUIRED_PARTS, WEB_APP } from '#shared/platform/build/parts.ts';
import { isFresh } from '#shared/platform/build/store.ts';
import { PATIENCE_MS } from '../eventually.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The web app, as the global set-up has built it. */
export const VISUALISER_DIR = join(ROOT, WEB_APP.folder);

/** Builds what is not made of these sources: the web app, and what the services of tests start from. */
export async function buildParts(): Promise<void> {
  for (const part of REQUIRED_PARTS.filter((part) => !isFresh(ROOT, part)))
    await promisify(execFile)(process.execPath, [join(ROOT, part.script)], { timeout: 10 * PATIENCE_MS });
}

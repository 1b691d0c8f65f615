import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SERVICES, WEB_APP } from '#shared/build/parts.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The web app, as the global set-up has built it. */
export const VISUALISER_DIR = join(ROOT, WEB_APP.folder);

/** Builds, unless they are made of these sources, the web app and the services. Those of tests start from it. */
export async function buildParts(): Promise<void> {
  for (const { script } of [SERVICES, WEB_APP])
    await promisify(execFile)(process.execPath, [join(ROOT, script)], { timeout: 60_000 });
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VISUALISER = join(import.meta.dirname, '../../../services/visualiser');

/** Where `buildVisualiser` puts it. */
export const VISUALISER_DIR = join(VISUALISER, 'dist');

/** As `ghostly up` builds it. Once for a test run: two that build at the same time remove each other's files. */
export async function buildVisualiser(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(VISUALISER, 'build.ts')], { timeout: 60_000 });
}

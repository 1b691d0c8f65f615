import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder of the visualiser, built as `ghostly up` builds it. */
export async function buildVisualiser(): Promise<string> {
  await promisify(execFile)(process.execPath, [`${ROOT}services/visualiser/build.ts`], { timeout: 60_000 });
  return `${ROOT}services/visualiser/dist`;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Part } from '#shared/build/parts.ts';
import { isFresh } from '#shared/build/store.ts';

const BUILD_WITHIN_MS = 60_000;

/** Makes sure that a part is built from the sources that there are. Resolves to its folder; undefined if it cannot be built. */
export async function ensureBuilt(
  root: string,
  part: Part,
  say: (line: string) => void,
): Promise<string | undefined> {
  const folder = join(root, part.folder);
  if (isFresh(root, part)) return folder;
  try {
    const script = join(root, part.script);
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: BUILD_WITHIN_MS });
    say(`${part.name}: ${stdout.trim()}`);
    return folder;
  } catch (error) {
    const [line = ''] = String((error as { stderr?: unknown }).stderr ?? error)
      .trim()
      .split('\n')
      .slice(-1);
    say(`${part.name}: could not be built (${line})`);
    return undefined;
  }
}

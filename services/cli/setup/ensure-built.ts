import { type ExecFileException, execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Part } from '#shared/platform/build/parts.ts';
import { isFresh } from '#shared/platform/build/store.ts';

const BUILD_WITHIN_MS = 60_000;

/** Makes sure that a part is built from the sources that there are. Resolves to its folder; undefined if it cannot be built. */
export async function ensureBuilt(
  root: string,
  part: Part,
  say: (line: string) => void,
  withinMs = BUILD_WITHIN_MS,
): Promise<string | undefined> {
  const folder = join(root, part.folder);
  if (isFresh(root, part)) return folder;
  try {
    const script = join(root, part.script);
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: withinMs });
    say(`${part.name}: ${stdout.trim()}`);
    return folder;
  } catch (error) {
    const reason = (error as ExecFileException).killed
      ? `it took longer than ${withinMs / 1_000} s`
      : reasonOf(error as ExecFileException);
    say(`${part.name}: could not be built (${reason})`);
    return undefined;
  }
}

/** Node writes where an error was thrown, then its name and message, its stack, and at last its own version. esbuild's come below its first line. */
const NAMED = /^\s*\w*error\b.*?: (?:Build failed with \d+ errors?:\n)?(.+)/im;

const reasonOf = ({ stderr = '', message }: ExecFileException): string =>
  (NAMED.exec(stderr)?.[1] ?? message.split('\n')[0]!).trim();

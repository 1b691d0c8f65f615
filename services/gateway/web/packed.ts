import type { FileHandle } from 'node:fs/promises';
import { openContained } from '#shared/process/open-contained.ts';
import type { GatewayContext } from '../http/call.ts';

/** The ending of a file's compressed twin, by its encoding, the smaller one first. */
const TWINS = { br: '.br', gzip: '.gz' } as const;

/** A file that the build has compressed beforehand, if the client takes that encoding; `app.js.br` beside `app.js`. */
export async function openPacked(
  ctx: GatewayContext,
  folder: string,
  file: string,
): Promise<{ handle: FileHandle; encoding: string } | undefined> {
  for (const [encoding, ending] of Object.entries(TWINS)) {
    if (ctx.acceptsEncodings(encoding) !== encoding) continue;
    const handle = await openContained(folder, `${file}${ending}`);
    if (handle) return { handle, encoding };
  }
  return undefined;
}

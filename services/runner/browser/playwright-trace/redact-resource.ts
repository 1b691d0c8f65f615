import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { RESOURCES } from '#shared/domain/playwright-trace/pieces.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { withoutSessions } from './sessions.ts';

/** A larger one is left out. */
export const LARGEST_RESOURCE = 2 * 2 ** 20;

const PICTURES_AND_FONTS =
  /^(?:image\/(?!svg)|font\/|application\/(?:x-)?font|application\/vnd\.ms-fontobject)/i;
const EXTENSION = /\.[a-z0-9]{1,8}$/;

/**
 * What may be kept of a file that a page has loaded or sent: text without secrets, and pictures and fonts that have none in
 * their bytes. Undefined for anything else, which could hold one in a way that is not looked for.
 */
export async function redactResource(
  bytes: Buffer,
  type: string,
  redact: Redactor,
): Promise<Buffer | undefined> {
  if (isUtf8(bytes) && !bytes.includes(0))
    return Buffer.from(await redact(await inSlices(withoutSessions(bytes.toString()))));
  if (!PICTURES_AND_FONTS.test(type)) return undefined;
  const text = bytes.toString('latin1');
  for (const seen of [text, text.replaceAll('\0', '')]) if ((await redact(seen)) !== seen) return undefined;
  return bytes;
}

/** Named by what is kept: the hash of what was loaded would let a short secret be guessed. */
export const resourceName = (kept: Uint8Array, before: string): string =>
  `${RESOURCES}${createHash('sha1').update(kept).digest('hex')}${EXTENSION.exec(before)?.[0] ?? ''}`;

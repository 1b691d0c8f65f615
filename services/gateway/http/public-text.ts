/*
 * Public texts: documents of the contract and files of the web app. Owns their bytes and compressed twins, in memory.
 * Each is compressed once, one after the other, on zlib's threads, so that strangers hold up no start or cancel
 * (I13).
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { createTurns } from '#shared/platform/async/turns.ts';
import { untilFirstSuccess } from '#shared/platform/async/until-first-success.ts';
import type { GatewayContext } from './call.ts';
import { type Encoding, encodingOf } from './encoding.ts';
import { tagsIn, weakTag } from './entity-tag.ts';

export interface PublicText {
  bytes: Buffer;
  /** Changes with the bytes. */
  tag: string;
  twin(encoding: Encoding): Promise<Buffer>;
}

/** Smaller texts gain less than a packet, bytes. */
const THRESHOLD = 1_024;

const COMPRESS: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

const turns = createTurns(1);

/** `built`: twins that are there already. */
export function publicText(
  bytes: Buffer,
  tag: string,
  built: Partial<Record<Encoding, Buffer>> = {},
): PublicText {
  const twinOf = (encoding: Encoding) =>
    untilFirstSuccess(async () => built[encoding] ?? turns.take(() => COMPRESS[encoding](bytes)));
  const twins = { br: twinOf('br'), gzip: twinOf('gzip') };
  return { bytes, tag, twin: (encoding) => twins[encoding]() };
}

/** Answers with the text, or with 304 if the client has it; type and headers of its own are set already. */
export async function sendPublicText(ctx: GatewayContext, text: PublicText): Promise<void> {
  ctx.status = 200;
  ctx.set('ETag', weakTag(text.tag));
  if (tagsIn(ctx.get('If-None-Match')).includes(text.tag)) {
    ctx.status = 304;
    return;
  }
  // Nothing compresses it again for each request.
  ctx.compress = false;
  const encoding = text.bytes.length < THRESHOLD ? undefined : encodingOf(ctx);
  if (encoding) ctx.set('Content-Encoding', encoding);
  ctx.body = encoding ? await text.twin(encoding) : text.bytes;
}

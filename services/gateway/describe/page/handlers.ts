import { createHash } from 'node:crypto';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { untilFirstSuccess } from '#shared/platform/async/until-first-success.ts';
import type { GatewayConfig } from '../../deps.ts';
import type { GatewayContext, Handlers } from '../../http/call.ts';
import { RequestError } from '../../http/errors.ts';
import { type PublicText, publicText, sendPublicText } from '../../http/public-text.ts';
import { describeMessages } from '../asyncapi.ts';
import { describeApi } from '../openapi/document.ts';
import { renderPage } from './page.ts';

type Docs = Pick<Handlers, 'openapi' | 'asyncapi' | 'docs' | 'readProblem'>;

/** The description of the contract, built at the first request and cached. */
export function createDocs({ version, webDir }: Pick<GatewayConfig, 'version' | 'webDir'>): Docs {
  const document = untilFirstSuccess(() => inSlices(describeApi({ version })));
  const json = untilFirstSuccess(async () => textOf(JSON.stringify(await document())));
  const asyncapi = untilFirstSuccess(async () => textOf(JSON.stringify(describeMessages({ version }))));
  const page = untilFirstSuccess(async () => {
    const { html, policy } = renderPage(await document(), webDir !== undefined);
    return { ...textOf(html), policy };
  });
  return {
    openapi: async ({ ctx }) => answer(ctx, 'application/json', await json()),
    asyncapi: async ({ ctx }) => answer(ctx, 'application/json', await asyncapi()),
    docs: async ({ ctx }) => {
      const { policy, ...text } = await page();
      ctx.set('Content-Security-Policy', policy);
      await answer(ctx, 'text/html', text);
    },
    readProblem: async ({ params: { code }, ctx }) => {
      if (!Object.hasOwn(ERRORS, code)) throw new RequestError('not_found');
      ctx.status = 302;
      ctx.redirect(`/docs#problem-${code}`);
    },
  };
}

const textOf = (text: string): PublicText =>
  publicText(Buffer.from(text), createHash('sha256').update(text).digest('base64url').slice(0, 22));

function answer(ctx: GatewayContext, type: string, text: PublicText): Promise<void> {
  ctx.set({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' });
  return sendPublicText(ctx, text);
}

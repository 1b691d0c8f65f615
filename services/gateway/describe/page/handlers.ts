import { createHash } from 'node:crypto';
import type { GatewayConfig } from '../../deps.ts';
import type { GatewayContext, Handlers } from '../../http/call.ts';
import { describeMessages } from '../asyncapi.ts';
import { describeApi } from '../openapi/document.ts';
import { renderPage } from './page.ts';

type Docs = Pick<Handlers, 'openapi' | 'asyncapi' | 'docs' | 'readProblem'>;

/** The description of the contract, built at the first request and cached. */
export function createDocs({ version, webDir }: Pick<GatewayConfig, 'version' | 'webDir'>): Docs {
  const document = once(() => describeApi({ version }));
  const json = once(() => fileOf(JSON.stringify(document())));
  const asyncapi = once(() => fileOf(JSON.stringify(describeMessages({ version }))));
  const page = once(() => {
    const { html, policy } = renderPage(document(), webDir !== undefined);
    return { ...fileOf(html), policy };
  });
  return {
    openapi: async ({ ctx }) => answer(ctx, 'application/json', json()),
    asyncapi: async ({ ctx }) => answer(ctx, 'application/json', asyncapi()),
    docs: async ({ ctx }) => {
      ctx.set('Content-Security-Policy', page().policy);
      answer(ctx, 'text/html', page());
    },
    readProblem: async ({ params: { code }, ctx }) => {
      ctx.status = 302;
      ctx.redirect(`/docs#problem-${code}`);
    },
  };
}

interface File {
  text: string;
  etag: string;
}

const fileOf = (text: string): File => ({
  text,
  etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`,
});

function answer(ctx: GatewayContext, type: string, { text, etag }: File): void {
  ctx.status = 200;
  ctx.set({ 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache', ETag: etag });
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = text;
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

import type { GatewayContext } from '../http/call.ts';

type Asked = Pick<GatewayContext, 'get' | 'method' | 'host' | 'secure'>;

export interface OwnPages {
  /**
   * Whether the browser says that the request comes from a page of this gateway, or, if it only reads, from its user.
   * Pages of other ports of the same host count as another site, although a browser sends them the same cookies.
   */
  sent(ctx: Asked): boolean;
  /** Whether pages are served over TLS, by this gateway's proxy. */
  isSecure(ctx: Asked): boolean;
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** A client that sends neither header is no browser of today, and has no cookie that could be abused. */
export function createOwnPages(publicUrls: readonly string[]): OwnPages {
  const urls = publicUrls.map((url) => new URL(url));
  const origins = new Set(urls.map(({ origin }) => origin));
  const secureHosts = new Set(
    urls.filter(({ protocol }) => protocol === 'https:').map(({ hostname }) => hostname),
  );

  const isSecure: OwnPages['isSecure'] = (ctx) =>
    ctx.secure || secureHosts.has(URL.parse(`http://${ctx.host}`)?.hostname ?? '');

  function isOwn(ctx: Asked, text: string): boolean {
    if (origins.has(text)) return true;
    const origin = URL.parse(text);
    return (
      origin?.host === hostOf(ctx, origin?.protocol) && (origin?.protocol === 'https:' || !isSecure(ctx))
    );
  }
  return {
    isSecure,
    sent(ctx) {
      const site = ctx.get('Sec-Fetch-Site');
      const origin = ctx.get('Origin');
      if (site === 'same-origin') return true;
      if (site !== '') return site === 'none' && READS.has(ctx.method);
      return origin === '' ? READS.has(ctx.method) : isOwn(ctx, origin);
    },
  };
}

/** The host like in an origin of that scheme: without its default port. */
const hostOf = ({ host }: Asked, protocol = 'http:'): string | undefined =>
  URL.parse(`${protocol}//${host}`)?.host;

import type { GatewayContext } from '../http/call.ts';

/** What browsers ask for by themselves, also where another page than ours is shown, such as `/docs`. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#4f46e5" d="M16 3C9.9 3 6 7.6 6 13.6V28l4-3.2 3 3.2 3-3.2 3 3.2 3-3.2 4 3.2V13.6C26 7.6 22.1 3 16 3Z"/><circle cx="12.4" cy="13.4" r="2.1" fill="#fff"/><circle cx="19.6" cy="13.4" r="2.1" fill="#fff"/></svg>';

export function sendIcon(ctx: GatewayContext): void {
  ctx.status = 200;
  ctx.type = 'image/svg+xml';
  ctx.set('Cache-Control', 'public, max-age=86400');
  ctx.body = ICON;
}

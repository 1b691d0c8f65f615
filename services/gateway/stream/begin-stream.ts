import type { GatewayContext } from '../http/call.ts';

/** Answers with the head of an event stream; what follows is written to `ctx.res`. */
export function beginStream(ctx: GatewayContext): void {
  ctx.respond = false;
  ctx.req.socket.setNoDelay(true);
  ctx.res.writeHead(200, {
    ...ctx.response.headers,
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  ctx.res.flushHeaders();
}

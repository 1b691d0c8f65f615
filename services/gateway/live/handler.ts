import { Writable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { FRAME_SIZES, type FrameSize, PACE_MS } from '#shared/adapters/bus/live/wish.ts';
import { LIVE_PROTOCOL } from '#shared/api/contract/live/ends.ts';
import { takeSocket } from '#shared/platform/http/upgrade.ts';
import type { OpenStreams } from '../access/open-streams.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import type { RunViews } from './run-views.ts';
import { LiveViewer } from './viewer.ts';

interface Deps {
  views: RunViews;
  openStreams: OpenStreams;
  /** The gateway stops. */
  stopping: AbortSignal;
}

/** Ends of connections are found by this, ms. */
const PING_MS = 15_000;
/** The longest message of a viewer, bytes. */
const LONGEST_SAID = 4_096;
/** How often one with little data to spend is sent a picture, ms. */
const SAVING_MS = 4_000;

export const sizeFor = (max: number): FrameSize => (max <= FRAME_SIZES.small ? 'small' : 'large');

/** Takes the socket of a viewer, and shows it the run until its end. */
export function createWatchRun({ views, openStreams, stopping }: Deps): Handler<'watchRun'> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: LONGEST_SAID,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(LIVE_PROTOCOL) && LIVE_PROTOCOL,
  });
  return async ({ actor, run: { id }, query: { max }, ctx, leaveTurn }) => {
    const out = new Writable();
    const leave = openStreams.join(actor, { runId: id }, out);
    const taken = takeSocket(ctx.req, ctx.res);
    if (!taken) {
      leave();
      ctx.set('Upgrade', 'websocket');
      throw new RequestError('upgrade_required');
    }
    leaveTurn();
    ctx.respond = false;
    ctx.res.statusCode = 101;
    taken.socket.once('close', leave);
    const saves = ctx.get('Save-Data') === 'on';
    const ask = {
      page: null,
      size: saves ? ('small' as const) : sizeFor(max),
      everyMs: saves ? SAVING_MS : PACE_MS.shortest,
    };
    server.handleUpgrade(ctx.req, taken.socket, taken.head, (socket) => {
      const viewer = new LiveViewer(socket, id, views, ask);
      endWith(out, viewer, socket);
      pinging(socket);
      const restart = () => viewer.end('restarting');
      if (stopping.aborted) restart();
      stopping.addEventListener('abort', restart);
      socket.once('close', () => stopping.removeEventListener('abort', restart));
    });
  };
}

/** The end of `out` sends away one that may not watch any more. */
function endWith(out: Writable, viewer: LiveViewer, socket: WebSocket): void {
  out._final = (done) => {
    viewer.end('forbidden');
    done();
  };
  out.once('close', () => socket.terminate());
  socket.once('close', () => out.destroy());
}

/** Ends a connection whose other end is gone without a word. */
function pinging(socket: WebSocket): void {
  let isThere = true;
  socket.on('pong', () => {
    isThere = true;
  });
  const timer = setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }, PING_MS);
  socket.once('close', () => clearInterval(timer));
}

import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { type Artifacts, StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import type { Actor } from '../access/policy.ts';
import type { Call, GatewayContext, Handlers } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { harOf } from './har.ts';
import { filesOfTrace, hasTrace, type TraceFile } from './stored-trace.ts';
import { takeTraceTurn } from './trace-turns.ts';
import type { ViewTickets } from './view-tickets.ts';
import type { ViewerPlace } from './viewer-place.ts';
import { zipTrace } from './zip-trace.ts';

export interface TraceHandlerDeps {
  artifacts: Pick<Artifacts, 'list' | 'open'>;
  tickets: ViewTickets;
  viewer: ViewerPlace;
}

/** `Retry-After`, s. */
const RETRY_AFTER_S = 5;

type Reader = Pick<Call<'readPlaywrightTrace'>, 'actor' | 'ctx'>;

type TraceHandlers = Pick<
  Handlers,
  | 'readPlaywrightTrace'
  | 'listPlaywrightTrace'
  | 'readPlaywrightTraceFile'
  | 'readHar'
  | 'viewPlaywrightTrace'
>;

/** Playwright's trace of a run, for callers that may read the run (I11). */
export function createTraceHandlers({ artifacts, tickets, viewer }: TraceHandlerDeps): TraceHandlers {
  /** The files, of which there are some. */
  const filesOf = async (runId: string, { actor, ctx }: Reader): Promise<AsyncIterable<TraceFile>> => {
    const signal = await takeTurn(actor, ctx);
    const files = filesOfTrace(artifacts, runId, signal);
    const first = await answered(files.next());
    if (first.done) throw new RequestError('not_found');
    return beginningWith(first.value, files);
  };
  return {
    async readPlaywrightTrace({ run, leaveTurn, ...reader }) {
      leaveTurn(); // a store may take its time
      const files = await filesOf(run.id, reader);
      send(reader.ctx, 'application/zip', `trace-${run.id}.zip`, () => zipTrace(files));
    },
    async listPlaywrightTrace({ run, leaveTurn, ...reader }) {
      leaveTurn();
      const names: string[] = [];
      for await (const { name } of await filesOf(run.id, reader)) names.push(name);
      const path = (name: string) => `/v1/runs/${run.id}/playwright-trace/files/${fileNameOf(name)}`;
      return { status: 200, body: { entries: names.map((name) => ({ name, path: path(name) })) } };
    },
    async readPlaywrightTraceFile({ run, params, leaveTurn, ...reader }) {
      leaveTurn();
      for await (const file of await filesOf(run.id, reader))
        if (fileNameOf(file.name) === params.file) {
          const content = () => Readable.from(file.read(), { objectMode: false });
          send(reader.ctx, 'application/octet-stream', params.file, content);
          return;
        }
      throw new RequestError('not_found');
    },
    async readHar({ run, leaveTurn, ...reader }) {
      leaveTurn();
      const files = await filesOf(run.id, reader);
      send(reader.ctx, 'application/json', `run-${run.id}.har`, () => harOf(files));
    },
    async viewPlaywrightTrace({ run, ctx, leaveTurn }) {
      leaveTurn();
      const origin = viewer.originFor(ctx);
      if (origin === undefined) throw new RequestError('no_viewer');
      if (!(await answered(hasTrace(artifacts, run.id)))) throw new RequestError('not_found');
      const { ticket, expiresAt } = await tickets.issue(run.id);
      return {
        status: 201,
        body: { url: `${origin}/traces/${ticket}/`, expiresAt: expiresAt.toISOString() },
      };
    },
  };
}

async function* beginningWith(
  first: TraceFile,
  rest: AsyncIterable<TraceFile>,
): AsyncGenerator<TraceFile, void, undefined> {
  yield first;
  yield* rest;
}

const takeTurn = (actor: Actor, ctx: GatewayContext): Promise<AbortSignal> =>
  takeTraceTurn(actor.userId, ctx.res).catch((cause: unknown) => {
    throw new RequestError('too_many_requests', { cause, retryAfterS: RETRY_AFTER_S });
  });

/** A file to be saved. */
function send(ctx: Context, type: string, name: string, content: () => Readable): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
  if (ctx.method === 'GET') ctx.body = content();
}

/** The last part of its path in a URL. */
const fileNameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const answered = <Found>(looking: Promise<Found>): Promise<Found> =>
  looking.catch((cause: unknown) => {
    if (cause instanceof StoreUnavailableError)
      throw new RequestError('store_unavailable', { cause, retryAfterS: RETRY_AFTER_S });
    // The codes of a file system look like those of a lost connection.
    throw new RequestError('internal', { cause });
  });

import { Readable } from 'node:stream';
import { type Artifacts, StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import type { Handlers } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { filesOfTrace, hasTrace, type TraceFile } from './stored-trace.ts';
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

type TraceHandlers = Pick<
  Handlers,
  'readPlaywrightTrace' | 'listPlaywrightTrace' | 'readPlaywrightTraceFile' | 'viewPlaywrightTrace'
>;

/** Playwright's trace of a run, for callers that may read the run (I11). */
export function createTraceHandlers({ artifacts, tickets, viewer }: TraceHandlerDeps): TraceHandlers {
  const filesOf = async (runId: string): Promise<TraceFile[]> => {
    const files = await answered(filesOfTrace(artifacts, runId));
    if (files.length === 0) throw new RequestError('not_found');
    return files;
  };
  return {
    async readPlaywrightTrace({ run, ctx, leaveTurn }) {
      leaveTurn(); // a store may take its time
      const files = await filesOf(run.id);
      ctx.status = 200;
      ctx.set('Content-Type', 'application/zip');
      ctx.set('Content-Disposition', `attachment; filename="trace-${run.id}.zip"`);
      if (ctx.method === 'GET') ctx.body = zipTrace(files);
    },
    async listPlaywrightTrace({ run, leaveTurn }) {
      leaveTurn();
      const files = await filesOf(run.id);
      const path = (name: string) => `/v1/runs/${run.id}/playwright-trace/files/${fileNameOf(name)}`;
      return { status: 200, body: { entries: files.map(({ name }) => ({ name, path: path(name) })) } };
    },
    async readPlaywrightTraceFile({ run, params, ctx, leaveTurn }) {
      leaveTurn();
      const file = (await filesOf(run.id)).find(({ name }) => fileNameOf(name) === params.file);
      if (!file) throw new RequestError('not_found');
      ctx.status = 200;
      ctx.set('Content-Type', 'application/octet-stream');
      ctx.set('Content-Disposition', 'attachment');
      if (ctx.method === 'GET') ctx.body = Readable.from(file.read(), { objectMode: false });
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

/** The last part of its path in a URL. */
const fileNameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const answered = <Found>(looking: Promise<Found>): Promise<Found> =>
  looking.catch((cause: unknown) => {
    if (cause instanceof StoreUnavailableError)
      throw new RequestError('store_unavailable', { cause, retryAfterS: RETRY_AFTER_S });
    // The codes of a file system look like those of a lost connection.
    throw new RequestError('internal', { cause });
  });

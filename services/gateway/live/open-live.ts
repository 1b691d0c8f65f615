import type { Frames } from '#shared/adapters/bus/live/frames.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { OpenStreams } from '../access/open-streams.ts';
import type { Handlers } from '../http/call.ts';
import { createWatchRun } from './handler.ts';
import { createReadFrame } from './read-frame.ts';
import { createRunViews } from './run-views.ts';

interface Opening {
  sql: Sql;
  frames: Frames;
  gateway: string;
  openStreams: OpenStreams;
  stopping: AbortSignal;
  log: Log;
}

/** The pages of runs as they go on; `resources` closes it. */
export function openLive(
  { sql, frames, gateway, openStreams, stopping, log }: Opening,
  resources: AsyncDisposableStack,
): Pick<Handlers, 'watchRun' | 'readFrame'> {
  const onError = (error: unknown) => log.warn({ err: error }, 'watched runs could not be looked at');
  const views = resources.use(createRunViews({ sql, frames, gateway, onError }));
  return {
    watchRun: createWatchRun({ views, openStreams, stopping }),
    readFrame: createReadFrame(views, resources),
  };
}

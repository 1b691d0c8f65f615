import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { Frames } from '#shared/adapters/bus/live/frames.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { createOpenStreams } from '../access/open-streams.ts';
import { createBatchFeeds } from '../batches/batch-feeds.ts';
import { createStreamBatch } from '../batches/stream-batch.ts';
import type { Handler, Handlers } from '../http/call.ts';
import { openLive } from '../live/open-live.ts';
import { createWaitForEnd, type WaitForEnd } from '../runs/wait.ts';
import { createStreamHandler } from './handler.ts';
import type { RunHints } from './hints.ts';
import { createRunFeeds } from './run-feed.ts';

export interface Streaming extends Pick<Handlers, 'watchRun' | 'readFrame' | 'streamBatch'> {
  streamRun: Handler<'streamRun'>;
  waitForEnd: WaitForEnd;
}

export interface StreamingDeps {
  sql: Sql;
  /** Looks at runs that are watched, again and again. */
  looks: Sql;
  bus: Bus;
  frames: Frames;
  /** The id of this gateway. */
  gateway: string;
  log: Log;
  /** Streams of one user. */
  max: number;
  stopping: AbortSignal;
  hints: RunHints;
}

/** All that follows runs and batches while they go on: their event streams and pages, and answers that wait for their end. */
export function openStreaming(
  { sql, looks, bus, frames, gateway, log, max, stopping, hints }: StreamingDeps,
  resources: AsyncDisposableStack,
): Streaming {
  const feeds = resources.use(createRunFeeds({ sql, bus }));
  const openStreams = resources.use(createOpenStreams({ sql, log, max }));
  GAUGES.watchers(() => openStreams.open);
  return {
    streamRun: createStreamHandler({ sql, feeds, openStreams, hints, now: () => Date.now() }),
    streamBatch: createStreamBatch({ sql, feeds: resources.use(createBatchFeeds(sql, log)), openStreams }),
    waitForEnd: createWaitForEnd({ sql, feeds, openStreams, stopping }),
    ...openLive({ sql: looks, frames, gateway, openStreams, stopping, log }, resources),
  };
}

import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { createOpenStreams } from '../access/open-streams.ts';
import type { Handler } from '../http/call.ts';
import { createWaitForEnd, type WaitForEnd } from '../runs/wait.ts';
import { createStreamHandler } from './handler.ts';
import type { RunHints } from './hints.ts';
import { createRunFeeds } from './run-feed.ts';

export interface Streaming {
  streamRun: Handler<'streamRun'>;
  waitForEnd: WaitForEnd;
}

export interface StreamingDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  /** Streams of one user. */
  max: number;
  stopping: AbortSignal;
  hints: RunHints;
}

/** All that follows runs while they go on: their event streams, and answers that wait for their end. */
export function openStreaming(
  { sql, bus, log, max, stopping, hints }: StreamingDeps,
  resources: AsyncDisposableStack,
): Streaming {
  const feeds = resources.use(createRunFeeds({ sql, bus }));
  const openStreams = resources.use(createOpenStreams({ sql, log, max }));
  GAUGES.watchers(() => openStreams.open);
  return {
    streamRun: createStreamHandler({ sql, feeds, openStreams, hints, now: () => Date.now() }),
    waitForEnd: createWaitForEnd({ sql, feeds, openStreams, stopping }),
  };
}

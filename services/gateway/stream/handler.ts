import { LAST_EVENT_ID, parseLastEventId } from '#shared/domain/events/last-event-id.ts';
import { type Hole, MISSING_ENTRIES } from '#shared/domain/events/stream.ts';
import type { OpenStreams } from '../access/open-streams.ts';
import type { Handler } from '../http/call.ts';
import { beginStream } from './begin-stream.ts';
import type { RunHints } from './hints.ts';
import { streamRun, type WatcherDeps } from './watcher.ts';

export type StreamHandlerDeps = Omit<WatcherDeps, 'onError' | 'onMissing' | 'onRead' | 'hints'> & {
  openStreams: OpenStreams;
  hints: RunHints;
};

/** Answers with the run's event stream; returns when the watcher is gone or the stream has ended. */
export function createStreamHandler({
  openStreams,
  hints,
  ...deps
}: StreamHandlerDeps): Handler<'streamRun'> {
  return async ({ actor, run: { id }, query, ctx, log, leaveTurn }) => {
    const leave = openStreams.join(actor, { runId: id }, ctx.res);
    try {
      beginStream(ctx);
      const onError = (error: unknown) => log.warn({ err: error }, 'the stream fell behind');
      const onMissing = (missing: readonly Hole[]) => log.error({ missing }, MISSING_ENTRIES);
      const lastEventId = parseLastEventId(ctx.get(LAST_EVENT_ID) || undefined);
      const callbacks = { onError, onMissing, onRead: leaveTurn, ...(query.hints && { hints }) };
      await streamRun({ ...deps, ...callbacks }, id, lastEventId, ctx.res);
    } finally {
      leave();
    }
  };
}

import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { markPublished, unpublishedEntries } from '#shared/adapters/database/runs/publishing.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { RANK } from '#shared/domain/events/stream.ts';
import { placeOfRun } from '#shared/platform/traces/run-trace.ts';
import { createEntryPublisher, type EntryPublisher } from './entry-publisher.ts';

/**
 * Publishes the stream of a claimed run, from its first status or from where its last owner stopped. `isOver`: whether this
 * owner has committed for the last time; until then each commit takes the mark along.
 */
export function createRunPublisher(
  { sql, bus }: { sql: Sql; bus: Bus },
  run: Omit<ClaimedRun, 'plan'>,
  isOver: () => boolean,
): EntryPublisher {
  const { id: runId } = run;
  const isFirst = run.lastSeq === 0;
  const publisher = createEntryPublisher({
    bus,
    run: { userId: run.userId, projectId: run.projectId, runId, traceparent: placeOfRun({ ...run, runId }) },
    // Before a requeue another owner wrote events that may not be published yet.
    backlog: isFirst ? undefined : () => unpublishedEntries(sql, run),
    // JetStream would know a repeat only for two minutes.
    pushedRank: isFirst && !run.published ? 0 : RANK.running,
    onPublished(mark) {
      if (!isOver()) return;
      void markPublished(sql, { runId: run.id, ...mark }).catch(() => undefined); // the relay will find it published
    },
  });
  if (isFirst) publisher.push([{ kind: 'status', status: 'running', at: run.createdAt.toISOString() }]);
  return publisher;
}

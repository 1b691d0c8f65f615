/*
 * The stream of one run without database, NATS or response: what is committed so far, what was published, and a
 * watcher that does with `createStreamCursor` and `entriesAfter` what the gateway's does. Pure.
 */

import type { NewEvent } from '#shared/domain/events/events.ts';
import {
  type AssistEntry,
  entriesAfter,
  entriesOfCommit,
  type StatusChange,
  type StreamEntry,
} from '#shared/domain/events/stream.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import { createStreamCursor } from '../../../services/gateway/stream/stream-cursor.ts';
import { WHOLE_EVENTS } from '../events.ts';

export interface Commit {
  events: number;
  status: Status;
}

const AT = new Date(0);

/** The database and the bus: grows by one commit at a time. */
export function createModelRun(commits: Commit[]) {
  const events: AssistEntry[] = [];
  const changes: StatusChange[] = [{ status: 'running', afterSeq: 0, at: AT.toISOString() }];
  const published: StreamEntry[] = [];
  let next = 0;
  let status: Status = 'running';
  let cancelRecorded = false;

  return {
    published,
    get lastSeq() {
      return events.length;
    },
    get shownStatus(): Status {
      return status === 'running' && cancelRecorded ? 'cancelling' : status;
    },
    recordCancel() {
      cancelRecorded = true;
    },
    /** The next commit, if there is one: into the log, and out to all listeners. */
    commit() {
      const commit = commits[next++];
      if (!commit) return;
      const added: NewEvent[] = Array.from({ length: commit.events }, () => WHOLE_EVENTS.transition);
      if (isFinal(commit.status)) added.push(WHOLE_EVENTS.run_end);
      const entries = entriesOfCommit(added, events.length + 1, commit.status, AT);
      events.push(...entries.filter((entry) => entry.kind === 'assist'));
      if (commit.status !== status)
        changes.push({ status: commit.status, afterSeq: events.length, at: AT.toISOString() });
      status = commit.status;
      published.push(...entries);
    },
    read: (afterSeq: number, limit: number) => ({
      lastSeq: events.length,
      events: events.filter(({ seq }) => seq > afterSeq).slice(0, limit),
      changes: [...changes],
    }),
  };
}
export type ModelRun = ReturnType<typeof createModelRun>;

/** The loop of the gateway's watcher, one read at a time, so that anything can happen in between. */
export function createModelWatcher(run: ModelRun, lastEventId: number) {
  const emitted: StreamEntry[] = [];
  let cursor = createStreamCursor(lastEventId);
  let startedAfter: number | undefined;

  const offer = (entry: StreamEntry) => {
    if (cursor.offer(entry) === 'emit') emitted.push(entry);
  };
  const begin = () => {
    startedAfter = Math.min(cursor.seq, run.lastSeq);
    if (cursor.seq > run.lastSeq) cursor = createStreamCursor(run.lastSeq);
    emitted.push({ kind: 'status', status: run.shownStatus, at: AT.toISOString() });
    cursor.show(run.shownStatus);
  };

  return {
    emitted,
    /** The seq after which it has to see everything, once it has begun. */
    get startedAfter() {
      return startedAfter;
    },
    get ended() {
      return cursor.ended;
    },
    hear(entry: StreamEntry | undefined) {
      if (entry && startedAfter !== undefined) offer(entry);
    },
    readPage(limit: number) {
      const log = run.read(cursor.seq, limit);
      if (startedAfter === undefined) begin();
      if (isFinal(run.shownStatus) && cursor.seq === log.lastSeq) cursor.reachedLast();
      for (const entry of entriesAfter(log, cursor)) offer(entry);
    },
  };
}

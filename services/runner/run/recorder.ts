/*
 * The one way of a machine's moves: entry, transition writer, then each sink. Owns the transition writer and the run's
 * history as stored; knows neither the machine's actor nor the browser nor the lease.
 */
import { storeByOwner } from '#shared/adapters/database/runs/commit.ts';
import type { Stored } from '#shared/adapters/database/runs/transition.ts';
import { entriesOfCommit } from '#shared/domain/events/stream.ts';
import type { Cause } from '#shared/domain/run/cause.ts';
import { type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { acceptedAt, evolve } from '#shared/domain/story/history.ts';
import { timed } from '#shared/domain/story/when.ts';
import type { RunActorDeps } from './actor.ts';
import { newsSince } from './news.ts';
import type { RunParts } from './run-parts.ts';
import { type TransitionEntry, transitionEntry } from './transition-entry.ts';
import {
  createTransitionWriter,
  type TransitionWriter,
  type TransitionWriterDeps,
} from './transition-writer.ts';

export interface RecorderDeps extends Pick<TransitionWriterDeps, 'onLost' | 'onUnstorable' | 'onOverruled'> {
  /** Called after all sinks. */
  onStored(snapshot: RunSnapshot, stored: Stored): void;
}

export interface Recorder extends Pick<TransitionWriter, 'committed' | 'stored'> {
  /** The machine has moved. */
  move(before: RunSnapshot, after: RunSnapshot, cause: Cause | undefined): void;
  /** Stores nothing more. */
  close(): void;
}

export function createRecorder(
  { sql, owner, log }: Pick<RunActorDeps, 'sql' | 'owner' | 'log'>,
  { run, snapshot, sources, trace, publisher, sinks }: RunParts,
  { onStored, ...handlers }: RecorderDeps,
): Recorder {
  let history = acceptedAt(snapshot.context.now);
  let isClosed = false;
  const writer = createTransitionWriter({
    sql,
    owner,
    snapshot,
    ...handlers,
    runId: run.id,
    epoch: run.epoch,
    lastSeq: run.lastSeq,
    commit: (sql, owner, transition) =>
      trace.commit(statusOf(transition.snapshot), () => storeByOwner(sql, owner, transition, publisher.mark)),
    onStored(entry, stored, firstSeq) {
      const entries = entriesOfCommit(entry.events, firstSeq, statusOf(entry.snapshot), stored.at);
      const assists = entries.filter((entry) => entry.kind === 'assist');
      history = evolve(history, assists.map(timed));
      const moved = { entries, ...newsSince(history, firstSeq - 1) };
      for (const sink of sinks) sink.stored?.(moved);
      onStored(entry.snapshot, stored);
    },
    onError: (error) => log.warn({ err: error }, 'a transition could not be stored yet'),
  });
  const unstored = (entries: readonly TransitionEntry[], before?: RunSnapshot) => {
    for (const sink of sinks) sink.unstored?.(entries, before);
  };

  return {
    get committed() {
      return writer.committed;
    },
    stored: (test) => writer.stored(test),
    move(before, after, cause) {
      const entry = transitionEntry(before, after, { ...sources, cause });
      if (!entry) return;
      if (isClosed) unstored([entry], before);
      else writer.record(entry);
    },
    close() {
      isClosed = true;
      unstored(writer.close());
    },
  };
}

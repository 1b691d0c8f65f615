/*
 * The one way of a machine's moves: entry, transition writer, then each sink. Owns the transition writer and the run's
 * history as stored; knows neither the machine's actor nor the browser nor the lease.
 */
import { storeByOwner } from '#shared/adapters/database/runs/commit.ts';
import type { Stored } from '#shared/adapters/database/runs/transition.ts';
import { entriesOfCommit, type StreamEntry } from '#shared/domain/events/stream.ts';
import type { Cause } from '#shared/domain/run/cause.ts';
import { type RunSnapshot, statusOf } from '#shared/domain/run/snapshot.ts';
import { evolve } from '#shared/domain/story/evolve.ts';
import { acceptedAt } from '#shared/domain/story/history.ts';
import { timed } from '#shared/domain/story/when.ts';
import type { RunActorDeps } from './actor.ts';
import type { MoveSink } from './move-sink.ts';
import { newsSince } from './news.ts';
import { paced, recordSaid } from './record-said.ts';
import type { RunParts } from './run-parts.ts';
import { transitionEntry } from './transition-entry.ts';
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
  const { commit, pace } = paced((sql, owner, transition) =>
    trace.commit(statusOf(transition.snapshot), () => storeByOwner(sql, owner, transition, publisher.mark)),
  );
  const writer = createTransitionWriter({
    sql,
    owner,
    snapshot,
    ...handlers,
    runId: run.id,
    epoch: run.epoch,
    lastSeq: run.lastSeq,
    commit,
    onStored(entry, stored, firstSeq) {
      const entries = entriesOfCommit(entry.events, firstSeq, statusOf(entry.snapshot), stored.at);
      history = evolve(history, eventsIn(entries));
      const moved = { entries, ...newsSince(history, firstSeq - 1) };
      for (const sink of sinks) sink.stored?.(moved);
      onStored(entry.snapshot, stored);
    },
    onError: (error) => log.warn({ err: error }, 'a transition could not be stored yet'),
  });
  const unstored = tellUnstored(sinks);
  const recordReady = recordSaid(sources.hold.said, writer, pace);

  return {
    get committed() {
      return writer.committed;
    },
    stored: (test) => writer.stored(test),
    move(before, after, cause) {
      const entry = transitionEntry(before, after, { ...sources, cause });
      if (!entry) return;
      if (isClosed) return unstored([entry], before);
      recordReady();
      writer.record(entry);
    },
    close() {
      isClosed = true;
      sources.hold.said.stop();
      unstored(writer.close());
    },
  };
}

const eventsIn = (entries: readonly StreamEntry[]) =>
  entries.filter((entry) => entry.kind === 'assist').map(timed);

const tellUnstored =
  (sinks: RunParts['sinks']): Required<MoveSink>['unstored'] =>
  (entries, before) => {
    for (const sink of sinks) sink.unstored?.(entries, before);
  };

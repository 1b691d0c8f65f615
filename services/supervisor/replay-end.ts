/*
 * How a run without a live actor goes on, by its machine alone: replays a stored machine by pure transitions. Never starts
 * an effect.
 */
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { Notice, StepDescriber } from '#shared/domain/events/describer.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { causeOf } from '#shared/domain/run/cause.ts';
import type { MachineEvent } from '#shared/domain/run/context.ts';
import {
  type RunSnapshot,
  replay,
  restore,
  stateOf,
  statusOf,
  UnreadableSnapshotError,
} from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';

export interface ReplayedEnd {
  snapshot: RunSnapshot;
  events: NewEvent[];
}

/** What a run has at its end that no machine knows. */
export interface KnownAtEnd {
  noVideo: Notice | undefined;
  results: Record<string, unknown> | undefined;
}

/** A replay knows no steps; the one that it cuts off is looked up (`cut-steps.ts`). */
const NO_STEPS: StepDescriber = { step: () => ({}), evidence: () => ({}) };

/**
 * A stored machine that cannot be replayed to its end counts as unreadable: such a run must not stay open for ever
 * (I5).
 */
export function replayEnd(stored: unknown, event: MachineEvent, known?: KnownAtEnd): ReplayedEnd {
  const ended = replayed(stored, event, known);
  if (!isFinal(statusOf(ended.snapshot)))
    throw new UnreadableSnapshotError(
      `not replayable: ${event.type} leads to ${stateOf(ended.snapshot)} only`,
    );
  return ended;
}

export function replayed(stored: unknown, event: MachineEvent, known?: KnownAtEnd): ReplayedEnd {
  const before = restore(stored);
  const describe = { ...NO_STEPS, noVideo: () => known?.noVideo, results: () => known?.results };
  try {
    const snapshot = replay(before, event);
    return { snapshot, events: eventsBetween(before, snapshot, describe, causeOf(event.type)) };
  } catch (cause) {
    throw new UnreadableSnapshotError(`not replayable: ${String(cause)}`, { cause });
  }
}

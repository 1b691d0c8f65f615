import type { StreamEntry } from '#shared/domain/events/stream.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import type { News } from './news.ts';
import type { TransitionEntry } from './transition-entry.ts';

/** What one commit has stored. */
export interface StoredMoves extends News {
  entries: StreamEntry[];
}

/** Hears what becomes of the moves of a run's machine. */
export interface MoveSink {
  stored?(moves: StoredMoves): void;
  /** The run is lost, and nothing more of it is stored: not these, nor what the machine does now, from `before`. */
  unstored?(entries: readonly TransitionEntry[], before?: RunSnapshot): void;
}

import type { RunDetail } from '#shared/api/client/index.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';

/** A run, and the moment of it that is looked at. */
export interface Looked {
  run: RunDetail;
  events: readonly PastEvent[];
  /** Epoch ms. */
  startedAt: number;
  /** The event that is looked at; 0 is before the first. */
  seq: number;
  moment: Moment;
  /** The last moment, whichever is looked at. */
  newest: Moment;
  /** The last moment is looked at. */
  isLive: boolean;
  /** Without a number: to the last moment. */
  onMove(seq: number | undefined): void;
}

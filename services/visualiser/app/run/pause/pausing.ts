import type { History } from '#shared/domain/story/history.ts';
import { openPause } from '#shared/domain/story/pauses.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';

/** Whether a pause is asked for, and whether it has begun. */
export type Pausing = 'asked' | 'begun' | undefined;

export function pausingOf(newest: Pick<History, 'pauses'>, events: readonly PastEvent[]): Pausing {
  if (openPause(newest)) return 'begun';
  const asked = events.findLast(({ type }) => type === 'pause');
  return asked && asked.seq > (newest.pauses.at(-1)?.seq ?? 0) ? 'asked' : undefined;
}

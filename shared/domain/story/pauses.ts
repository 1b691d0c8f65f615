/* What the events of a run tell of its pauses. Pure. */
import type { PauseSpan, Point } from './history.ts';
import type { PastEvent } from './when.ts';

/** What an event tells of a pause; of most there is nothing. */
export function tellPause(pauses: PauseSpan[], event: PastEvent, point: Point): void {
  if (event.type === 'resumed') {
    const { payload } = event;
    const last = pauses.at(-1);
    if (payload.why !== 'resumed' || !last) return;
    const { at: _, ...resumed } = payload;
    pauses[pauses.length - 1] = { ...last, resumed: { ...resumed, ...point } };
    return;
  }
  if (event.type !== 'waiting_for_person') return;
  const { stepIndex, payload } = event;
  const { why, text, userId, until } = payload;
  if (why !== 'question') pauses.push({ why, stepIndex, text, userId, until, ...point });
}

/** The pause that lasts. */
export const openPause = ({ pauses }: { pauses: readonly PauseSpan[] }): PauseSpan | undefined =>
  pauses.at(-1)?.ended ? undefined : pauses.at(-1);

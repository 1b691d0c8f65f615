/* What the events of a run tell of its pauses. Pure. */
import type { PauseSpan, Point } from './history.ts';
import type { PastEvent } from './when.ts';

type OfPerson = PastEvent & { type: 'waiting_for_person' | 'resumed' };

export function tellPause(pauses: PauseSpan[], { type, stepIndex, payload }: OfPerson, point: Point): void {
  if (type === 'resumed') {
    const last = pauses.at(-1);
    if (payload.why !== 'resumed' || !last) return;
    const { at: _, ...resumed } = payload;
    pauses[pauses.length - 1] = { ...last, resumed: { ...resumed, ...point } };
    return;
  }
  const { why, text, userId, until } = payload;
  if (why !== 'question') pauses.push({ why, stepIndex, text, userId, until, ...point });
}

/** The pause that lasts. */
export const openPause = ({ pauses }: { pauses: readonly PauseSpan[] }): PauseSpan | undefined =>
  pauses.at(-1)?.resumed ? undefined : pauses.at(-1);

import { effect } from '@preact/signals';
import { nowOfRuns, shownAsOf } from '../kit/clock.ts';
import { isOwn, unread } from './connection.ts';

/** Lets all clocks stand still in outages, at the moment when something was read last. */
export function stopClocksInOutages(): void {
  effect(() => {
    const outage = unread.value;
    const since = outage && Date.parse(outage.since);
    shownAsOf.value = since !== undefined && isOwn(outage!) ? nowOfRuns(since) : since;
  });
}

/* What is known of a run: as it is watched, or in an outage as it was known when it was looked at last. */
import type { RunDetail } from '#shared/api/client/index.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { keep, keptOf } from '../session/kept.ts';
import type { RunWatch } from './run-watch.ts';

interface KnownRun {
  run: RunDetail | undefined;
  events: readonly PastEvent[];
}

const keyOf = (id: string): string => `run ${id}`;

export function keepRun(id: string, { detail, events }: Pick<RunWatch, 'detail' | 'events'>): void {
  if (detail.value) keep(keyOf(id), { run: detail.value, events: events.value } satisfies KnownRun);
}

export function knownOf(id: string, { detail, events }: Pick<RunWatch, 'detail' | 'events'>): KnownRun {
  const known: KnownRun = { run: detail.value, events: events.value };
  return known.run ? known : (keptOf<KnownRun>(keyOf(id)) ?? known);
}

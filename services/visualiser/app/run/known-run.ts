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
  const [run, past] = [detail.value, events.value];
  if (run) keep(keyOf(id), { run, events: past } satisfies KnownRun, weightOf(run) + past.length);
}

/** The texts of pages are what is large of a run, about as many kB. */
const weightOf = ({ steps, events = [], onCancel = [] }: RunDetail): number =>
  [...steps, ...onCancel].reduce((all, { a11y = '' }) => all + 1 + a11y.length / 1_000, events.length);

export function knownOf(id: string, { detail, events }: Pick<RunWatch, 'detail' | 'events'>): KnownRun {
  const known: KnownRun = { run: detail.value, events: events.value };
  return known.run ? known : (keptOf<KnownRun>(keyOf(id)) ?? known);
}

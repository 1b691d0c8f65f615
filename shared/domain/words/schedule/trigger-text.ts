import type { Trigger } from '#shared/api/contract/schedules/trigger.ts';

const KINDS: Record<Trigger['kind'], string> = {
  cron: '',
  catch_up: ', made up for',
  manual: ', asked for',
  backfill: ', backfill',
};

/**
 * The schedule that has started a run, and for which time, for terminals and models: `schedule nightly, 2026-12-01T02:30Z`.
 * Seconds stand only where there are some.
 */
export const triggerText = ({ schedule, nominalAt, kind }: Trigger): string =>
  `schedule ${schedule}, ${nominalAt.replace(/(:00)?(\.\d+)?Z$/, 'Z')}${KINDS[kind]}`;

import type { ScheduleTrigger, Trigger } from '#shared/api/contract/runs/trigger.ts';

const KINDS: Record<ScheduleTrigger['kind'], string> = {
  cron: '',
  catch_up: ', made up for',
  manual: ', asked for',
  backfill: ', backfill',
};

/**
 * What has started a run, for terminals and models: `schedule nightly, 2026-12-01T02:30Z`, or `test shop.order, attempt 2`.
 * Seconds stand only where there are some.
 */
export function triggerText(trigger: Trigger): string {
  if ('batch' in trigger) return `test ${trigger.test}, attempt ${trigger.attempt}`;
  const { schedule, nominalAt, kind } = trigger;
  return `schedule ${schedule}, ${nominalAt.replace(/(:00)?(\.\d+)?Z$/, 'Z')}${KINDS[kind]}`;
}

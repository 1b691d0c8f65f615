/* A few words say which schedule or test has started a run, and for which time or attempt. */
import { expect, it } from 'vitest';
import type { ScheduleTrigger } from '#shared/api/contract/runs/trigger.ts';
import { triggerText } from '#shared/domain/words/trigger/trigger-text.ts';

it.each<[string, ScheduleTrigger['kind'], string]>([
  ['2026-12-01T02:30:00.000Z', 'cron', 'schedule nightly, 2026-12-01T02:30Z'],
  ['2026-12-01T00:00:00Z', 'catch_up', 'schedule nightly, 2026-12-01T00:00Z, made up for'],
  ['2026-12-01T00:00:12.345Z', 'manual', 'schedule nightly, 2026-12-01T00:00:12Z, asked for'],
  ['2026-12-01T02:30:00.000Z', 'backfill', 'schedule nightly, 2026-12-01T02:30Z, backfill'],
])('what a schedule has started at %s as %s is said in a few words', (nominalAt, kind, text) => {
  expect(triggerText({ schedule: 'nightly', nominalAt, kind })).toBe(text);
});

it('a test of a batch is named with its attempt', () => {
  const batch = '9d3a7e61-4c28-4b0f-8e5d-1f6b0c92a7d4';
  expect(triggerText({ batch, test: 'shop.order', attempt: 2 })).toBe('test shop.order, attempt 2');
});

import { expect, it } from 'vitest';
import type { Trigger } from '#shared/api/contract/schedules/trigger.ts';
import { triggerText } from '#shared/domain/words/schedule/trigger-text.ts';

it.each<[string, Trigger['kind'], string]>([
  ['2026-12-01T02:30:00.000Z', 'cron', 'schedule nightly, 2026-12-01T02:30Z'],
  ['2026-12-01T00:00:00Z', 'catch_up', 'schedule nightly, 2026-12-01T00:00Z, made up for'],
  ['2026-12-01T00:00:12.345Z', 'manual', 'schedule nightly, 2026-12-01T00:00:12Z, asked for'],
  ['2026-12-01T02:30:00.000Z', 'backfill', 'schedule nightly, 2026-12-01T02:30Z, backfill'],
])('what a schedule has started at %s as %s is said in a few words', (nominalAt, kind, text) => {
  expect(triggerText({ schedule: 'nightly', nominalAt, kind })).toBe(text);
});

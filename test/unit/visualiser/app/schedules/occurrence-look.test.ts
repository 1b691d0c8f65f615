/* An occurrence looks as its run stands or as why it has none, and never by colour alone. */
import { expect, it } from 'vitest';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { OCCURRENCE_STATUSES } from '#shared/domain/schedule/rules.ts';
import {
  lookOf,
  OCCURRENCE_SIGNS,
} from '../../../../../services/visualiser/app/schedules/occurrence-look.ts';

it('an occurrence with a run looks as that run ended, or as one that goes on', () => {
  for (const outcome of OUTCOMES) expect(lookOf({ status: 'started', outcome })).toBe(outcome);
  expect(lookOf({ status: 'started' })).toBe('going');
});

it('one without a run says whether there was to be one', () => {
  const looks = OCCURRENCE_STATUSES.filter((status) => status !== 'started').map((status) => [
    status,
    lookOf({ status }),
  ]);
  expect(Object.fromEntries(looks)).toEqual({
    due: 'due',
    skipped_overlap: 'left_out',
    skipped_catch_up: 'left_out',
    skipped_paused: 'left_out',
    dst_gap: 'left_out',
    failed_to_start: 'not_started',
  });
});

it('no two looks differ by colour alone', () => {
  const signs = Object.values(OCCURRENCE_SIGNS).map(({ icon, isHollow }) => `${icon} ${isHollow}`);
  expect(new Set(signs).size).toBe(signs.length);
});

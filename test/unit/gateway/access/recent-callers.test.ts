/* A bounded number of callers is remembered; who was let in longest ago is forgotten first. */
import { expect, it } from 'vitest';
import { createRecentCallers } from '../../../../services/gateway/access/recent-callers.ts';

it('the list of recent callers knows so many callers at most, and forgets first who was let in longest ago', () => {
  const recent = createRecentCallers(2);
  recent.note('ann 1', 'ann');
  recent.note('bob', 'bob');
  recent.note('ann 1', 'ann');
  recent.note('eve', 'eve');
  expect(['ann 1', 'bob', 'eve', 'never'].map(recent.userOf)).toEqual(['ann', undefined, 'eve', undefined]);
  recent.forget('eve');
  expect(recent.userOf('eve')).toBeUndefined();
});

/* I11: a bulk cancel answers for each run as a cancel of that run alone would be answered. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CancelTarget } from '#shared/adapters/database/cancel-jobs/targets.ts';
import type { Actor } from '../../../../services/gateway/access/policy.ts';
import { idsToFind, sortFound, sortNamed } from '../../../../services/gateway/cancel/sort-targets.ts';

const actor: Actor = { userId: 'me', email: 'me@test.local', role: 'member', scopes: 'all' };
const target = (more: Partial<CancelTarget> = {}): CancelTarget => ({
  id: randomUUID(),
  userId: 'me',
  membership: undefined,
  status: 'running',
  ...more,
});

describe('a bulk cancel by ids', () => {
  it('I11: sorts them as a cancel of each alone would be answered', () => {
    const mine = target();
    const done = target({ status: 'pass' });
    const asOperator = target({ userId: 'other', membership: 'operator', status: 'cancelling' });
    const asViewer = target({ userId: 'other', membership: 'viewer' });
    const doneAsViewer = target({ userId: 'other', membership: 'viewer', status: 'fail' });
    const hidden = target({ userId: 'other' });
    const gone = randomUUID();
    const found = [mine, done, asOperator, asViewer, doneAsViewer, hidden];
    const ids = [...found.map(({ id }) => id), gone, 'nonsense', '__proto__', ''];
    expect(sortNamed(actor, ids, found)).toEqual({
      matched: 10,
      live: [mine.id, asOperator.id],
      final: [done.id],
      failures: [
        { id: asViewer.id, error: 'forbidden' },
        { id: doneAsViewer.id, error: 'forbidden' },
        { id: hidden.id, error: 'not_found' },
        { id: gone, error: 'not_found' },
        { id: 'nonsense', error: 'not_found' },
        { id: '__proto__', error: 'not_found' },
        { id: '', error: 'not_found' },
      ],
    });
  });

  it('counts an id once, however often and in whatever case it comes', () => {
    const mine = target();
    const ids = [mine.id, mine.id.toUpperCase(), mine.id, 'x', 'x', 'X'];
    expect(idsToFind(ids)).toEqual([mine.id]);
    expect(sortNamed(actor, ids, [mine])).toMatchObject({ matched: 3, live: [mine.id], failures: [{}, {}] });
  });
});

it('I11: what a filter found is judged by the policy once more', () => {
  const mine = target();
  const found = [mine, target({ userId: 'other', membership: 'viewer' }), target({ userId: 'other' })];
  expect(sortFound(actor, found)).toEqual({ matched: 1, live: [mine.id], final: [], failures: [] });
});

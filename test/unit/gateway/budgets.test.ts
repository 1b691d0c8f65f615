/* I13, I14: each kind of request has connections of its own, and one is always left for cancels. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { divide } from '../../../services/gateway/budgets.ts';
import { askForMany, blockedSql, MANY } from '../../support/database/blocked-sql.ts';

const BOUNDED = ['streams', 'changes', 'lists', 'searches'] as const;

it.each([
  { kinds: ['lists'], connections: 7, get: { lists: 1 } },
  { kinds: ['streams'], connections: 7, get: { streams: 1 } },
  { kinds: ['changes'], connections: 7, get: { changes: 2 } },
  { kinds: ['searches'], connections: 7, get: { searches: 1 } },
  { kinds: BOUNDED, connections: 7, get: { streams: 1, changes: 2, lists: 1, searches: 1 } },
  { kinds: BOUNDED, connections: 14, get: { streams: 2, changes: 4, lists: 2, searches: 2 } },
  { kinds: ['searches', 'lists', 'streams'], connections: 4, get: { searches: 1, lists: 0, streams: 1 } },
  { kinds: ['lists', 'streams', 'changes'], connections: 2, get: { lists: 1, streams: 0, changes: 0 } },
] as const)(
  'I14: of $connections connections blocked $kinds get $get',
  async ({ kinds, connections, get }) => {
    const { sql, count } = blockedSql();
    await askForMany(divide(sql, connections), kinds);
    expect(Object.fromEntries(kinds.map((kind) => [kind, count(kind)]))).toEqual(get);
  },
);

it('I14: whatever is blocked, one connection is left to cancels, and one more to who calls', async () => {
  for (const connections of [2, 3, 4, 5, 7, 8, 16, 100]) {
    const { sql, begun } = blockedSql();
    const budgets = divide(sql, connections);
    await askForMany(budgets, [...BOUNDED, 'hints']);
    expect(begun.length).toBeLessThanOrEqual(Math.max(1, connections - 2));
    await askForMany(budgets, ['reads']);
    expect(begun).toHaveLength(Math.min(connections - 1, begun.length));
    if (connections > 2) expect(begun).toContain('reads');
  }
});

it.each([4, 5, 6, 7])('I14: of %i connections searches and lists take none of starts', async (n) => {
  const { sql, count } = blockedSql();
  const budgets = divide(sql, n);
  await askForMany(budgets, ['searches', 'lists', 'hints']);
  await askForMany(budgets, ['changes']);
  expect(count('changes')).toBe(1 + Number(n === 7));
});

it.each([7, 8, 16, 100])(
  'I14: of %i connections each kind has its own, whatever the others do',
  async (n) => {
    for (const last of BOUNDED) {
      const { sql, count } = blockedSql();
      const budgets = divide(sql, n);
      // Hints are lists, one at a time.
      const others = [...BOUNDED, 'hints' as const].filter((kind) => kind !== last);
      await askForMany(budgets, last === 'lists' ? others.filter((kind) => kind !== 'hints') : others);
      await askForMany(budgets, [last]);
      expect(count(last), last).toBeGreaterThan(0);
    }
  },
);

it('I13: a statement that waits for a turn while the database answers nothing is refused, and was never sent', async () => {
  const { sql, begun } = blockedSql();
  const budgets = divide(sql, 7);
  const kinds = [...BOUNDED, 'reads'] as const;
  const asked = kinds.flatMap((kind) => Array.from({ length: MANY }, () => budgets[kind].rows(kind)));
  await turn();
  const sent = begun.length;
  budgets.refuseWaiting();
  const refused = await Promise.allSettled(asked.map((one) => Promise.race([one, turn()])));
  const reasons = refused.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
  expect(reasons).toHaveLength(asked.length - sent);
  for (const reason of reasons) {
    expect(reason).toBeInstanceOf(DatabaseUnavailableError);
    expect(reason).toMatchObject({ mayHaveTakenEffect: false });
  }
  expect(begun).toHaveLength(sent);
});

it.each([4, 7])('I14: of %i connections searches and hints take none of event streams', async (n) => {
  const { sql, count } = blockedSql();
  const budgets = divide(sql, n);
  await askForMany(budgets, ['searches', 'hints']);
  await askForMany(budgets, ['streams']);
  expect(count('streams')).toBe(1);
});

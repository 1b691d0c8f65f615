/* I14: each duty of a supervisor has connections of its own, and nothing slow takes those of sweeps. */
import { expect, it } from 'vitest';
import { divideConnections } from '../../../services/supervisor/connections.ts';
import { askForMany, blockedSql } from '../../support/database/blocked-sql.ts';

const SLOW = ['relay', 'figures', 'webhooks', 'upkeep'] as const;
const never = new AbortController().signal;

it.each([6, 7, 8, 16, 100])(
  'I14: of %i connections each kind has its own, whatever the others do',
  async (n) => {
    for (const last of SLOW) {
      const { sql, count } = blockedSql();
      const divided = divideConnections(sql, n, never);
      await askForMany(
        divided,
        SLOW.filter((kind) => kind !== last),
      );
      await askForMany(divided, [last]);
      expect(count(last), last).toBeGreaterThan(0);
    }
  },
);

it.each([3, 4, 5, 6, 16])(
  'I14: of %i connections none of sweeps and requests is taken by what may be slow',
  async (n) => {
    const { sql, begun, count } = blockedSql();
    const divided = divideConnections(sql, n, never);
    await askForMany(divided, SLOW);
    expect(begun.length).toBeLessThanOrEqual(n - 2);
    await askForMany(divided, ['sweeps']);
    expect(count('sweeps')).toBeGreaterThan(0);
    expect(begun.length).toBeLessThanOrEqual(n - 1);
    await askForMany(divided, ['requests']);
    expect(count('requests')).toBeGreaterThan(0);
  },
);

it('a supervisor that stops leaves relay, figures and upkeep to the next leader, and goes on with the rest', async () => {
  const { sql, begun } = blockedSql();
  const stopping = new AbortController();
  const divided = divideConnections(sql, 6, stopping.signal);
  stopping.abort();
  await askForMany(divided, ['relay', 'figures', 'upkeep']);
  expect(begun).toEqual([]);
  await askForMany(divided, ['webhooks', 'requests']);
  expect(new Set(begun)).toEqual(new Set(['webhooks', 'requests']));
});

import { expect, it } from 'vitest';
import type { LostClaim } from '#shared/database/runs/claim.ts';
import { createLostClaims } from '../../services/runner/claim/lost-claims.ts';
import { eventually } from '../support/eventually.ts';

const claim = (id: string) => ({ id, epoch: 1, leaseLeft: 1_000 }) as LostClaim;

/** Lost claims, with what each query finds, and which runs are known. */
function watch({ finds, known = [] }: { finds: () => LostClaim[]; known?: string[] }) {
  const found: string[] = [];
  let queries = 0;
  const claims = createLostClaims({
    find: async () => {
      queries += 1;
      return finds();
    },
    isKnown: ({ id }) => known.includes(id),
    claimAnswered: async () => undefined,
    settleMs: 60_000,
    forgetMs: 120_000,
    onFound: ({ id }) => found.push(id),
    onSure: () => undefined,
    onError: () => undefined,
  });
  return { claims, found, queries: () => queries };
}

it("I5: a run that was given up settles nobody else's doubt, however often it is found", async () => {
  const { claims, found, queries } = watch({ finds: () => [claim('given-up')], known: ['given-up'] });
  claims.doubt(1);
  await eventually(() => expect(queries()).toBeGreaterThan(2));
  expect(claims.inDoubt).toBe(1);
  expect(found).toEqual([]);
  await claims.stop();
});

it('of a batch whose answer was lost each run that is found settles one doubt', async () => {
  const rows = [claim('lost')];
  const { claims, found, queries } = watch({ finds: () => rows.splice(0) });
  claims.doubt(2);
  await eventually(() => expect(queries()).toBeGreaterThan(1));
  expect(found).toEqual(['lost']);
  expect(claims.inDoubt).toBe(1);
  await claims.stop();
});

import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { ASKING_FLOW, claimByHand, queueRun, toAsk } from '../database/runs.ts';

interface Asking {
  flow?: Flow;
  /** Epoch ms. */
  askedAt?: number;
}

/** A run that waits for the answer of a person. Runs that waited for a runner before it are claimed, too. */
export async function askingRun(
  sql: Sql,
  user: { userId: string; projectId: string },
  { flow = ASKING_FLOW, askedAt = Date.now() }: Asking = {},
) {
  const { userId, projectId } = user;
  const { id } = await queueRun(sql, { userId, projectId }, { flow });
  for (;;) {
    const owner = await claimByHand(sql, crypto.randomUUID(), 600_000);
    if (owner.run.id !== id) continue;
    for (const event of toAsk(askedAt)) await owner.commit(event);
    return { id, owner };
  }
}

import { settlesWithin } from '#shared/process/settles-within.ts';
import type { GatewayDeps } from '../deps.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

/** How long a dependency may take to answer before it counts as missing, ms. */
const CHECK_MS = 1_000;

export function createReady(checks: GatewayDeps['checks']): Handler<'ready'> {
  return async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({ name, reached: await reached(check) })),
    );
    const missing = results.filter(({ reached }) => !reached).map(({ name }) => name);
    if (missing.length > 0) throw new RequestError('not_ready', { missing });
    return { status: 200, body: { ok: true } };
  };
}

/** A check that fails, or takes too long, has not reached it. */
async function reached(check: () => Promise<boolean>): Promise<boolean> {
  const checking = check().catch(() => false);
  return (await settlesWithin(checking, CHECK_MS)) && checking;
}

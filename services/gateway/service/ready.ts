import type { Handler } from '../call.ts';
import type { GatewayDeps } from '../deps.ts';
import { RequestError } from '../errors.ts';

/** How long a dependency may take to answer before it counts as missing, ms. */
const CHECK_MS = 1_000;

export function createReady(checks: GatewayDeps['checks']): Handler<'ready'> {
  return async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({ name, reached: await within(check, CHECK_MS) })),
    );
    const missing = results.filter(({ reached }) => !reached).map(({ name }) => name);
    if (missing.length > 0) throw new RequestError('not_ready', { missing });
    return { status: 200, body: { ok: true } };
  };
}

async function within(check: () => Promise<boolean>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  check().then(resolve, () => resolve(false));
  return promise.finally(() => clearTimeout(timer));
}

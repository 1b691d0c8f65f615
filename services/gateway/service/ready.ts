import { type Checks, missingOf } from '#shared/process/missing-checks.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export function createReady(checks: Checks): Handler<'ready'> {
  return async () => {
    const missing = await missingOf(checks);
    if (missing.length > 0) throw new RequestError('not_ready', { missing });
    return { status: 200, body: { ok: true } };
  };
}

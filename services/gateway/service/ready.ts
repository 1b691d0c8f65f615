import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import type { Reach } from './reach.ts';

/** Answers from memory: it may be asked often, and by anybody. */
export function createReady(reach: Pick<Reach, 'outages'>): Handler<'ready'> {
  return async () => {
    const outages = reach.outages();
    if (outages.length > 0) throw new RequestError('not_ready', { outages });
    return { status: 200, body: { ok: true } };
  };
}

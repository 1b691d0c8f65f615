import { deleteUser } from '#shared/adapters/database/accounts/delete-user.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { actingOf } from '../access/policy.ts';
import type { CancelDelivery } from '../cancel/delivery.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export interface DeleteUserDeps {
  sql: Sql;
  cancelDelivery: Pick<CancelDelivery, 'later'>;
}

/** The cancel reason of a deleted user's runs. */
const REASON = 'the user was deleted';

export function createDeleteUser({ sql, cancelDelivery }: DeleteUserDeps): Handler<'deleteUser'> {
  return async ({ actor, params: { id }, ctx, log }) => {
    const deletion = { id, by: actingOf(actor), reason: REASON };
    const deleted = await deleteUser(sql, deletion);
    if (deleted === 'unknown_user') throw new RequestError('not_found');
    if (typeof deleted === 'string') throw new RequestError(deleted);
    log.info({ deletedUserId: id, runs: deleted.cancelled.length }, 'a user was deleted');
    afterAnswer(ctx, 'cancels could not be delivered', () => cancelDelivery.later(deleted.cancelled));
    return { status: 200, body: { ok: true } };
  };
}

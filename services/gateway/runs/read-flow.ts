import { readRepeatable } from '#shared/adapters/database/run-views/repeat.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { readable } from './repeat-flow.ts';
import { shownFlow } from './shown-flow.ts';

/** The flow of a run as it was posted, secrets hidden. */
export const createReadFlow =
  (sql: Sql): Handler<'readFlow'> =>
  async ({ actor, run }) => {
    const stored = await readRepeatable(sql, run.id);
    if (!stored) throw new RequestError('not_found');
    const shown = await shownFlow({ ...stored, plan: readable(stored.plan) });
    const keepsHidden = stored.userId === actor.userId;
    return { status: 200, body: { ...shown, keepsHidden } };
  };

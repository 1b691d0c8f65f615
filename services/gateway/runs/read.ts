import type { RunDetail } from '#shared/contract/runs.ts';
import { type RunDetailRow, readRun } from '#shared/database/run-views/read.ts';
import type { Sql } from '#shared/database/sql.ts';
import { isFinal } from '#shared/run/status.ts';
import { runOrRefusal } from '../access/find-run.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { presentRunDetail } from './present.ts';
import type { WaitForEnd } from './wait.ts';
import type { ReadWaitingFor } from './waiting-for/read.ts';

export interface ReadRunDeps {
  sql: Sql;
  readWaitingFor: ReadWaitingFor;
  waitForEnd: WaitForEnd;
}

/** With `wait`, an answer of the time when the run is final or the wait is over. */
export function createReadRun({ sql, readWaitingFor, waitForEnd }: ReadRunDeps): Handler<'readRun'> {
  const read = async (id: string): Promise<RunDetailRow> => {
    const row = await readRun(sql, id);
    if (!row) throw new RequestError('not_found');
    return row;
  };
  const shown = async (row: RunDetailRow): Promise<RunDetail> =>
    presentRunDetail(row, isFinal(row.shownStatus) ? {} : await readWaitingFor(row.id));
  return async ({ actor, run: { id }, query: { wait = 0 }, ctx, leaveTurn }) => {
    const now = await read(id);
    if (wait === 0 || isFinal(now.shownStatus)) return { status: 200, body: await shown(now) };
    leaveTurn();
    const outcome = await waitForEnd({ actor, runId: id, ms: wait * 1_000, out: ctx.res });
    if (outcome === 'refused') {
      await runOrRefusal(sql, actor, id, 'runs:read'); // as a request of now would be refused
      throw new RequestError('unauthorized');
    }
    // The client has disconnected: nobody reads the reply.
    return {
      status: 200,
      body: outcome === 'gone' ? presentRunDetail(now, {}) : await shown(await read(id)),
    };
  };
}

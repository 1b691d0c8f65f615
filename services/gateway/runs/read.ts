import {
  type Reading,
  type ReadRun,
  type RunDetailRow,
  readRun,
} from '#shared/adapters/database/run-views/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { OutsideTurn } from '../access/caller-turns.ts';
import { admitted, runOrRefusal } from '../access/find-run.ts';
import { type Actor, seesAllRuns, webhooksShownTo } from '../access/policy.ts';
import { aboutRun } from '../http/about-run.ts';
import type { Handler } from '../http/call.ts';
import { tagsIn, weakTag } from '../http/entity-tag.ts';
import { RequestError } from '../http/errors.ts';
import { presentRunDetail } from './present.ts';
import type { WaitForEnd } from './wait.ts';
import type { ReadWaitingFor } from './waiting-for/read.ts';

export interface ReadRunDeps {
  sql: Sql;
  /** Version of the service: another one may show a run in another way. */
  version: string;
  readWaitingFor: ReadWaitingFor;
  waitForEnd: WaitForEnd;
}

/** Asked about by many, again and again: access is decided on what the one statement says that reads the run. */
export function createReadRun({ sql, version, readWaitingFor, waitForEnd }: ReadRunDeps): Handler<'readRun'> {
  const prefix = `${version}-`;

  /** @throws RequestError unless the actor may read it now */
  async function read(
    actor: Actor,
    named: string,
    { known, hinted }: Pick<Reading, 'known' | 'hinted'>,
  ): Promise<ReadRun> {
    const id = isId(named) ? named : (await runOrRefusal(sql, actor, named, 'runs:read')).id;
    const access = { seesAll: seesAllRuns(actor), webhooks: webhooksShownTo(actor) };
    const reading = { viewerId: actor.userId, ...access, known, hinted };
    return admitted(await readRun(sql, id, reading), actor, 'runs:read');
  }

  /** While the run goes on, hints are of one moment, and have no tag. */
  async function hinted(run: RunDetailRow, outsideTurn: OutsideTurn) {
    const waiting = await readWaitingFor(run.id, { outsideTurn });
    return { status: 200 as const, body: presentRunDetail(run, waiting) };
  }

  return async ({ actor, params, query: { wait = 0, hints }, headers, ctx, outsideTurn }) => {
    const tags = tagsIn(headers['if-none-match']);
    const known = tags.flatMap((tag) => (tag.startsWith(prefix) ? [tag.slice(prefix.length)] : []));
    const reading = { known, hinted: hints !== undefined };
    let run = await read(actor, params.id, reading);
    const { id } = run;
    aboutRun(ctx.state, run);
    if (wait > 0 && !isFinal(run.shownStatus)) {
      const ms = wait * 1_000;
      const outcome = await outsideTurn(() => waitForEnd({ actor, runId: id, ms, out: ctx.res }));
      // Else the client has disconnected, and nobody reads the reply.
      if (outcome !== 'gone') run = await read(actor, id, reading);
      if (outcome === 'refused') throw new RequestError('unauthorized');
    }
    if (hints && run.detail && !isFinal(run.shownStatus)) return hinted(run.detail, outsideTurn);
    ctx.set({ ETag: weakTag(`${prefix}${run.version}`), 'Cache-Control': 'private, no-cache' });
    if (run.detail) return { status: 200, body: presentRunDetail(run.detail, {}) };
    ctx.status = 304;
    return undefined;
  };
}

import { MAX_PROJECTS, parseProjects } from '#shared/adapters/bus/subscribers/choice.ts';
import { findEndedRuns, readProjectsOf } from '#shared/adapters/database/run-views/ended-runs.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { ENDPOINTS, type QueryOf } from '#shared/api/contract/endpoints.ts';
import { decodeRunCursor, encodeRunCursor, type RunCursor } from '#shared/api/contract/runs/run-cursor.ts';
import { MISSED_LIMIT } from '#shared/api/contract/subscribe/subscribe.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import { mergeEntries } from '#shared/domain/events/stream.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { linkToNext } from '../http/next-link.ts';

/** What a page may have before it ends early, characters of JSON: steps may be long, and 100 runs have many (I13). */
const PAGE_SIZE = 2_000_000;
const ALL_EVENTS = 1_000_000;

/** One page of what a subscriber may have missed: that of its user's runs and projects, also for an admin (I11). */
export const createReadMissed =
  (sql: Sql): Handler<'readMissed'> =>
  async ({ actor, query }) => {
    const named = (query.projects !== undefined && parseProjects(query.projects)) || 'all';
    const projectIds = await readProjectsOf(sql, actor.userId, named, MAX_PROJECTS);
    if (projectIds.length > MAX_PROJECTS) throw new RequestError('subscription_too_wide');
    const { body, next } = await readPage(sql, actor.userId, projectIds, query);
    const link = next && linkToNext(ENDPOINTS.readMissed.path, { ...query, after: encodeRunCursor(next) });
    return { status: 200, body, ...(link !== undefined && { headers: { Link: link } }) };
  };

/** Reads one run after the other, so that no more than a page and one run is in memory. */
async function readPage(sql: Sql, viewerId: string, projectIds: string[], query: QueryOf<'readMissed'>) {
  const { since, after, limit = MISSED_LIMIT } = query;
  const position = after === undefined ? undefined : decodeRunCursor(after);
  const found = await findEndedRuns(sql, { viewerId, projectIds, since, after: position, limit: limit + 1 });
  const body: (StreamEntry & { runId: string })[] = [];
  let last: RunCursor | undefined;
  let size = 0;
  for (const run of found.slice(0, limit)) {
    const log = await readLog(sql, run.id, 0, ALL_EVENTS);
    const entries = log ? mergeEntries(log.events, log.changes) : [];
    for (const entry of entries) body.push({ ...entry, runId: run.id });
    last = run;
    size += JSON.stringify(entries).length;
    if (size > PAGE_SIZE) break;
  }
  return { body, next: last === found.at(-1) ? undefined : last };
}

/*
 * The event streams that are open in this gateway. Owns the question whether whoever watches still may (I11): all of
 * them are asked about in one statement, however many there are; and how many a user may have here at once (I13). Does
 * not own what a stream says or when it is over. Without an answer from the database nothing ends.
 */
import type { Writable } from 'node:stream';
import { findWatchers, type WatcherRow } from '#shared/database/accounts/actors.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import { RequestError } from '../http/errors.ts';
import { type Actor, may } from './policy.ts';
import { isEnded } from './tokens.ts';

export interface OpenStreams extends AsyncDisposable {
  /**
   * `out` is closed soon after the actor may not watch the run any more. Returns how to leave before that, which has to
   * be called in the end. Throws "too many streams" when the user has as many as it may: before anything is answered.
   */
  join(actor: Actor, runId: string, out: Writable): () => void;
}

/** Everybody who watches the same run through the same key, or token of the same end. */
interface Watch {
  actor: Actor;
  runId: string;
  outs: Set<Writable>;
}

/** After how many seconds a refused watcher may be worth another try. */
const RETRY_AFTER_S = 5;
const CHECK_MS = 2_000;
/** How long a watcher may take to read what is on its way, ms. */
const LAST_WORDS_MS = 500;

export function createOpenStreams(deps: {
  sql: Sql;
  log: Pick<Log, 'warn' | 'info'>;
  /** Of one user. */
  max?: number | undefined;
  now?: () => Date;
}): OpenStreams {
  const { sql, log, max = Number.POSITIVE_INFINITY, now = () => new Date() } = deps;
  const watches = new Map<string, Watch>();
  const perUser = new Map<string, number>();
  let failing = false;

  const check = async (): Promise<void> => {
    if (watches.size === 0) return;
    const asked = [...watches.values()];
    const found = await findWatchers(
      sql,
      asked.map(({ actor: { userId, keyId }, runId }) => ({ userId, keyId, runId })),
    );
    failing = false;
    for (const [index, watch] of asked.entries()) {
      if (mayStill(watch, found.get(index), now())) continue;
      log.info({ userId: watch.actor.userId, runId: watch.runId }, 'may not watch any more');
      for (const out of watch.outs) end(out);
    }
  };

  const loop = startLoop(CHECK_MS, check, (error) => {
    if (!failing)
      log.warn({ err: error }, 'could not check the rights of the watchers: their streams stay open');
    failing = true;
  });

  return {
    join(actor, runId, out) {
      const { userId, keyId, until, issue } = actor;
      const open = perUser.get(userId) ?? 0;
      if (open >= max) throw new RequestError('too_many_streams', { retryAfterS: RETRY_AFTER_S });
      perUser.set(userId, open + 1);
      const name = [runId, userId, keyId, until?.getTime(), issue && JSON.stringify(issue)].join();
      const watch = watches.get(name) ?? { actor, runId, outs: new Set() };
      watches.set(name, watch);
      watch.outs.add(out);
      return () => {
        if (!watch.outs.delete(out)) return;
        const left = perUser.get(userId)! - 1;
        if (left === 0) perUser.delete(userId);
        else perUser.set(userId, left);
        if (watch.outs.size === 0 && watches.get(name) === watch) watches.delete(name);
      };
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** Decided as when the stream was opened, with the current rights from the database. */
function mayStill({ actor }: Watch, row: WatcherRow | undefined, now: Date): boolean {
  if (!row || (actor.until && actor.until <= now)) return false;
  if (actor.issue && isEnded(actor.issue, row)) return false;
  const { role, email, scopes, userId, membership } = row;
  const asItIsNow: Actor = { ...actor, role, email, scopes: scopes ?? 'all' };
  return may(asItIsNow, 'runs:read', { userId, membership: membership ?? undefined }) === 'allowed';
}

function end(out: Writable): void {
  const timer = setTimeout(() => out.destroy(), LAST_WORDS_MS);
  out.once('close', () => clearTimeout(timer));
  out.end();
}

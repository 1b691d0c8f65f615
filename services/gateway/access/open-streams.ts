/*
 * The open event streams of this gateway. Owns two checks: whether watchers may still watch (I11), in one statement
 * for all, and how many streams a user may have (I13). Owns neither content nor end. Without a database no stream is
 * ended.
 */
import type { Writable } from 'node:stream';
import { findWatchers, type Watched, type WatcherRow } from '#shared/adapters/database/accounts/actors.ts';
import { isEnded } from '#shared/adapters/database/accounts/token-issue.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { RequestError } from '../http/errors.ts';
import { type Actor, may } from './policy.ts';

export interface OpenStreams extends AsyncDisposable {
  /**
   * Closes `out` soon after the actor loses the right to watch it. Returns a function that has to be called when
   * the stream ends. Throws "too many streams" if the user has reached the limit, before anything is written.
   */
  join(actor: Actor, watched: Watched, out: Writable): () => void;
  /** How many there are now. */
  readonly open: number;
}

/** Watchers of one run or batch with the same key or session, or with tokens of the same expiry. */
interface Watch {
  actor: Actor;
  watched: Watched;
  outs: Set<Writable>;
}

/** `Retry-After` of a refused watcher, s. */
const RETRY_AFTER_S = 5;
const CHECK_MS = 2_000;
/** How long a watcher may take to read what was already written, ms. */
const LAST_WORDS_MS = 500;

interface OpenStreamsDeps {
  sql: Sql;
  log: Pick<Log, 'warn' | 'info'>;
  /** Most streams of one user. */
  max?: number | undefined;
  now?: () => Date;
}

export function createOpenStreams(deps: OpenStreamsDeps): OpenStreams {
  const { log } = deps;
  const watches = new Map<string, Watch>();
  const takePlace = createPlaces(deps.max ?? Number.POSITIVE_INFINITY);
  let failing = false;

  const check = async (): Promise<void> => {
    if (watches.size === 0) return;
    await endForbidden(deps, [...watches.values()]);
    failing = false;
  };
  const loop = startLoop(CHECK_MS, check, (error) => {
    if (!failing)
      log.warn({ err: error }, 'the rights of the watchers could not be checked; their streams stay open');
    failing = true;
  });

  let open = 0;
  return {
    get open() {
      return open;
    },
    join(actor, watched, out) {
      const { userId, keyId, sessionId, until, issue } = actor;
      const leavePlace = takePlace(userId);
      const { runId, batchId } = watched;
      const credentials = [keyId, sessionId, until?.getTime(), issue && JSON.stringify(issue)];
      const name = [runId, batchId, userId, ...credentials].join();
      const watch = watches.get(name) ?? { actor, watched, outs: new Set() };
      watches.set(name, watch);
      watch.outs.add(out);
      open += 1;
      return () => {
        if (!watch.outs.delete(out)) return;
        leavePlace();
        open -= 1;
        if (watch.outs.size === 0 && watches.get(name) === watch) watches.delete(name);
      };
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** Gives each user at most `max` places; the function that it returns gives a place back. */
function createPlaces(max: number) {
  const taken = new Map<string, number>();
  return (userId: string) => {
    const before = taken.get(userId) ?? 0;
    if (before >= max) throw new RequestError('too_many_streams', { retryAfterS: RETRY_AFTER_S });
    taken.set(userId, before + 1);
    return () => {
      const left = taken.get(userId)! - 1;
      if (left === 0) taken.delete(userId);
      else taken.set(userId, left);
    };
  };
}

async function endForbidden(deps: OpenStreamsDeps, watches: readonly Watch[]): Promise<void> {
  const { sql, log, now = () => new Date() } = deps;
  const found = await findWatchers(
    sql,
    watches.map(({ actor: { userId, keyId, sessionId }, watched }) => ({
      userId,
      keyId,
      sessionId,
      ...watched,
    })),
  );
  for (const [index, watch] of watches.entries()) {
    const row = found.get(index);
    if (mayStill(watch, row, now())) continue;
    const { runId, batchId } = watch.watched;
    const about = runId === undefined ? { batchId } : runFields({ runId, traceparent: row?.traceparent });
    log.info({ userId: watch.actor.userId, ...about }, 'may not watch any more');
    for (const out of watch.outs) end(out);
  }
}

/** The same decision as when the stream was opened, with the current rights from the database. */
function mayStill({ actor }: Watch, row: WatcherRow | undefined, now: Date): boolean {
  if (!row || (actor.until && actor.until <= now)) return false;
  if (actor.issue && isEnded(actor.issue, row)) return false;
  const { role, email, scopes, userId, membership } = row;
  const asItIsNow: Actor = { ...actor, role, email, scopes: scopes ?? 'all' };
  const target = { ...(userId !== null && { userId }), membership: membership ?? undefined };
  return may(asItIsNow, 'runs:read', target) === 'allowed';
}

function end(out: Writable): void {
  const timer = setTimeout(() => out.destroy(), LAST_WORDS_MS);
  out.once('close', () => clearTimeout(timer));
  out.end();
}

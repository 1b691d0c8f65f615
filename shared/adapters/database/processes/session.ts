/** First key of the advisory locks that owners hold; the second is `runners.lock_key`. */
export const SESSION_LOCK_SPACE = 0x67686f73;

/** SQL: whether `lock`, a row of pg_locks, is a session lock of this database, and held. */
export const SESSION_LOCKS = `lock.locktype = 'advisory' and lock.granted
    and lock.classid = ${SESSION_LOCK_SPACE} and lock.objsubid = 2
    and lock.database = (select oid from pg_database where datname = current_database())`;

/** The same of the one with this key. */
export const isSessionLock = (key: string) => `${SESSION_LOCKS} and lock.objid = ${key}::oid`;

/** SQL: the owners whose processes hold their locks. However many runs ask for it, a statement reads the locks once, if at all. */
export const OWNERS_WITH_SESSION = `array(select id from runners where lock_key = any (array(
  select lock.objid::int from pg_locks as lock where ${SESSION_LOCKS})))`;

/** SQL: whether the process behind `runs.owner` has ended, i.e. no session holds its lock any more. */
export const OWNER_SESSION_GONE = `not exists (
  select from runners join pg_locks as lock on ${isSessionLock('runners.lock_key')}
  where runners.id = runs.owner)`;

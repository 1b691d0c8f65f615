import { OWNERS_WITH_SESSION } from '../processes/session.ts';

/** An owner renews its leases five times in the time of one; it has missed a renewal after so much of it. */
const OLD = 0.3;

const ownerLost = (isTrusted: string): string => `runs.owner is not null and case
  when leases.until < clock_timestamp() then true
  when ${isTrusted} then false
  else not (runs.owner = any (${OWNERS_WITH_SESSION})) end`;
const IS_RECENT = `leases.renewed_at + ${OLD} * (leases.until - leases.renewed_at) > clock_timestamp()`;

/**
 * SQL: whether the lease of `runs.owner` is over, or its process has ended. Its session is asked for only if its last
 * renewal is old: PostgreSQL collects all locks of all statements under way for that (I14).
 */
export const OWNER_LOST = ownerLost(IS_RECENT);
/** The same where the owner may have given no answer, `:isDoubted`: its session is asked for then, too. */
export const DOUBTED_OWNER_LOST = ownerLost(`${IS_RECENT} and not :isDoubted::boolean`);

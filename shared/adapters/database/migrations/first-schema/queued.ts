/** A run waits to be claimed, and for no person. */
export const WAITING = `status = 'running' and owner is null and cancel_requested_at is null and parked_until is null`;

/**
 * The same without a concurrency key, in words that are no other index's: whichever else PostgreSQL might walk, it would be
 * past other users' runs. The claim has the same words (`shared/adapters/database/queue/fair-choice.ts`).
 */
export const FREE = `status = 'running' and num_nonnulls(owner) = 0 and num_nonnulls(cancel_requested_at) = 0
  and num_nonnulls(parked_until) = 0 and num_nonnulls(concurrency_key) = 0`;

/** A run is under way: on a runner, or parked. It holds its concurrency key. */
export const UNDER_WAY = `(owner is not null or parked_until is not null) and status in ('running', 'cancelling')`;

/** Spaces of advisory locks; `shared/adapters/database/advisory-locks.ts` has others. */
export const KEY_LOCK = 0x67687105;
export const TURN_LOCK = 0x67687106;

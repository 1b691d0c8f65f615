/** A run waits to be claimed. */
export const WAITING = `status = 'running' and owner is null and cancel_requested_at is null`;

/**
 * The same without a concurrency key, in words that are no other index's: whichever else PostgreSQL might walk, it would be
 * past other users' runs. The claim has the same words (`shared/adapters/database/queue/fair-choice.ts`).
 */
export const FREE = `status = 'running' and num_nonnulls(owner) = 0 and num_nonnulls(cancel_requested_at) = 0
  and num_nonnulls(concurrency_key) = 0`;

/** Spaces of advisory locks; `shared/adapters/database/advisory-locks.ts` has others. */
export const KEY_LOCK = 0x67687105;
export const TURN_LOCK = 0x67687106;

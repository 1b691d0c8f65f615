/**
 * The outcome of a run with the status `fail`, as `outcomeOf` tells it (`shared/domain/run/outcome.ts`): the very text of the
 * indexes of lists by outcome.
 */
export const FAILED_AS = `(case when cancel_requested_at is not null then 'cancelled' when cancelled or stale then 'lost' else 'fail' end)`;

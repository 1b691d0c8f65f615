/* SQL about the return to the queue of a run of which nothing has begun, as parts of statements. */

/** A run returns once, by its owner, for which no browser started, or by a supervisor, once its owner is lost. */
export const NOT_RETURNED = `runs.snapshot #> '{machine,context,returned}' is null`;

/** Longer than the runner that returned it leaves it to the others, so that it is tried again even if there are none. */
const LEAST_QUEUE_MS = 10_000;

/** Its queue time goes on, as it has not been served; but others get the time to look. */
export const RETURNED_UNTIL = `greatest(runs.queue_until, moment.at + ${LEAST_QUEUE_MS} * interval '1 ms')`;

/** What a queued run may be waiting for, in English. */
export const QUEUED_FOR = {
  runner: 'a runner with a free slot, or its turn',
  concurrency_key: 'the run with its concurrency key to end',
  no_runner: 'a runner: none is up',
  no_fitting_runner: 'a runner that has all of its labels: none is up',
  runner_unavailable: 'a runner that can take runs: none of those that fit can now',
} as const;
export type QueuedCode = keyof typeof QUEUED_FOR;

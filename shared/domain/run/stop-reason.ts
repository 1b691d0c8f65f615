/** Why the machine says that a run did not pass. */
export const STOP_REASONS = [
  'launch_failed',
  'launch_timeout',
  'secrets_unopened',
  'profile_stale',
  'step_failed',
  'step_timeout',
  'unanswered',
  'unresumed',
  'commit_timeout',
  'close_failed',
  'queue_timeout',
  'deadline',
  'cancelled',
  'stale',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** The stop reason of a run that its owner could not go on with, and whose machine did not end it. */
export const BROKEN = 'broken';

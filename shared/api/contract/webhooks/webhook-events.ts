/** The events of runs that a webhook may get, and when. */
export const RUN_WEBHOOK_EVENTS = {
  'run.queued': 'A run was accepted, and waits for a runner.',
  'run.started':
    'A runner has begun with a run. Once more for each runner that takes it after it has gone back into the queue; only a restart of its flow has a higher `attempt`.',
  'run.cancelling': 'A cancel of a run was recorded. It ends as `fail`, with `cancel`.',
  'run.waiting_for_person':
    'A run waits for a person: it asks one, is paused, or a step of it has failed and stays. `question` says what.',
  'run.stale':
    'The runner of a run was lost: the run has ended, or, with `onRunnerLoss: "requeue"` or if nothing of it had begun, waits for another runner.',
  'run.finished': 'A run has ended, with the status `pass` or `fail`.',
} as const;
export type RunWebhookEvent = keyof typeof RUN_WEBHOOK_EVENTS;
export const WEBHOOK_EVENTS = Object.keys(RUN_WEBHOOK_EVENTS) as [RunWebhookEvent, ...RunWebhookEvent[]];

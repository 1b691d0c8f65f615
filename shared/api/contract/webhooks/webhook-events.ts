const OF_RUNS = {
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
export type RunWebhookEvent = keyof typeof OF_RUNS;

const OF_SCHEDULES = {
  'schedule.paused': 'A schedule was paused, by a user or by itself. `why` says which.',
  'schedule.skipped':
    'A time of a schedule has come, and no run was started for it; `status` says why not. Times that come while it is paused are not sent.',
} as const;
type ScheduleWebhookEvent = keyof typeof OF_SCHEDULES;

/** The events that a webhook may get, and when. */
export const WEBHOOK_EVENT_TEXTS = { ...OF_RUNS, ...OF_SCHEDULES } as const;
export type WebhookEvent = RunWebhookEvent | ScheduleWebhookEvent;
export const WEBHOOK_EVENTS = Object.keys(WEBHOOK_EVENT_TEXTS) as [WebhookEvent, ...WebhookEvent[]];

import { change, type OnlineMigration } from '../online/stage.ts';
import { noteWebhooks } from './Migration20261130041500_webhook_filters.ts';

/** When a test or a resend last wanted a webhook tried at once; and from when on what waits is still to be made due. */
const WEBHOOKS = `
alter table webhooks
  add column if not exists asked_at timestamptz,
  add column if not exists make_due_from timestamptz`;

/**
 * As before, with the steps that are done and no empty labels: what is stored is for receivers, to whom a supervisor of
 * another version sends on what it does not know. A JSON number is always one for PostgreSQL.
 */
const FACTS = `jsonb_strip_nulls(jsonb_build_object(
    'id', new.id, 'project', new.project_id, 'status', new.shown_status, 'startedAt', new.created_at,
    'finishedAt', new.finished_at, 'baseUrl', new.base_url, 'contextId', new.context_id, 'attempt', new.attempt,
    'error', new.error, 'stopReason', new.stop_reason, 'videoPath', new.video_path, 'rerunOf', new.rerun_of,
    'concurrencyKey', new.concurrency_key, 'runnerLabels', new.runner_labels, 'cancelled', new.cancelled,
    'stale', new.stale, 'cancelRequestedAt', new.cancel_requested_at, 'cancelBy', new.cancel_by,
    'cancelMode', new.cancel_mode, 'cancelReason', new.cancel_reason, 'traceparent', new.traceparent,
    'name', new.name, 'labels', nullif(new.own_labels, '{}'),
    'title', case jsonb_typeof(context -> 'title') when 'string' then context ->> 'title' end,
    'stepCount', case jsonb_typeof(context -> 'stepTimeouts') when 'array' then jsonb_array_length(context -> 'stepTimeouts') end,
    'stepsDone', case jsonb_typeof(context -> 'done') when 'number' then
      (context ->> 'done')::numeric - case when context #> '{lastStep,ok}' = 'false'::jsonb then 1 else 0 end end))`;

export const Migration20261130051700_webhook_asked: OnlineMigration = {
  name: 'Migration20261130051700_webhook_asked',
  stages: [
    change('add columns to webhooks', { webhooks: 'access exclusive' }, WEBHOOKS),
    change('let webhooks be told how many steps are done', {}, noteWebhooks(FACTS)),
  ],
};

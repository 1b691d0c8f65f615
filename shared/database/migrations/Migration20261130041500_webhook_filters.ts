import { change, type OnlineMigration } from '../online/stage.ts';
import { HAS_ENDED, HAS_LEFT_QUEUE } from './Migration20261127123000_webhooks.ts';
import { HAS_RETURNED } from './Migration20261129235300_webhook_returns.ts';

/** Which runs a webhook is told of, until when its receiver asked to be left alone, and why it failed last, as a code. */
const WEBHOOKS = `
alter table webhooks
  add column if not exists filter_name text,
  add column if not exists filter_labels text[] not null default '{}',
  add column if not exists held_until timestamptz,
  add column if not exists last_error_code text,
  add column if not exists last_status int`;
const ATTEMPTS = 'alter table webhook_attempts add column if not exists error_code text';

/** A run's name and labels never change, so a webhook is told all of a run or nothing. */
const IS_OF_RUN = `webhooks.project_id = new.project_id and webhooks.disabled is null
    and (webhooks.filter_name is null or webhooks.filter_name = new.name) and new.own_labels @> webhooks.filter_labels`;

/** What is told of a run. Nothing of its snapshot is counted with here: what cannot be read must not refuse a commit. */
const FACTS = `jsonb_strip_nulls(jsonb_build_object(
    'id', new.id, 'project', new.project_id, 'status', new.shown_status, 'startedAt', new.created_at,
    'finishedAt', new.finished_at, 'baseUrl', new.base_url, 'contextId', new.context_id, 'attempt', new.attempt,
    'error', new.error, 'stopReason', new.stop_reason, 'videoPath', new.video_path, 'rerunOf', new.rerun_of,
    'concurrencyKey', new.concurrency_key, 'runnerLabels', new.runner_labels, 'cancelled', new.cancelled,
    'stale', new.stale, 'cancelRequestedAt', new.cancel_requested_at, 'cancelBy', new.cancel_by,
    'cancelMode', new.cancel_mode, 'cancelReason', new.cancel_reason, 'traceparent', new.traceparent,
    'name', new.name, 'labels', new.own_labels, 'title', context ->> 'title',
    'stepCount', case jsonb_typeof(context -> 'stepTimeouts') when 'array' then jsonb_array_length(context -> 'stepTimeouts') end,
    'stepsEnded', context -> 'done', 'lastStepOk', context #> '{lastStep,ok}'))`;

/**
 * As before, and only of runs that the webhook is for, with name, labels, title and steps. What is told is put together
 * once, and only if a webhook is told it: a subquery that refers to no row is evaluated when it is first needed.
 */
export const noteWebhooks = (facts: string) => `
create or replace function note_webhooks() returns trigger language plpgsql as $$
declare
  types text[] := '{}';
  is_lost boolean := false;
begin
  if not exists (select from webhooks where ${IS_OF_RUN}) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    types := '{run.queued}';
  else
    if ${HAS_LEFT_QUEUE} then types := types || 'run.started'::text; end if;
    if new.shown_status = 'cancelling' and old.shown_status <> 'cancelling' then types := types || 'run.cancelling'::text; end if;
    if ${HAS_RETURNED} then
      execute format('select exists (select from events where run_id = %L and seq > %L and type = ''requeued''
        and payload -> ''verdict'' is not null)', new.id, old.last_seq) into is_lost;
    end if;
    if is_lost or new.attempt > old.attempt or (${HAS_ENDED} and new.stale) then types := types || 'run.stale'::text; end if;
    if ${HAS_ENDED} then types := types || 'run.finished'::text; end if;
  end if;
  insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at)
  select message.id, webhooks.id, new.id, message.type, moment.at,
    (select ${facts} from (select new.snapshot #> '{machine,context}' as context offset 0) as machine),
    moment.at, moment.at
  from (select gen_random_uuid() as id, type, place from unnest(types) with ordinality as told (type, place) offset 0) as message,
    (select clock_timestamp() as at offset 0) as moment, webhooks
  where ${IS_OF_RUN} and message.type = any (webhooks.events)
  order by message.place;
  return null;
end $$;`;

export const Migration20261130041500_webhook_filters: OnlineMigration = {
  name: 'Migration20261130041500_webhook_filters',
  stages: [
    change('add columns to webhooks', { webhooks: 'access exclusive' }, WEBHOOKS),
    change('add a column to the attempts of webhooks', { webhook_attempts: 'access exclusive' }, ATTEMPTS),
    change('let webhooks be told of some runs only, and of their names and steps', {}, noteWebhooks(FACTS)),
  ],
};

import { change, type OnlineMigration } from '../online/stage.ts';

/**
 * A secret is kept as it is, since it has to sign. Health changes with each attempt that fails, and with the first one that
 * does not any more; no index has its columns. No `url`: what happens is kept to be read, and not sent.
 */
const WEBHOOKS = `
create table if not exists webhooks (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null,
  url text,
  description text not null,
  events text[] not null,
  secret text not null,
  previous_secret text,
  previous_until timestamptz,
  disabled text check (disabled in ('user', 'gone', 'failing')),
  disabled_at timestamptz,
  failures int not null default 0,
  failing_since timestamptz,
  retry_at timestamptz,
  last_error text,
  read_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70);
create index if not exists webhooks_of_project on webhooks (project_id);`;

/**
 * No foreign key: a commit that notes something would lock the webhook's row against its deletion. `seq` is the order of a
 * run, whose transitions wait for each other. What is left of an outage is deleted at once, so the table is vacuumed early.
 */
const DELIVERIES = `
create table if not exists webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  seq bigint not null generated always as identity,
  message_id uuid not null,
  webhook_id uuid not null,
  run_id uuid,
  type text not null,
  at timestamptz not null,
  facts jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts int not null default 0,
  since timestamptz not null,
  due_at timestamptz not null,
  taken boolean not null default false,
  finished_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index if not exists webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where state = 'pending';
create index if not exists webhook_deliveries_lane on webhook_deliveries (webhook_id, run_id, seq) where state = 'pending';
create index if not exists webhook_deliveries_waiting on webhook_deliveries (at) where state = 'pending';
create index if not exists webhook_deliveries_listed on webhook_deliveries (webhook_id, seq);
create index if not exists webhook_deliveries_oldest on webhook_deliveries (at);
create table if not exists webhook_attempts (
  delivery_id uuid not null references webhook_deliveries (id) on delete cascade,
  number int not null,
  at timestamptz not null,
  ms int not null,
  status int,
  error text,
  response text,
  primary key (delivery_id, number)
);`;

/** What is told of a run: as it is then, whatever becomes of it before the message arrives. */
const FACTS = `jsonb_strip_nulls(jsonb_build_object(
  'id', new.id, 'project', new.project_id, 'status', new.shown_status, 'startedAt', new.created_at,
  'finishedAt', new.finished_at, 'baseUrl', new.base_url, 'contextId', new.context_id, 'attempt', new.attempt,
  'error', new.error, 'stopReason', new.stop_reason, 'videoPath', new.video_path, 'rerunOf', new.rerun_of,
  'concurrencyKey', new.concurrency_key, 'runnerLabels', new.runner_labels, 'cancelled', new.cancelled,
  'stale', new.stale, 'cancelRequestedAt', new.cancel_requested_at, 'cancelBy', new.cancel_by,
  'cancelMode', new.cancel_mode, 'cancelReason', new.cancel_reason,
  'traceparent', new.traceparent))`;

/** By the path of the state where a run waits for an owner, which is its first one in every version of the machine. */
const HAS_LEFT_QUEUE = `old.state = 'running.queued' and new.state <> old.state and new.status = 'running'`;
const HAS_ENDED = `new.status in ('pass', 'fail') and old.status in ('running', 'cancelling')`;

/**
 * In the transaction of whatever changes a run, in any version: nothing is stored that is not told, and nothing told that
 * is not stored. It only inserts, and so waits for nobody.
 */
const NOTE = `
create or replace function note_webhooks() returns trigger language plpgsql as $$
declare
  types text[] := '{}';
begin
  if not exists (select from webhooks where project_id = new.project_id and disabled is null) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    types := '{run.queued}';
  else
    if ${HAS_LEFT_QUEUE} then types := types || 'run.started'::text; end if;
    if new.shown_status = 'cancelling' and old.shown_status <> 'cancelling' then types := types || 'run.cancelling'::text; end if;
    if new.attempt > old.attempt or (${HAS_ENDED} and new.stale) then types := types || 'run.stale'::text; end if;
    if ${HAS_ENDED} then types := types || 'run.finished'::text; end if;
  end if;
  insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at, state, finished_at)
  select message.id, webhooks.id, new.id, message.type, moment.at, ${FACTS}, moment.at, moment.at,
    case when webhooks.url is null then 'delivered' else 'pending' end, case when webhooks.url is null then moment.at end
  from (select gen_random_uuid() as id, type, place from unnest(types) with ordinality as told (type, place) offset 0) as message,
    (select clock_timestamp() as at offset 0) as moment, webhooks
  where webhooks.project_id = new.project_id and webhooks.disabled is null and message.type = any (webhooks.events)
  order by message.place;
  return null;
end $$;`;

const TRIGGERS = `
create or replace trigger note_webhooks_of_new after insert on runs for each row execute function note_webhooks();
create or replace trigger note_webhooks after update of status, state, attempt, cancel_requested_at on runs for each row
  when (new.shown_status <> old.shown_status or new.attempt > old.attempt or (${HAS_LEFT_QUEUE}))
  execute function note_webhooks();`;

/** Webhooks, what they are to be told, and how that went. */
export const Migration20261127123000_webhooks: OnlineMigration = {
  name: 'Migration20261127123000_webhooks',
  stages: [
    change(
      'create the tables of webhooks',
      { projects: 'share row exclusive' },
      WEBHOOKS + DELIVERIES + NOTE,
    ),
    change('create triggers that note what webhooks are told', { runs: 'share row exclusive' }, TRIGGERS),
  ],
};

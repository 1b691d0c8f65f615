/**
 * The durable consumers in NATS, to count them and to end them with their key; a row outlives its key until its consumer is
 * deleted. The columns from `had_until` on: how far it has had its events (`gateway/subscribers/judge-gap.ts`).
 */
const CONSUMERS = `
create table subscriber_consumers (
  name text primary key,
  user_id uuid not null,
  key_id uuid not null,
  ended boolean not null default false,
  due_at timestamptz not null,
  had_until timestamptz,
  mark_seq bigint,
  mark_at timestamptz,
  is_notice boolean not null default false
);
create index subscriber_consumers_of_user on subscriber_consumers (user_id) where not ended;
create index subscriber_consumers_of_key on subscriber_consumers (key_id);
create index subscriber_consumers_due on subscriber_consumers (due_at);`;

const END_WITH_KEY = `
create function end_consumers_of_key() returns trigger language plpgsql as $$
begin
  update subscriber_consumers
  set due_at = case when tg_op = 'DELETE' then clock_timestamp() else least(due_at, new.expires_at) end
  where key_id = old.id and not ended;
  return null;
end $$;
create trigger end_consumers_of_key after delete or update of expires_at on api_keys
for each row execute function end_consumers_of_key();`;

export const SUBSCRIBERS = CONSUMERS + END_WITH_KEY;

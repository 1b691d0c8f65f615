import { change, type OnlineMigration } from '../online/stage.ts';

const CONSUMERS = `
create table if not exists subscriber_consumers (
  name text primary key,
  user_id uuid not null,
  key_id uuid not null,
  ended boolean not null default false,
  due_at timestamptz not null
);
create index if not exists subscriber_consumers_of_user on subscriber_consumers (user_id) where not ended;
create index if not exists subscriber_consumers_of_key on subscriber_consumers (key_id);
create index if not exists subscriber_consumers_due on subscriber_consumers (due_at);
create or replace function end_consumers_of_key() returns trigger language plpgsql as $$
begin
  update subscriber_consumers
  set due_at = case when tg_op = 'DELETE' then clock_timestamp() else least(due_at, new.expires_at) end
  where key_id = old.id and not ended;
  return null;
end $$`;

const TRIGGER = `
create or replace trigger end_consumers_of_key after delete or update of expires_at on api_keys
for each row execute function end_consumers_of_key()`;

/**
 * The durable consumers in NATS, so that they can be counted, and end with their key whichever process is alive then. A
 * row outlives its key on purpose: it says what is still to be taken away.
 */
export const Migration20261126050000_subscriber_consumers: OnlineMigration = {
  name: 'Migration20261126050000_subscriber_consumers',
  stages: [
    change('create the table subscriber_consumers', {}, CONSUMERS),
    change('create a trigger on api_keys', { api_keys: 'share row exclusive' }, TRIGGER),
  ],
};

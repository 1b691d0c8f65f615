import {
  backfill,
  buildIndex,
  type Cursor,
  change,
  NO_UUID,
  type OnlineMigration,
  validateCheck,
} from '../online/stage.ts';
import type { Sql } from '../sql.ts';

const REASONS = `
alter table webhooks drop constraint if exists webhooks_disabled_check,
  add constraint webhooks_disabled_check check (disabled in ('user', 'gone', 'failing', 'maker')) not valid;`;

/** Only owners of a project see what its webhooks are told; an admin sees every run. */
const FUNCTIONS = `
create or replace function may_be_told(maker uuid, project uuid) returns boolean language sql stable as $$
  select exists (
    select from users where users.id = may_be_told.maker and users.deleted_at is null and (users.role = 'admin' or exists (
      select from project_members as member
      where member.project_id = may_be_told.project and member.user_id = may_be_told.maker and member.role = 'owner')))
$$;
create or replace function disable_webhooks_of_member() returns trigger language plpgsql as $$
begin
  update webhooks set disabled = 'maker', disabled_at = coalesce(disabled_at, clock_timestamp())
  where project_id = old.project_id and user_id = old.user_id
    and disabled is distinct from 'maker' and not may_be_told(user_id, project_id);
  return null;
end $$;
create or replace function disable_webhooks_of_user() returns trigger language plpgsql as $$
begin
  update webhooks set disabled = 'maker', disabled_at = coalesce(disabled_at, clock_timestamp())
  where user_id = new.id and disabled is distinct from 'maker' and not may_be_told(user_id, project_id);
  return null;
end $$;`;

const OF_MEMBERS = `
create or replace trigger disable_webhooks_of_member after delete or update of role on project_members
for each row execute function disable_webhooks_of_member();`;
const OF_USERS = `
create or replace trigger disable_webhooks_of_user after update of role, deleted_at on users
for each row execute function disable_webhooks_of_user();`;

const LOST = `disabled is distinct from 'maker' and not may_be_told(user_id, project_id)`;
const DISABLE = `
with lost as materialized (
  select id from webhooks where id > :id::uuid and ${LOST} order by id limit 1000 for no key update skip locked
), disabled as (
  update webhooks set disabled = 'maker', disabled_at = coalesce(disabled_at, clock_timestamp())
  from lost where webhooks.id = lost.id
)
select id from lost order by id desc limit 1`;

/** A webhook whose maker may no longer read what it tells is disabled in the transaction that takes the right away (I11). */
export const Migration20261129211500_webhook_makers: OnlineMigration = {
  name: 'Migration20261129211500_webhook_makers',
  stages: [
    buildIndex('webhooks', 'webhooks_of_user', '(user_id)'),
    change('allow a further reason to disable a webhook', { webhooks: 'access exclusive' }, REASONS),
    validateCheck('webhooks', 'webhooks_disabled_check'),
    change('create the functions that disable webhooks', {}, FUNCTIONS),
    change(
      'create a trigger that disables the webhooks of members',
      { project_members: 'share row exclusive' },
      OF_MEMBERS,
    ),
    change(
      'create a trigger that disables the webhooks of users',
      { users: 'share row exclusive' },
      OF_USERS,
    ),
    backfill('webhooks', 'disable the webhooks whose makers have left', {
      first: { id: NO_UUID },
      batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(DISABLE, after),
      left: `select from webhooks where created_at < :started and ${LOST} limit 1`,
    }),
  ],
};

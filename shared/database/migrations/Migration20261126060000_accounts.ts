import { change, type OnlineMigration } from '../online/stage.ts';

/** A token names the epoch it was made in; those of an outside issuer go by their time. */
const TOKENS = `
alter table users add column if not exists token_epoch int not null default 0, add column if not exists tokens_ended_at timestamptz;`;

/** Hashed with the e-mail, for the limits of logins. */
const ADDRESSES = `
create table if not exists login_addresses (
  subject text primary key,
  user_id uuid not null references users (id) on delete cascade,
  used_at timestamptz not null default clock_timestamp()
);
create index if not exists login_addresses_of_user on login_addresses (user_id, used_at desc);`;

/** Tokens that can be ended, and the addresses that a user signs in from. */
export const Migration20261126060000_accounts: OnlineMigration = {
  name: 'Migration20261126060000_accounts',
  stages: [
    change('add columns to users', { users: 'access exclusive' }, TOKENS),
    change('create the table login_addresses', { users: 'share row exclusive' }, ADDRESSES),
  ],
};

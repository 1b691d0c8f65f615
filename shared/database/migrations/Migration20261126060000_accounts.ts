import { Migration } from '@mikro-orm/migrations';

/** Tokens that can be ended, and the addresses that a user signs in from. */
export class Migration20261126060000_accounts extends Migration {
  override up(): void {
    for (const statement of [TOKENS, ADDRESSES]) this.addSql(statement);
  }
}

/** A token names the epoch it was made in; those of an outside issuer go by their time. */
const TOKENS = `
alter table users add column token_epoch int not null default 0, add column tokens_ended_at timestamptz;`;

/** Hashed with the e-mail, for the limits of logins. */
const ADDRESSES = `
create table login_addresses (
  subject text primary key,
  user_id uuid not null references users (id) on delete cascade,
  used_at timestamptz not null default clock_timestamp()
);
create index login_addresses_of_user on login_addresses (user_id, used_at desc);`;

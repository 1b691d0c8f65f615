/** A deleted user stays for the runs it started; its e-mail is free again. A session token names the `token_epoch` it was made in, one of an outside issuer goes by its time. */
const USERS = `
create table users (
  id uuid primary key,
  email text not null,
  password_hash text not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  token_epoch int not null default 0,
  tokens_ended_at timestamptz
);
create unique index users_email on users (email) where deleted_at is null;`;

const PROJECTS = `
create table projects (
  id uuid primary key,
  label text not null,
  color text not null default '#6366f1',
  answer_links boolean not null default true,
  created_at timestamptz not null default clock_timestamp()
);
create table project_members (
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'owner')),
  primary key (project_id, user_id)
);
create index project_members_user on project_members (user_id);`;

/** Invitations go to an e-mail, whether or not a user has it. */
const INVITATIONS = `
create table project_invitations (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  email text not null,
  role text not null check (role in ('viewer', 'operator', 'owner')),
  invited_by uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  unique (project_id, email)
);
create index project_invitations_email on project_invitations (email);
create index project_invitations_inviter on project_invitations (invited_by);
create index project_invitations_expiry on project_invitations (expires_at);`;

const API_KEYS = `
create table api_keys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  label text not null,
  prefix text not null,
  key_hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  last_used_at timestamptz
);
create index api_keys_user on api_keys (user_id);`;

/** Failed logins by account and by address, and the addresses that a user signs in from; subjects are hashes. */
const LOGINS = `
create table login_attempts (
  subject text primary key,
  failures int not null,
  until timestamptz not null
);
create index login_attempts_until on login_attempts (until);
create table login_addresses (
  subject text primary key,
  user_id uuid not null references users (id) on delete cascade,
  used_at timestamptz not null default clock_timestamp()
);
create index login_addresses_of_user on login_addresses (user_id, used_at desc);`;

/** Browsers in which a user is signed in (docs/decisions/session-cookie.md). */
const SESSIONS = `
create table user_sessions (
  id uuid primary key,
  user_id uuid not null,
  secret_hash text not null unique,
  token_epoch int not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index user_sessions_of_user on user_sessions (user_id, created_at);
create index user_sessions_by_end on user_sessions (expires_at);`;

export const ACCOUNT_TABLES = USERS + PROJECTS + INVITATIONS + API_KEYS + LOGINS + SESSIONS;

import { change, type OnlineMigration } from '../online/stage.ts';

const SESSIONS = `
create table if not exists user_sessions (
  id uuid primary key,
  user_id uuid not null,
  secret_hash text not null unique,
  token_epoch int not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index if not exists user_sessions_of_user on user_sessions (user_id, created_at);
create index if not exists user_sessions_by_end on user_sessions (expires_at)`;

/** Browsers in which a user is signed in (docs/decisions/session-cookie.md). */
export const Migration20261127160000_user_sessions: OnlineMigration = {
  name: 'Migration20261127160000_user_sessions',
  stages: [change('create the table user_sessions', {}, SESSIONS)],
};

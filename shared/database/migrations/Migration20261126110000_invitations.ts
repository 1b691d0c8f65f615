import { change, type OnlineMigration } from '../online/stage.ts';

const INVITATIONS = `
create table if not exists project_invitations (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  email text not null,
  role text not null check (role in ('viewer', 'operator', 'owner')),
  invited_by uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  unique (project_id, email)
);
create index if not exists project_invitations_email on project_invitations (email);
create index if not exists project_invitations_inviter on project_invitations (invited_by);
create index if not exists project_invitations_expiry on project_invitations (expires_at);`;

/** Invitations into projects, to an e-mail: whether somebody has an account with it is not looked at. */
export const Migration20261126110000_invitations: OnlineMigration = {
  name: 'Migration20261126110000_invitations',
  stages: [
    change(
      'create the table project_invitations',
      { projects: 'share row exclusive', users: 'share row exclusive' },
      INVITATIONS,
    ),
  ],
};

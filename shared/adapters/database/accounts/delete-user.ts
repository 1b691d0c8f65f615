import {
  askedValues,
  RECORDED_COLUMNS,
  type RunToCancel,
  type RunToCancelRow,
  recordCancelColumns,
  runToCancel,
} from '../runs/record-cancel.ts';
import type { Sql } from '../sql.ts';
import { type Acting, ENDED_TOKENS, holdsCredential } from './acting.ts';
import type { EndedTokens } from './token-issue.ts';

export interface UserToDelete {
  id: string;
  /** The admin who does it, and through which key. */
  by: Acting;
  /** Why its live runs are cancelled. */
  reason: string;
}

interface Locked extends EndedTokens {
  id: string;
  role: string;
}

/** The live runs that now have a recorded cancel. */
export interface DeletedUser {
  cancelled: RunToCancel[];
}

/**
 * Deletes a user in one transaction: its keys, memberships and invitations (to its e-mail too, which a later user may get)
 * go, its live runs get a cancel (I3), its ended runs stay. Projects without an owner get an admin, empty ones go.
 */
export const deleteUser = (
  sql: Sql,
  { id, by, reason }: UserToDelete,
): Promise<DeletedUser | 'unauthorized' | 'unknown_user' | 'last_admin'> =>
  sql.transaction(async (inner) => {
    const locked = await inner.rows<Locked>(LOCK, { id });
    if (!(await mayStill(inner, by, locked))) return 'unauthorized';
    const user = locked.find((row) => row.id === id);
    if (!user) return 'unknown_user';
    if (user.role === 'admin' && locked.length === 1) return 'last_admin';
    await inner.rows(LOCK_OWNERS, { id });
    const heir = by.userId === id ? locked.find((row) => row.id !== id)?.id : by.userId;
    await inner.rows(DELETE, { id, heir });
    // After the projects: a transaction that accepts an invitation locks its project first.
    await inner.rows(DELETE_INVITATIONS, { id });
    const runs = await inner.rows<RunToCancelRow>(CANCEL_RUNS, {
      ...askedValues({ ...by, mode: 'graceful', reason, elapsedMs: 0 }),
      id,
    });
    return { cancelled: runs.map(runToCancel) };
  });

/** Whether this one is among the locked admins, and its key, session or token is still good. */
async function mayStill(inner: Sql, by: Acting, locked: Locked[]): Promise<boolean> {
  const admin = locked.find((row) => row.id === by.userId && row.role === 'admin');
  return admin !== undefined && holdsCredential(inner, by, admin);
}

/**
 * All admins, so that two cannot remove each other. A run that is being accepted holds its user: it is seen by the
 * statements after this one, or sees the deletion (`guard_accept`).
 */
const LOCK = `
select id, role, ${ENDED_TOKENS} from users where deleted_at is null and (id = :id or role = 'admin') order by id for update`;

/** The lock of every statement that changes who is an owner. */
const LOCK_OWNERS = `
select from project_members where role = 'owner' and project_id in (
  select project_id from project_members where user_id = :id and role = 'owner'
) order by project_id, user_id for update`;

const DELETE = `
with gone as (update users set deleted_at = clock_timestamp(), password_hash = '' where id = :id),
keys as (delete from api_keys where user_id = :id),
memberships as (delete from project_members where user_id = :id returning project_id, role),
ownerless as (
  select project_id from memberships as mine where role = 'owner' and not exists (
    select from project_members where project_id = mine.project_id and role = 'owner' and user_id <> :id)
),
inherited as (
  insert into project_members (project_id, user_id, role)
  select project_id, :heir::uuid, 'owner' from ownerless
  where exists (select from project_members where project_id = ownerless.project_id and user_id <> :id)
  on conflict (project_id, user_id) do update set role = 'owner'
  returning project_id
)
delete from projects where id in (select project_id from ownerless except select project_id from inherited)`;

/** Locked in the order of ids, like when a member is removed. */
const DELETE_INVITATIONS = `
delete from project_invitations where id in (
  select id from project_invitations where invited_by = :id or email = (select email from users where id = :id)
  order by id for update)`;

/** Locked in the order of ids, like by heartbeats. The first request counts: one that is recorded stays as it is. */
const CANCEL_RUNS = `
with live as (
  select id from runs
  where user_id = :id and status in ('running', 'cancelling') and cancel_requested_at is null
  order by id for update
)
update runs set ${recordCancelColumns(`'user'`)}
from live
where runs.id = live.id and status in ('running', 'cancelling') and cancel_requested_at is null
returning ${RECORDED_COLUMNS}`;

/*
 * The one place that decides who may do what (I11): pure, and asked by every endpoint. `test/support/source/policy-table.ts`
 * says for each of them who is let in.
 */
import { type Access, type Permission, SCOPE_OF } from '#shared/contract/permissions.ts';
import { type KeyScope, PROJECT_ROLES, type ProjectRole, type UserRole } from '#shared/contract/roles.ts';
import type { ActingOwner } from '#shared/database/accounts/as-owner.ts';
import type { TokenIssue } from './tokens.ts';

/** Who calls. A JWT acts with all scopes of its user, an API key with its own. */
export interface Actor {
  userId: string;
  email: string;
  role: UserRole;
  scopes: 'all' | readonly KeyScope[];
  keyId?: string;
  /** When the token or the key is over; a key need not have an end. */
  until?: Date;
  /** Of a token: when it was made. */
  issue?: TokenIssue;
}

/**
 * What the policy needs to know of that which is asked for. A run has both: who started it, and what the actor is in
 * its project; a project has members only; a key or a bulk cancel only its user.
 */
export interface Target {
  userId?: string;
  membership?: ProjectRole | undefined;
}

/** `hidden`: the actor may not even know that it exists (404). `forbidden`: it may, but not do this (403). */
export type AccessDecision = 'allowed' | 'forbidden' | 'hidden';

/** What an endpoint asks of a caller that has credentials. */
export type Asked = Exclude<Access, 'public'>;

/** The mildest role in a project with which the permission reaches what belongs to the project. */
const ROLE_FOR: Record<Asked, ProjectRole> = {
  account: 'viewer',
  'runs:read': 'viewer',
  'runs:write': 'operator',
  'runs:cancel': 'operator',
  'projects:write': 'owner',
  'keys:write': 'owner',
  'users:write': 'owner',
};

/** With `target`, whether the actor may do this to it; else whether at all. */
export function may(actor: Actor, asked: Asked, target?: Target): AccessDecision {
  if (target && !sees(actor, target)) return 'hidden';
  if (!holds(actor, asked)) return 'forbidden';
  return !target || reaches(actor, asked, target) ? 'allowed' : 'forbidden';
}

/** Whether the actor may hand out a key with these scopes and this end: never more than it has itself. */
export const mayGrant = (actor: Actor, scopes: readonly KeyScope[], until?: Date): boolean =>
  covers(actor, scopes) && (actor.keyId === undefined || !outlives(until, actor.until));

/** Only their user may revoke keys, not even an admin; a key may revoke only keys with no more rights than itself. */
export function mayRevoke(
  actor: Actor,
  key: { userId: string; scopes: readonly KeyScope[] },
): AccessDecision {
  if (key.userId !== actor.userId) return 'hidden';
  if (!holds(actor, 'keys:write')) return 'forbidden';
  return actor.keyId === undefined || covers(actor, key.scopes) ? 'allowed' : 'forbidden';
}

/** An admin sees all runs and projects, everybody else their own and those of their projects. */
export const seesAllRuns = (actor: Actor): boolean => actor.role === 'admin';

const sees = (actor: Actor, { userId, membership }: Target): boolean =>
  seesAllRuns(actor) || userId === actor.userId || membership !== undefined;

/** Being an admin is not enough to change what is another's: that takes a role in its project, or a key made for it. */
const reaches = (actor: Actor, asked: Asked, { userId, membership }: Target): boolean =>
  ROLE_FOR[asked] === 'viewer' ||
  userId === actor.userId ||
  rank(membership) >= rank(ROLE_FOR[asked]) ||
  hasAdminKey(actor);

/** No role is below all of them. */
const rank = (role: ProjectRole | undefined): number =>
  role === undefined ? -1 : PROJECT_ROLES.indexOf(role);

const holds = (actor: Actor, asked: Asked): boolean => {
  if (asked === 'account') return true;
  return asked === 'users:write' ? isAdmin(actor) : hasScope(actor, SCOPE_OF[asked satisfies Permission]);
};

const covers = (actor: Actor, scopes: readonly KeyScope[]): boolean =>
  scopes.every((scope) => (scope === 'admin' ? isAdmin(actor) : hasScope(actor, scope)));

const outlives = (until: Date | undefined, own: Date | undefined): boolean =>
  own !== undefined && (until === undefined || until > own);

/** The scope `admin` holds all others; it is void once its user is no admin any more. */
const hasScope = (actor: Actor, scope: KeyScope): boolean =>
  actor.scopes === 'all' || (scope !== 'admin' && actor.scopes.includes(scope)) || hasAdminKey(actor);

/** Who acts, for those who look at its right once more in the transaction that makes use of it. */
export const actingOf = (actor: Actor): ActingOwner => ({
  userId: actor.userId,
  keyId: actor.keyId,
  byAdminKey: hasAdminKey(actor),
});

/** Whether a key made for it lets the actor change what it has no role in. */
const hasAdminKey = ({ role, scopes }: Actor): boolean =>
  role === 'admin' && scopes !== 'all' && scopes.includes('admin');

const isAdmin = (actor: Actor): boolean =>
  actor.role === 'admin' && (actor.scopes === 'all' || hasAdminKey(actor));

/*
 * The one place that decides who may do what (I11): pure, and used by every endpoint. The expected decisions for each of
 * them are in `test/support/source/policy-table.ts`.
 */
import type { ActingOwner } from '#shared/adapters/database/accounts/as-owner.ts';
import type { TokenIssue } from '#shared/adapters/database/accounts/token-issue.ts';
import type { WebhooksShown } from '#shared/adapters/database/webhooks/failing.ts';
import { type Access, type Permission, SCOPE_OF } from '#shared/api/contract/accounts/permissions.ts';
import {
  type KeyScope,
  PROJECT_ROLES,
  type ProjectRole,
  type UserRole,
} from '#shared/api/contract/accounts/roles.ts';

/** The caller. A JWT and a session have all scopes of their user, an API key its own. */
export interface Actor {
  userId: string;
  email: string;
  role: UserRole;
  scopes: 'all' | readonly KeyScope[];
  keyId?: string;
  /** Only for a browser that is signed in. */
  sessionId?: string;
  /** When the token, session or key expires; a key may not expire at all. */
  until?: Date;
  /** When the token or session was issued. */
  issue?: TokenIssue;
}

/**
 * What the policy needs to know about the requested resource. A run has both fields: the user who started it, and the
 * actor's role in its project. A project has only the role; a key or a bulk cancel only its user.
 */
export interface AccessTarget {
  userId?: string;
  membership?: ProjectRole | undefined;
}

/** `hidden`: the actor may not know that it exists (404). `forbidden`: the actor may see it, but not do this (403). */
export type AccessDecision = 'allowed' | 'forbidden' | 'hidden';

/** What an endpoint requires of an authenticated caller. */
export type Asked = Exclude<Access, 'public'>;

/** The lowest project role for which the permission covers the resources of the project. */
const ROLE_FOR: Record<Asked, ProjectRole> = {
  account: 'viewer',
  'runs:read': 'viewer',
  'runs:write': 'operator',
  'runs:cancel': 'operator',
  'flows:write': 'operator',
  'projects:write': 'owner',
  'keys:write': 'owner',
  'webhooks:read': 'owner',
  'webhooks:write': 'owner',
  'secrets:use': 'operator',
  'secrets:write': 'owner',
  'users:write': 'owner',
};

/** Whether the actor may do this to `target`; without `target`, whether it may do this at all. */
export function may(actor: Actor, asked: Asked, target?: AccessTarget): AccessDecision {
  if (target && !sees(actor, target)) return 'hidden';
  if (!holds(actor, asked)) return 'forbidden';
  return !target || reaches(actor, asked, target) ? 'allowed' : 'forbidden';
}

/** Whether the actor may create a key with these scopes and this expiry: never more than it has itself. */
export const mayGrant = (actor: Actor, scopes: readonly KeyScope[], until?: Date): boolean =>
  covers(actor, scopes) && (actor.keyId === undefined || !outlives(until, actor.until));

/** Only the user of a key may revoke it, not an admin; a key may only revoke keys with no more rights than its own. */
export function mayRevoke(
  actor: Actor,
  key: { userId: string; scopes: readonly KeyScope[] },
): AccessDecision {
  if (key.userId !== actor.userId) return 'hidden';
  if (!holds(actor, 'keys:write')) return 'forbidden';
  return actor.keyId === undefined || covers(actor, key.scopes) ? 'allowed' : 'forbidden';
}

/** An admin sees all runs and projects; other users see their own and those of their projects. */
export const seesAllRuns = (actor: Actor): boolean => actor.role === 'admin';

const sees = (actor: Actor, { userId, membership }: AccessTarget): boolean =>
  seesAllRuns(actor) || userId === actor.userId || membership !== undefined;

/** The webhooks that the actor may read. */
export const webhooksShownTo = (actor: Actor): WebhooksShown => {
  if (!holds(actor, 'webhooks:read')) return 'nobody';
  return may(actor, 'webhooks:read', {}) === 'allowed' ? 'everybody' : 'own';
};

/** Changing another user's resource takes a role in its project or a key with the scope `admin`; being an admin is not enough. */
const reaches = (actor: Actor, asked: Asked, { userId, membership }: AccessTarget): boolean =>
  ROLE_FOR[asked] === 'viewer' ||
  userId === actor.userId ||
  rank(membership) >= rank(ROLE_FOR[asked]) ||
  hasAdminKey(actor);

/** No role ranks below all roles. */
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

/** The scope `admin` includes all others; it is void once its user is no longer an admin. */
const hasScope = (actor: Actor, scope: KeyScope): boolean =>
  actor.scopes === 'all' || (scope !== 'admin' && actor.scopes.includes(scope)) || hasAdminKey(actor);

/** The actor, for statements that check its right again in the transaction that uses it. */
export const actingOf = (actor: Actor): ActingOwner => {
  const { userId, keyId, sessionId, issue } = actor;
  return { userId, keyId, sessionId, issue, byAdminKey: hasAdminKey(actor) };
};

/** Whether the actor may change resources of projects in which it has no role: an admin's key with the scope `admin`. */
const hasAdminKey = ({ role, scopes }: Actor): boolean =>
  role === 'admin' && scopes !== 'all' && scopes.includes('admin');

const isAdmin = (actor: Actor): boolean =>
  actor.role === 'admin' && (actor.scopes === 'all' || hasAdminKey(actor));

import { type Permission, SCOPE_OF } from '#shared/contract/permissions.ts';
import type { KeyScope, ProjectRole, UserRole } from '#shared/contract/roles.ts';

/** Who calls. A JWT acts with all scopes of its user, an API key with its own. */
export interface Actor {
  userId: string;
  email: string;
  role: UserRole;
  scopes: 'all' | readonly KeyScope[];
  keyId?: string;
}

/** What the policy needs to know of a run: who started it, and what the actor is in its project. */
export interface RunRelation {
  userId: string;
  membership?: ProjectRole | undefined;
}

/** `hidden`: the actor may not even know that it exists (404). `forbidden`: it may, but not do this (403). */
export type Verdict = 'allowed' | 'forbidden' | 'hidden';

/** The one place that decides who may do what (I11). With `run`, whether to that run; else whether at all. */
export function may(actor: Actor, permission: Permission, run?: RunRelation): Verdict {
  if (run && !sees(actor, run)) return 'hidden';
  if (!holds(actor, permission)) return 'forbidden';
  return !run || permission === 'runs:read' || controls(actor, run) ? 'allowed' : 'forbidden';
}

/** Whether the actor may hand out a key with these scopes: never more than it has itself. */
export const mayGrant = (actor: Actor, scopes: readonly KeyScope[]): boolean =>
  scopes.every((scope) => (scope === 'admin' ? isAdmin(actor) : hasScope(actor, scope)));

/** An admin sees all runs, everybody else their own and those of their projects. */
export const seesAllRuns = (actor: Actor): boolean => actor.role === 'admin';

const sees = (actor: Actor, run: RunRelation): boolean =>
  seesAllRuns(actor) || run.userId === actor.userId || run.membership !== undefined;

/** Being an admin is not enough for another's run: that takes a role in its project, or a key made for it. */
const controls = (actor: Actor, run: RunRelation): boolean =>
  run.userId === actor.userId ||
  run.membership === 'operator' ||
  run.membership === 'owner' ||
  hasAdminKey(actor);

const holds = (actor: Actor, permission: Permission): boolean =>
  permission === 'users:write' ? isAdmin(actor) : hasScope(actor, SCOPE_OF[permission]);

/** The scope `admin` holds all others; it is void once its user is no admin any more. */
const hasScope = (actor: Actor, scope: KeyScope): boolean =>
  actor.scopes === 'all' || (scope !== 'admin' && actor.scopes.includes(scope)) || hasAdminKey(actor);

const hasAdminKey = ({ role, scopes }: Actor): boolean =>
  role === 'admin' && scopes !== 'all' && scopes.includes('admin');

const isAdmin = (actor: Actor): boolean =>
  actor.role === 'admin' && (actor.scopes === 'all' || hasAdminKey(actor));

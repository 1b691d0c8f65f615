/* I11: a caller may do what its role and its key allow, and hands out no key that may do more. */
import { describe, expect, it } from 'vitest';
import type { KeyScope, ProjectRole, UserRole } from '#shared/api/contract/accounts/roles.ts';
import type { Endpoint } from '#shared/api/contract/endpoint.ts';
import { ENDPOINTS, type EndpointId } from '#shared/api/contract/endpoints.ts';
import {
  type AccessTarget,
  type Actor,
  type Asked,
  may,
  mayGrant,
  mayRevoke,
} from '../../../../services/gateway/access/policy.ts';
import type { Cell, Relation, Row } from '../../../support/source/policy-shapes.ts';
import { POLICY } from '../../../support/source/policy-table.ts';

const ME = 'me';
const actor = (role: UserRole, scopes: Actor['scopes'], until?: Date): Actor => ({
  userId: ME,
  email: 'me@test.local',
  role,
  scopes,
  ...(scopes !== 'all' && { keyId: 'key' }),
  ...(until && { until }),
});

const MEMBERSHIPS: Record<Relation, ProjectRole | undefined> = {
  own: 'owner',
  viewer: 'viewer',
  operator: 'operator',
  owner: 'owner',
  none: undefined,
};

const userOf = (relation: Relation) => (relation === 'own' ? ME : 'other');

/** What the caller has before it, as the gateway would find it. */
const TARGETS: Record<Row['on'], (relation: Relation) => AccessTarget | undefined> = {
  nothing: () => undefined,
  run: (relation) => ({ userId: userOf(relation), membership: MEMBERSHIPS[relation] }),
  project: (relation) => ({ membership: MEMBERSHIPS[relation] }),
  job: (relation) => ({ userId: userOf(relation) }),
  key: (relation) => ({ userId: userOf(relation) }),
};

const VERDICTS = { ok: 'allowed', 403: 'forbidden', 404: 'hidden', 400: 'hidden' } as const;

function verdictOf(endpoint: Endpoint, { on }: Row, { role, credential, relation }: Cell) {
  const caller = actor(role, credential === 'token' ? 'all' : [credential]);
  const asked = endpoint.access as Asked;
  // Whatever is not named by the path alone is only looked for once the caller has the scope.
  if (!endpoint.onRun && !endpoint.onProject && may(caller, asked) !== 'allowed') return 'forbidden';
  if (on === 'key') return mayRevoke(caller, { userId: userOf(relation), scopes: ['runs:write'] });
  const verdict = may(caller, asked, TARGETS[on](relation));
  const also = endpoint.andAccess as Asked | undefined;
  return also && verdict === 'allowed' ? may(caller, also, TARGETS[on](relation)) : verdict;
}

describe('I11: the policy', () => {
  it('has a row for every endpoint of the contract', () => {
    expect(Object.keys(POLICY).sort()).toEqual(Object.keys(ENDPOINTS).sort());
  });

  it.each(Object.keys(ENDPOINTS) as EndpointId[])('lets into %s whom the table names', (id) => {
    const endpoint: Endpoint = ENDPOINTS[id];
    const row = POLICY[id];
    if (row === 'public') return expect(endpoint.access).toBe('public');
    expect(endpoint.access).not.toBe('public');
    if (endpoint.onRun) expect(row.on).toBe('run');
    if (endpoint.onProject) expect(row.on).toBe('project');
    const wrong = row.cells
      .map((cell) => ({ ...cell, verdict: verdictOf(endpoint, row, cell) }))
      .filter(({ answer, verdict }) => VERDICTS[answer] !== verdict);
    expect(wrong).toEqual([]);
  });

  it('leaves the user who started a run in control of it, whatever its role in the project now', () => {
    for (const membership of [undefined, 'viewer'] as const)
      expect(may(actor('member', 'all'), 'runs:cancel', { userId: ME, membership })).toBe('allowed');
  });

  it("judges a key by all of its scopes, and by its user's role", () => {
    const another: AccessTarget = { userId: 'other' };
    expect(may(actor('admin', ['runs:read', 'admin']), 'runs:cancel', another)).toBe('allowed');
    expect(may(actor('member', ['runs:read', 'admin']), 'runs:read', another)).toBe('hidden');
    expect(may(actor('member', ['runs:read', 'runs:cancel']), 'runs:cancel', { userId: ME })).toBe('allowed');
    expect(may(actor('member', []), 'runs:read', { userId: ME })).toBe('forbidden');
  });
});

const READ: KeyScope[] = ['runs:read'];
const BOTH: KeyScope[] = ['runs:read', 'runs:cancel'];
const ADMIN: KeyScope[] = ['admin'];

describe('handing out keys', () => {
  it.each<[UserRole, Actor['scopes'], KeyScope[], boolean]>([
    ['member', 'all', BOTH, true],
    ['member', 'all', ['admin'], false],
    ['admin', 'all', ['admin'], true],
    ['member', BOTH, READ, true],
    ['member', READ, BOTH, false],
    ['admin', READ, ['admin'], false],
    ['admin', ADMIN, [...BOTH, 'admin'], true],
    ['member', ADMIN, READ, false],
  ])('%s with %j may hand out %j: %s', (role, scopes, granted, allowed) => {
    expect(mayGrant(actor(role, scopes), granted)).toBe(allowed);
  });

  const [soon, later] = [new Date(1_000), new Date(2_000)];
  it.each<[string, Actor, Date | undefined, boolean]>([
    ['a key without an end, one without an end', actor('member', BOTH), undefined, true],
    ['a key without an end, one that ends', actor('member', BOTH), soon, true],
    ['a key that ends, one without an end', actor('member', BOTH, soon), undefined, false],
    ['a key that ends, one that ends later', actor('member', BOTH, soon), later, false],
    ['a key that ends, one that ends with it', actor('member', BOTH, soon), soon, true],
    ['a person, one that outlives the token', actor('member', 'all', soon), undefined, true],
  ])('%s: may be handed out or not', (_, giver, until, allowed) => {
    expect(mayGrant(giver, READ, until)).toBe(allowed);
  });
});

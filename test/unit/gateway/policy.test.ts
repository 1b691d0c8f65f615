import { describe, expect, it } from 'vitest';
import type { KeyScope, ProjectRole, UserRole } from '#shared/contract/roles.ts';
import { type Actor, may, mayGrant } from '../../../services/gateway/access/policy.ts';

const ME = 'me';
const actor = (role: UserRole, scopes: Actor['scopes']): Actor => ({
  userId: ME,
  email: 'me@test.local',
  role,
  scopes,
  ...(scopes !== 'all' && { keyId: 'key' }),
});
const runOf = (userId: string, membership?: ProjectRole) => ({ userId, membership });

const READ: KeyScope[] = ['runs:read'];
const CANCEL: KeyScope[] = ['runs:cancel'];
const WRITE: KeyScope[] = ['runs:write'];
const BOTH: KeyScope[] = ['runs:read', 'runs:cancel'];
const ADMIN: KeyScope[] = ['admin'];

const RELATIONS = {
  own: runOf(ME),
  'own, as viewer': runOf(ME, 'viewer'),
  viewer: runOf('other', 'viewer'),
  operator: runOf('other', 'operator'),
  owner: runOf('other', 'owner'),
  stranger: runOf('other'),
};
type Relation = keyof typeof RELATIONS;

type Row = [UserRole, Actor['scopes'], Relation, read: string, cancel: string];

describe('I11: who may do what with a run', () => {
  it.each<Row>([
    // role, scopes, relation to the run, reading it, cancelling it
    ['member', 'all', 'own', 'allowed', 'allowed'],
    ['member', 'all', 'own, as viewer', 'allowed', 'allowed'],
    ['member', 'all', 'viewer', 'allowed', 'forbidden'],
    ['member', 'all', 'operator', 'allowed', 'allowed'],
    ['member', 'all', 'owner', 'allowed', 'allowed'],
    ['member', 'all', 'stranger', 'hidden', 'hidden'],
    ['member', READ, 'own', 'allowed', 'forbidden'],
    ['member', READ, 'operator', 'allowed', 'forbidden'],
    ['member', READ, 'stranger', 'hidden', 'hidden'],
    ['member', BOTH, 'own', 'allowed', 'allowed'],
    ['member', BOTH, 'viewer', 'allowed', 'forbidden'],
    ['member', BOTH, 'operator', 'allowed', 'allowed'],
    ['member', BOTH, 'owner', 'allowed', 'allowed'],
    ['member', BOTH, 'stranger', 'hidden', 'hidden'],
    ['member', CANCEL, 'own', 'forbidden', 'allowed'],
    ['member', CANCEL, 'viewer', 'forbidden', 'forbidden'],
    ['member', WRITE, 'own', 'forbidden', 'forbidden'],
    ['member', WRITE, 'stranger', 'hidden', 'hidden'],
    // The scope of a former admin's key is void.
    ['member', ADMIN, 'own', 'forbidden', 'forbidden'],
    ['member', ADMIN, 'viewer', 'forbidden', 'forbidden'],
    ['member', ADMIN, 'stranger', 'hidden', 'hidden'],
    ['member', [...BOTH, 'admin'], 'stranger', 'hidden', 'hidden'],
    ['member', [...BOTH, 'admin'], 'viewer', 'allowed', 'forbidden'],
    ['admin', 'all', 'own', 'allowed', 'allowed'],
    ['admin', 'all', 'viewer', 'allowed', 'forbidden'],
    ['admin', 'all', 'operator', 'allowed', 'allowed'],
    ['admin', 'all', 'owner', 'allowed', 'allowed'],
    ['admin', 'all', 'stranger', 'allowed', 'forbidden'],
    ['admin', READ, 'stranger', 'allowed', 'forbidden'],
    ['admin', READ, 'own', 'allowed', 'forbidden'],
    ['admin', BOTH, 'stranger', 'allowed', 'forbidden'],
    ['admin', BOTH, 'operator', 'allowed', 'allowed'],
    ['admin', CANCEL, 'stranger', 'forbidden', 'forbidden'],
    ['admin', ADMIN, 'own', 'allowed', 'allowed'],
    ['admin', ADMIN, 'viewer', 'allowed', 'allowed'],
    ['admin', ADMIN, 'stranger', 'allowed', 'allowed'],
    ['admin', ['runs:read', 'admin'], 'stranger', 'allowed', 'allowed'],
  ])('%s with %j, %s: read %s, cancel %s', (role, scopes, relation, read, cancel) => {
    const run = RELATIONS[relation];
    expect({
      read: may(actor(role, scopes), 'runs:read', run),
      cancel: may(actor(role, scopes), 'runs:cancel', run),
    }).toEqual({ read, cancel });
  });
});

describe('I11: who may do what at all', () => {
  it.each<[UserRole, Actor['scopes'], string]>([
    ['member', 'all', 'runs:read runs:write runs:cancel projects:write keys:write'],
    ['member', READ, 'runs:read'],
    ['member', WRITE, 'runs:write projects:write keys:write'],
    ['member', CANCEL, 'runs:cancel'],
    ['member', ADMIN, ''],
    ['member', [], ''],
    ['admin', 'all', 'runs:read runs:write runs:cancel projects:write keys:write users:write'],
    ['admin', BOTH, 'runs:read runs:cancel'],
    ['admin', ADMIN, 'runs:read runs:write runs:cancel projects:write keys:write users:write'],
  ])('%s with %j may: %s', (role, scopes, expected) => {
    const all = [
      'runs:read',
      'runs:write',
      'runs:cancel',
      'projects:write',
      'keys:write',
      'users:write',
    ] as const;
    const allowed = all.filter((permission) => may(actor(role, scopes), permission) === 'allowed');
    expect(allowed.join(' ')).toBe(expected);
  });
});

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
});

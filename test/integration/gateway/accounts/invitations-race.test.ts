/* I11: of an acceptance and a withdrawal at the same moment one counts, and nobody invites after losing the role. */
import { describe, expect, it } from 'vitest';
import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import { addMember, call, createPerson, expectContract, type Person, type Received } from '../fixture.ts';
import { rush } from '../runs/rush.ts';
import {
  accept,
  admin,
  gateway,
  idOf,
  membersOf,
  of,
  other,
  owner,
  pending,
  put,
  received,
  useInvitations,
  withdraw,
} from './invitations.ts';

await useInvitations();

describe('at the same moment', () => {
  const hold = (id: string) => ({
    text: 'select from project_invitations where id = $1 for update',
    values: [id],
  });

  it('an invitation that is accepted twice is accepted once', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const answers = await rush(gateway, hold(id), [() => accept(other, id), () => accept(other, id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner', [other.userId]: 'viewer' });
  });

  it('one that is withdrawn first cannot be accepted', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const answers = await rush(gateway, hold(id), [() => withdraw(owner, id), () => accept(other, id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner' });
  });

  const ends: [string, (sender: Person) => Promise<Received>, number][] = [
    ['demoted', ({ email }) => put(owner, email, 'viewer'), 403],
    [
      'removed',
      ({ userId }) => call(gateway, 'DELETE', `${of(owner.projectId)}/members/${userId}`, { as: owner }),
      404,
    ],
  ];
  const member = ({ userId }: Person) => ({
    text: 'select from project_members where project_id = $1 and user_id = $2 for update',
    values: [owner.projectId, userId],
  });
  const coOwner = async () => {
    const sender = await createPerson(gateway);
    await addMember(gateway, owner.projectId, sender, 'owner');
    return sender;
  };

  it.each(ends)('I11: an owner who is %s first invites nobody any more', async (_, end, status) => {
    const sender = await coOwner();
    const answers = await rush(gateway, member(sender), [
      () => end(sender),
      () => put(sender, other.email, 'owner'),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, status]);
    expectContract('putMember', answers[1]!);
    expect([(await pending(owner)).body, (await received(other)).body]).toEqual([[], []]);
  });

  it.each(ends)('I11: what an owner has sent who is then %s is withdrawn', async (_, end) => {
    const sender = await coOwner();
    const answers = await rush(gateway, member(sender), [
      () => put(sender, other.email, 'owner'),
      () => end(sender),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 200]);
    expect([(await pending(owner)).body, (await received(other)).body]).toEqual([[], []]);
  });

  it('one that is accepted first cannot be withdrawn', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const answers = await rush(gateway, hold(id), [() => accept(other, id), () => withdraw(owner, id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
    expect(await membersOf()).toMatchObject({ [other.userId]: 'viewer' });
  });

  it('a user who is deleted while it accepts does not come in', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const lock = { text: 'select from users where id = $1 for update', values: [other.userId] };
    const [deleted, accepted] = await rush(gateway, lock, [
      () => call(gateway, 'DELETE', `/v1/users/${other.userId}`, { as: admin }),
      () => accept(other, id),
    ]);
    expect([deleted!.status, accepted!.status]).toEqual([200, 401]);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner' });
  });

  it('a project that goes away waits for a user who is coming in, without a deadlock', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const answers = await rush(gateway, hold(id), [
      () => accept(other, id),
      () => call(gateway, 'DELETE', `/v1/users/${owner.userId}`, { as: admin }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each<[ProjectRole, ProjectRole]>([
    ['viewer', 'operator'],
    ['operator', 'viewer'],
  ])(
    'one as %s that is sent anew as %s while it is accepted changes the role of who has come in',
    async (first, then) => {
      const id = idOf(await put(owner, other.email, first));
      const answers = await rush(gateway, hold(id), [
        () => accept(other, id),
        () => put(owner, other.email, then),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expectContract('putMember', answers[1]!);
      expect(await membersOf()).toMatchObject({ [other.userId]: then });
      expect((await pending(owner)).body).toEqual([]);
    },
  );
});

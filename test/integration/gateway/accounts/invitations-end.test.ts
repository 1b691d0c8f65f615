/* An invitation ends with its project and with the account that it is to, without a deadlock. */
import { describe, expect, it } from 'vitest';
import { addMember, call, createPerson, inviteTo, PASSWORD, type Person, type Received } from '../fixture.ts';
import { rush } from '../runs/rush.ts';
import {
  accept,
  admin,
  deleteUser,
  gateway,
  idOf,
  NOT_FOUND,
  of,
  other,
  owner,
  pending,
  put,
  received,
  useInvitations,
} from './invitations.ts';

await useInvitations();

describe('invitations end', () => {
  it('with their project', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    expect((await call(gateway, 'DELETE', of(owner.projectId), { as: owner })).status).toBe(200);
    expect((await received(other)).body).toEqual([]);
    expect(await accept(other, id)).toMatchObject(NOT_FOUND);
  });

  it.each<[string, (sender: Person) => Promise<Received>]>([
    ['is deleted', (sender) => deleteUser(sender)],
    [
      'leaves the project',
      ({ userId }) => call(gateway, 'DELETE', `${of(owner.projectId)}/members/${userId}`, { as: owner }),
    ],
    ['is no owner any more', ({ email }) => put(owner, email, 'operator')],
  ])('when their sender %s', async (_, end) => {
    const sender = await createPerson(gateway);
    await addMember(gateway, owner.projectId, sender, 'owner');
    const id = idOf(await put(sender, other.email, 'viewer'));
    const kept = idOf(await put(owner, 'kept@test.local', 'viewer'));
    expect((await end(sender)).status).toBe(200);
    expect((await pending(owner)).body).toEqual([expect.objectContaining({ id: kept })]);
    expect(await accept(other, id)).toMatchObject(NOT_FOUND);
  });

  it('with the account that they are to: a later user of its e-mail is not invited', async () => {
    const { email } = other;
    await put(owner, email, 'operator');
    const kept = idOf(await put(owner, `not-${email}`, 'operator'));
    expect((await deleteUser(other)).status).toBe(200);
    expect((await pending(owner)).body).toEqual([expect.objectContaining({ id: kept })]);

    const body = { email, password: PASSWORD };
    expect((await call(gateway, 'POST', '/v1/auth/register', { as: admin, body })).status).toBe(201);
    const { token } = (await call(gateway, 'POST', '/v1/auth/login', { body })).body as { token: string };
    const later = { ...other, token };
    expect((await received(later)).body).toEqual([]);
    const id = idOf(await put(owner, email, 'operator'));
    expect((await received(later)).body).toEqual([expect.objectContaining({ id })]);
  });

  it.each(['earlier', 'later'])(
    'with an account, and %s with the removal of who sent them, without a deadlock',
    async (order) => {
      const [person, sender] = [await createPerson(gateway, 'admin'), await createPerson(gateway)];
      const by = { ...person, byAdminKey: true };
      const sent = [await inviteTo(gateway, owner.projectId, { by, email: sender.email })];
      await addMember(gateway, owner.projectId, sender, 'owner');
      sent.push(await inviteTo(gateway, owner.projectId, { by: sender, email: person.email }));
      const path = `/v1/projects/${owner.projectId}/members/${sender.userId}`;
      const requests = [() => deleteUser(person), () => call(gateway, 'DELETE', path, { as: owner })];
      const lock = { text: 'select from project_invitations where id = any($1) for update', values: [sent] };
      const answers = await rush(gateway, lock, order === 'earlier' ? requests : requests.toReversed());
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await gateway.sql.rows('select from project_invitations where id = any($1)', [sent])).toEqual(
        [],
      );
    },
  );
});

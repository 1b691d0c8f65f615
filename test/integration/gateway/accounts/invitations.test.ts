/* I11, I14: an invitation gives no access before it is accepted, and tells nobody who has an account. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { forgetExpiredInvitations } from '#shared/adapters/database/accounts/invitations.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { divide } from '../../../../services/gateway/budgets.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  PASSWORD,
  type Person,
  startGateway,
  startRun,
} from '../fixture.ts';
import {
  accept,
  admin,
  gateway,
  idOf,
  membersOf,
  NOT_FOUND,
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

const decline = (as: Person, id: string) => call(gateway, 'POST', `/v1/invitations/${id}/decline`, { as });
const expire = (id: string) =>
  gateway.sql.rows('update project_invitations set expires_at = clock_timestamp() where id = $1', [id]);

describe('an invitation', () => {
  it('I11: gives no access before it is accepted, and the role it names after', async () => {
    const run = await startRun(gateway, owner);
    const key = await createKey(gateway, other, ['runs:read']);
    const can = async () => {
      const { body } = await call(gateway, 'GET', '/v1/subscription', { key });
      const subjects = (body as { live: { subjects: string[] } }).live.subjects;
      const stop = new AbortController();
      const stream = await fetch(`${gateway.url}/v1/runs/${run}/events/stream`, {
        headers: { authorization: `Bearer ${other.token}` },
        signal: stop.signal,
      });
      stop.abort();
      return {
        run: (await call(gateway, 'GET', `/v1/runs/${run}`, { as: other })).status,
        members: (await call(gateway, 'GET', `${of(owner.projectId)}/members`, { as: other })).status,
        start: (await call(gateway, 'POST', '/v1/run', { as: other, body: FLOW(owner.projectId) })).status,
        stream: stream.status,
        overNats: subjects.some((subject) => subject.includes(owner.projectId)),
      };
    };
    const nothing = { run: 404, members: 404, start: 400, stream: 404, overNats: false };
    const invited = await put(owner, ` ${other.email.toUpperCase()} `, 'operator');
    expectContract('putMember', invited);
    expect(invited).toMatchObject({
      status: 202,
      body: { email: other.email, role: 'operator', invitedBy: owner.email },
    });
    expect(await can()).toEqual(nothing);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner' });

    const seen = await received(other);
    expectContract('listInvitations', seen);
    expect(seen.body).toEqual([
      expect.objectContaining({
        id: idOf(invited),
        project: { id: owner.projectId, label: 'Default' },
        role: 'operator',
        invitedBy: owner.email,
      }),
    ]);
    const { createdAt, expiresAt } = (seen.body as { createdAt: string; expiresAt: string }[])[0]!;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBeCloseTo(14 * 86_400_000, -4);

    const joined = await accept(other, idOf(invited));
    expectContract('acceptInvitation', joined);
    expect(joined.body).toEqual({
      ok: true,
      project: { id: owner.projectId, label: 'Default' },
      role: 'operator',
    });
    expect(await can()).toEqual({ run: 200, members: 200, start: 202, stream: 200, overNats: true });
    expect([(await received(other)).body, (await pending(owner)).body]).toEqual([[], []]);
    expect(await accept(other, idOf(invited))).toMatchObject(NOT_FOUND);
  });

  it('I11: is answered alike, by the same statements, whether or not there is such an account', async () => {
    const statements: string[] = [];
    const watched = (sql: Sql): Sql => ({
      rows: (text, values) => {
        statements.push(text);
        return sql.rows(text, values);
      },
      row: (text, values) => {
        statements.push(text);
        return sql.row(text, values);
      },
      transaction: (work) => sql.transaction((inner) => work(watched(inner))),
    });
    const database = { ...gateway.database, sql: watched(gateway.database.sql) };
    const budgets = divide(database.sql, 4);
    await using second = await startGateway({
      databaseUrl: gateway.databaseUrl,
      connections: { database, budgets },
    });
    const gone = await createPerson(gateway);
    expect((await call(gateway, 'DELETE', `/v1/users/${gone.userId}`, { as: admin })).status).toBe(200);
    const answers = [];
    for (const email of [other.email, gone.email, 'nobody@test.local']) {
      statements.length = 0;
      const answer = await call(second, 'POST', `${of(owner.projectId)}/members`, {
        as: owner,
        body: { email, role: 'viewer' },
      });
      expectContract('putMember', answer);
      const { id, createdAt, expiresAt, ...reported } = answer.body as Record<string, string>;
      expect([id, createdAt, expiresAt]).not.toContain(undefined);
      expect(reported).toEqual({ email, role: 'viewer', invitedBy: owner.email });
      answers.push({
        status: answer.status,
        headers: [...answer.headers.keys()],
        statements: [...statements],
      });
    }
    expect(answers[0]!.status).toBe(202);
    expect(answers[0]!.statements.length).toBeGreaterThan(4);
    expect([answers[1], answers[2]]).toEqual([answers[0], answers[0]]);
  });

  it('waits for an account that is made later', async () => {
    const email = `${randomUUID()}@test.local`;
    const invited = await put(owner, email, 'viewer');
    const made = await call(gateway, 'POST', '/v1/auth/register', {
      as: admin,
      body: { email, password: PASSWORD },
    });
    const { user } = made.body as { user: { id: string } };
    const login = await call(gateway, 'POST', '/v1/auth/login', { body: { email, password: PASSWORD } });
    const late = { ...other, email, userId: user.id, token: (login.body as { token: string }).token };
    expect((await received(late)).body).toEqual([expect.objectContaining({ id: idOf(invited) })]);
    expect((await accept(late, idOf(invited))).status).toBe(200);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner', [user.id]: 'viewer' });
  });

  it('can be declined by the user who is invited, and comes again if it is sent again', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const declined = await decline(other, id);
    expectContract('declineInvitation', declined);
    expect(declined).toMatchObject({ status: 200, body: { ok: true } });
    expect([(await received(other)).body, (await pending(owner)).body]).toEqual([[], []]);
    expect([await accept(other, id), await decline(other, id)]).toMatchObject([NOT_FOUND, NOT_FOUND]);
    expect(await membersOf()).toEqual({ [owner.userId]: 'owner' });
    await put(owner, other.email, 'viewer');
    expect((await received(other)).body).toHaveLength(1);
  });

  it('can be withdrawn by an owner of that project; then it is none', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    expect(await withdraw(other, id, other.projectId)).toMatchObject(NOT_FOUND);
    expect(await withdraw(other, id)).toMatchObject(NOT_FOUND);
    const withdrawn = await withdraw(owner, id);
    expectContract('withdrawInvitation', withdrawn);
    expect(withdrawn).toMatchObject({ status: 200, body: { ok: true } });
    expect(await withdraw(owner, id)).toMatchObject(NOT_FOUND);
    expect([await accept(other, id), await decline(other, id)]).toMatchObject([NOT_FOUND, NOT_FOUND]);
  });

  it('is over after its time, and is then removed', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const kept = idOf(await put(owner, 'kept@test.local', 'viewer'));
    await expire(id);
    expect([await accept(other, id), await decline(other, id), await withdraw(owner, id)]).toMatchObject([
      NOT_FOUND,
      NOT_FOUND,
      NOT_FOUND,
    ]);
    expect((await received(other)).body).toEqual([]);
    expect((await pending(owner)).body).toEqual([expect.objectContaining({ id: kept })]);
    const again = idOf(await put(owner, other.email, 'viewer'));
    await expire(again);
    expect(await forgetExpiredInvitations(gateway.sql)).toBe(false);
    expect(
      await gateway.sql.rows('select id from project_invitations where project_id = $1', [owner.projectId]),
    ).toEqual([{ id: kept }]);
  });

  it('is made anew with another role by the last who invites', async () => {
    const coOwner = await createPerson(gateway);
    await addMember(gateway, owner.projectId, coOwner, 'owner');
    const first = await put(owner, other.email, 'viewer');
    const second = await put(coOwner, other.email, 'operator');
    expect(second).toMatchObject({ status: 202, body: { role: 'operator', invitedBy: coOwner.email } });
    // A user who accepts the first has not seen the second.
    expect(await accept(other, idOf(first))).toMatchObject(NOT_FOUND);
    expect(await accept(other, idOf(second))).toMatchObject({ status: 200, body: { role: 'operator' } });
  });

  it('I14: is listed among the 200 newest', async () => {
    await gateway.sql.rows(
      `with made as (
         insert into projects (id, label) select gen_random_uuid(), 'p' from generate_series(1, 201) returning id)
       insert into project_invitations (id, project_id, email, role, invited_by, expires_at)
       select gen_random_uuid(), id, $1, 'viewer', $2::uuid, clock_timestamp() + interval '1 day' from made`,
      [other.email, (await createPerson(gateway)).userId],
    );
    const last = idOf(await put(owner, other.email, 'viewer'));
    const { body } = await received(other);
    expect(body).toHaveLength(200);
    expect((body as { id: string }[])[0]!.id).toBe(last);
  });

  it('lowers no role that its user has come to meanwhile', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    await addMember(gateway, owner.projectId, other, 'owner');
    expect(await accept(other, id)).toMatchObject({ status: 200, body: { role: 'owner' } });
    expect(await membersOf()).toMatchObject({ [other.userId]: 'owner' });
  });

  it('I11: is shown to owners and to the user who is invited, and is nobody else’s to answer', async () => {
    const id = idOf(await put(owner, other.email, 'viewer'));
    const [operator, stranger] = [await createPerson(gateway), await createPerson(gateway)];
    await addMember(gateway, owner.projectId, operator, 'operator');
    const shown = await pending(owner);
    expectContract('listProjectInvitations', shown);
    expect(shown.body).toEqual([
      expect.objectContaining({ id, email: other.email, role: 'viewer', invitedBy: owner.email }),
    ]);
    expect((await pending(operator)).status).toBe(403);
    expect(await pending(stranger)).toMatchObject(NOT_FOUND);
    for (const person of [owner, operator, stranger, admin]) {
      expect((await received(person)).body).toEqual([]);
      expect([await accept(person, id), await decline(person, id)]).toMatchObject([NOT_FOUND, NOT_FOUND]);
    }
    expect((await received(other)).body).toHaveLength(1);
  });
});

describe('I11: an invitation', () => {
  it('that a member still had is none once it is removed', async () => {
    const id = idOf(await put(owner, other.email, 'owner'));
    await addMember(gateway, owner.projectId, other, 'viewer');
    const kept = idOf(await put(owner, 'kept@test.local', 'viewer'));
    const path = `${of(owner.projectId)}/members/${other.userId}`;
    expect((await call(gateway, 'DELETE', path, { as: owner })).status).toBe(200);
    expect((await pending(owner)).body).toEqual([expect.objectContaining({ id: kept })]);
    expect(await accept(other, id)).toMatchObject(NOT_FOUND);
  });

  it('is sent with an admin key without a role in the project, and not with a token', async () => {
    const key = await createKey(gateway, admin, ['admin']);
    const body = { email: other.email, role: 'viewer' };
    const path = `${of(owner.projectId)}/members`;
    expect((await call(gateway, 'POST', path, { as: admin, body })).status).toBe(403);
    expect(await call(gateway, 'POST', path, { key, body })).toMatchObject({
      status: 202,
      body: { invitedBy: admin.email },
    });
  });
});

/* I11: an open stream ends within seconds once its watcher has lost the right to it, and no other one does. */
import { PassThrough } from 'node:stream';
import { SignJWT } from 'jose';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Sql, Values } from '#shared/adapters/database/sql.ts';
import { createOpenStreams } from '../../../../services/gateway/access/open-streams.ts';
import { eventually } from '../../../support/eventually.ts';
import { isStatus, openStream, type Watch } from '../../../support/http/sse.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import { extendedOnly, share } from '../../../support/share.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  JWT_SECRET,
  type Person,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const link = await startFaultProxy((await createTestDatabase()).url);
const gateway = await useGateway({ databaseUrl: link.url, statementTimeoutMs: 1_000 });
const admin = await createPerson(gateway, 'admin');
const owner = await createPerson(gateway);
const run = await startRun(gateway, owner);
afterAll(async () => {
  await link[Symbol.asyncDispose]();
});

const headersOf = ({ as, key }: Sent): Record<string, string> =>
  key === undefined ? { authorization: `Bearer ${as?.token}` } : { 'x-api-key': key };

/** A stream of the run that has begun. */
async function watch(sent: Sent): Promise<Watch> {
  const stream = await openStream(`${gateway.url}/v1/runs/${run}/events/stream`, headersOf(sent));
  await stream.until(isStatus('running'));
  return stream;
}

const again = async (sent: Sent) =>
  (await call(gateway, 'GET', `/v1/runs/${run}/events/stream`, sent)).status;

async function viewer(): Promise<Person> {
  const person = await createPerson(gateway);
  await addMember(gateway, owner.projectId, person, 'viewer');
  return person;
}

const shortToken = (person: Person): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(person.userId)
    .setIssuer('ghostly')
    .setAudience('ghostly-api')
    .setExpirationTime(Math.ceil(Date.now() / 1_000) + 1)
    .sign(new TextEncoder().encode(JWT_SECRET));

describe('I11: an open stream ends within seconds', () => {
  interface Case {
    sent: Sent;
    act(): Promise<unknown>;
    /** What a watcher that comes back hears. */
    again: number;
  }
  const USUAL = ['of the end of all tokens', 'of the deletion of its key', 'of the removal from the project'];
  const CASES: Record<string, () => Promise<Case>> = {
    'of the end of all tokens': async () => {
      const person = await viewer();
      return {
        sent: { as: person },
        act: () => call(gateway, 'DELETE', '/v1/auth/tokens', { as: person }),
        again: 401,
      };
    },
    'of the deletion of its user': async () => {
      const person = await viewer();
      return {
        sent: { as: person },
        act: () => call(gateway, 'DELETE', `/v1/users/${person.userId}`, { as: admin }),
        again: 401,
      };
    },
    'of the deletion of its key': async () => {
      const person = await viewer();
      const made = await call(gateway, 'POST', '/v1/api-keys', { as: person, body: { label: 'x' } });
      const { id, key } = made.body as { id: string; key: string };
      const act = () => call(gateway, 'DELETE', `/v1/api-keys/${id}`, { as: person });
      return { sent: { key }, act, again: 401 };
    },
    "of its key's end": async () => {
      const person = await viewer();
      const key = await createKey(gateway, person, ['runs:read']);
      const act = () =>
        gateway.sql.rows('update api_keys set expires_at = clock_timestamp() where user_id = $1', [
          person.userId,
        ]);
      return { sent: { key }, act, again: 401 };
    },
    "of its token's end": async () => {
      const person = await viewer();
      const token = await shortToken(person);
      const act = () => eventually(async () => expect(await again({ as: { ...person, token } })).toBe(401));
      return { sent: { as: { ...person, token } }, act, again: 401 };
    },
    'of the removal from the project': async () => {
      const person = await viewer();
      const path = `/v1/projects/${owner.projectId}/members/${person.userId}`;
      return { sent: { as: person }, act: () => call(gateway, 'DELETE', path, { as: owner }), again: 404 };
    },
    'of the end of being an admin': async () => {
      const person = await createPerson(gateway, 'admin');
      const act = () => gateway.sql.rows(`update users set role = 'member' where id = $1`, [person.userId]);
      return { sent: { as: person }, act, again: 404 };
    },
  };

  it.each(share(USUAL, Object.keys(CASES)))('%s, and no other one', async (name) => {
    const { sent, act, again: status } = await CASES[name]!();
    const [stream, others] = [await watch(sent), await watch({ as: owner })];
    await act();
    await stream.gone;
    expect(stream.messages.map(({ event }) => event)).toEqual(['status']);
    expect(await again(sent)).toBe(status);
    expect(await Promise.race([others.gone.then(() => 'ended'), others.until(isStatus('running'))])).not.toBe(
      'ended',
    );
    others.close();
  });

  it('also where the watcher takes nothing any more', async () => {
    const person = await viewer();
    const out = new PassThrough({ highWaterMark: 1 });
    out.write('what nobody reads');
    await using streams = createOpenStreams({ sql: gateway.sql, log: quietLog() });
    streams.join({ ...person, role: 'member', scopes: 'all' }, { runId: run }, out);
    const closed = new Promise((resolve) => out.once('close', resolve));
    await gateway.sql.rows('delete from project_members where user_id = $1', [person.userId]);
    await closed;
    expect(out.destroyed).toBe(true);
  });

  it('of the deletion of its run, which retention may take', async () => {
    const out = new PassThrough().resume();
    await using streams = createOpenStreams({ sql: gateway.sql, log: quietLog() });
    const gone = await startRun(gateway, owner);
    streams.join({ ...owner, role: 'member', scopes: 'all' }, { runId: gone }, out);
    await gateway.sql.rows('delete from runs where id = $1', [gone]);
    await new Promise((resolve) => out.once('close', resolve));
  });
});

/** The same database, but what is asked is heard. */
const countedSql = (onRows: (values: Values) => void): Sql => ({
  ...gateway.sql,
  rows: (text, values = []) => {
    onRows(values);
    return gateway.sql.rows(text, values);
  },
});

describe('the check of open streams', () => {
  afterEach(() => void vi.useRealTimers());

  it('comes every two seconds, and is one statement, however many watch', async () => {
    const person = await viewer();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked: number[] = [];
    const counted = countedSql((values) => asked.push((values as { userIds: string[] }).userIds.length));
    await using streams = createOpenStreams({ sql: counted, log: quietLog() });
    const outs = Array.from({ length: 1_000 }, () => new PassThrough().resume());
    const leave = outs.map((out, index) => {
      const { userId, email } = index % 2 ? person : owner;
      return streams.join({ userId, email, role: 'member', scopes: 'all' }, { runId: run }, out);
    });
    await gateway.sql.rows('delete from project_members where user_id = $1', [person.userId]);
    vi.advanceTimersByTime(1_999);
    expect(asked).toEqual([]);
    vi.advanceTimersByTime(1);
    await Promise.all(
      outs.filter((_, index) => index % 2).map((out) => new Promise((resolve) => out.once('close', resolve))),
    );
    expect(outs.filter(({ destroyed, writableEnded }) => !destroyed && !writableEnded)).toHaveLength(500);
    expect(asked).toEqual([2]);
    for (const done of leave) done();
  });

  it('asks nothing when nobody watches', async () => {
    const asked: unknown[] = [];
    const sql = countedSql((values) => asked.push(values));
    const streams = createOpenStreams({ sql, log: quietLog() });
    streams.join({ ...owner, role: 'member', scopes: 'all' }, { runId: run }, new PassThrough())();
    await streams[Symbol.asyncDispose]();
    expect(asked).toEqual([]);
  });

  extendedOnly(() => {
    it('sends nobody away while the database is out of reach', async () => {
      const [kept, person] = [await watch({ as: owner }), await viewer()];
      const doomed = await watch({ as: person });
      link.sever();
      const warned = () =>
        gateway.lines.filter((line) => line.includes('the rights of the watchers could not be checked'))
          .length;
      await eventually(() => expect(warned()).toBeGreaterThan(0));
      const open = async (stream: Watch) =>
        Promise.race([stream.gone.then(() => false), Promise.resolve().then(() => true)]);
      expect([await open(kept), await open(doomed)]).toEqual([true, true]);
      link.heal();
      await eventually(() =>
        gateway.sql.rows('delete from project_members where user_id = $1', [person.userId]),
      );
      await doomed.gone;
      expect(await open(kept)).toBe(true);
      kept.close();
    });
  });
});

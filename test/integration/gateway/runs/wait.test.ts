import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { startLiveRun } from '../../../support/database/live-run.ts';
import { rows } from '../../../support/database/rows.ts';
import { TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Sent,
  startGateway,
  type TestGateway,
  useGateway,
} from '../fixture.ts';

const OWNER = '5f1c2d3e-4a5b-4c6d-8e7f-901234567890';

const gateway = await useGateway();
const ann = await createPerson(gateway);

const start = (of: { userId: string; projectId: string } = ann, sql: Sql = gateway.sql) =>
  startLiveRun(sql, { userId: of.userId, projectId: of.projectId }, OWNER);

/** From now on no wait is over by itself. */
const stopTime = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
afterEach(() => void vi.useRealTimers());

async function wait(id: string, wait: string, sent: Sent = { as: ann }) {
  const answer = await call(gateway, 'GET', `/v1/runs/${id}?wait=${wait}`, sent);
  expectContract('readRun', answer);
  return answer;
}
/** Begins to wait, and resolves when the gateway has joined and looked once. */
async function beginToWait(id: string, sent?: Sent, count = 1) {
  const [clock] = await rows<{ now: string }>(gateway.databaseUrl, 'select clock_timestamp()::text as now');
  const waiting = Array.from({ length: count }, () => wait(id, '60', sent));
  await looked(gateway, clock!.now);
  return waiting;
}

const looked = ({ databaseUrl }: TestGateway, since: string) =>
  eventually(async () => expect(await rows(databaseUrl, LOOKS, [since])).not.toEqual([]));

/** The gateway's connections that last looked whether a run is final, and hold nothing. */
const LOOKS = `
select from pg_stat_activity where datname = current_database() and query like 'select id, status, stale, last_seq%'
  and query_start > $1::timestamptz and state = 'idle'`;

describe('reading a run with `wait`', () => {
  it('answers at once if it is final, or if there is nothing to wait for', async () => {
    const run = await start();
    stopTime();
    for (const none of ['0', ''])
      expect(await wait(run.id, none)).toMatchObject({ status: 200, body: { status: 'running' } });
    await run.commitAll(TO_PASS);
    const answer = await wait(run.id, '60');
    expect(answer).toMatchObject({ status: 200, body: { id: run.id, status: 'pass' } });
  });

  it('answers when it becomes final, with all that belongs to the run', async () => {
    const run = await start();
    stopTime();
    const [waiting] = await beginToWait(run.id);
    await run.live(gateway.bus, TO_PASS);
    const answer = (await waiting)!;
    const { events, ...summary } = answer.body as { events: { type: string }[] };
    expect(summary).toMatchObject({ id: run.id, status: 'pass', state: 'pass' });
    expect(events.at(-1)?.type).toBe('run_end');
    expect((await wait(run.id, '0')).body).toEqual(answer.body);
  });

  it('answers with the run as it is when the time is over, and not before', async () => {
    const run = await start();
    stopTime();
    let answered = false;
    const [waiting] = await beginToWait(run.id);
    void waiting!.then(() => {
      answered = true;
    });
    vi.advanceTimersByTime(59_999);
    await wait(run.id, '0');
    expect(answered).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await waiting).toMatchObject({ status: 200, body: { id: run.id, status: 'running' } });
    await run.commitAll(TO_PASS);
  });

  it.each([
    'abc',
    '-1',
    '1e3',
    '61',
    '1.5',
    '%2B5',
    '5s',
    '0x5',
    '٣',
    '99999999999999999999',
    '%00',
    '5&wait=5',
  ])('wait=%s is a validation error', async (value) => {
    const run = await start();
    const answer = await wait(run.id, value);
    expect(answer).toMatchObject({ status: 400, body: { error: 'validation error' } });
    const { details } = answer.body as { details: { fieldErrors: object } };
    expect(Object.keys(details.fieldErrors)).toEqual(['wait']);
    await run.commitAll(TO_PASS);
  });

  it('I11: does not wait for a run that the caller may not see', async () => {
    const run = await start();
    const stranger = await createPerson(gateway);
    expect(await wait(run.id, '20', { as: stranger })).toMatchObject({ status: 404 });
    await run.commitAll(TO_PASS);
  });

  it('I11: tells a caller nothing more whose right to see the run was taken away meanwhile', async () => {
    const [run, guest] = [await start(), await createPerson(gateway)];
    await addMember(gateway, ann.projectId, guest, 'viewer');
    const [waiting] = await beginToWait(run.id, { as: guest });
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      guest.userId,
      ann.projectId,
    ]);
    expect(await waiting).toMatchObject({ status: 404, body: { error: 'not found' } });
    await run.commitAll(TO_PASS);
  });

  it('I11: tells a caller nothing more whose key was deleted meanwhile', async () => {
    const [run, key] = [await start(), await createKey(gateway, ann, ['runs:read'])];
    const [waiting] = await beginToWait(run.id, { key });
    await gateway.sql.rows('delete from api_keys where user_id = $1', [ann.userId]);
    expect(await waiting).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    await run.commitAll(TO_PASS);
  });

  it('waits for more callers than there are connections to the database', async () => {
    const run = await start();
    const waiting = await beginToWait(run.id, { as: ann }, 40);
    expect((await wait(run.id, '0')).body).toMatchObject({ status: 'running' });
    await run.live(gateway.bus, TO_PASS);
    for (const answer of await Promise.all(waiting)) expect(answer.body).toMatchObject({ status: 'pass' });
  });

  it('ends for a client that goes away', async () => {
    const run = await start();
    const asked = request(`${gateway.url}/v1/runs/${run.id}?wait=50`, {
      headers: { authorization: `Bearer ${ann.token}` },
    });
    asked.on('error', () => undefined); // that it was cut
    asked.end();
    await once(asked, 'finish');
    asked.destroy();
    await eventually(() =>
      expect(gateway.lines.findLast((line) => line.includes(run.id))).toContain('"aborted":true'),
    );
    await run.commitAll(TO_PASS);
  });

  it('answers at once when the gateway stops', async () => {
    const own = await startGateway();
    const account = await createOwner(own.sql);
    const admin = await createPerson(own, 'admin');
    const run = await start(account, own.sql);
    const path = `/v1/runs/${run.id}?wait=60`;
    stopTime();
    const waiting = call(own, 'GET', path, { as: admin });
    await looked(own, '-infinity');
    own.stop();
    expect(await waiting).toMatchObject({ status: 200, body: { status: 'running' } });
    vi.useRealTimers();
    await own.close();
  });
});

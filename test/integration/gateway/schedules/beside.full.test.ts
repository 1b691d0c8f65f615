/* Schedules beside others: long away, many at once, locked, paused and changed meanwhile, and who may ask what of them. */
import { describe, expect, it } from 'vitest';
import { deleteUser } from '#shared/adapters/database/accounts/delete-user.ts';
import { holdLock } from '../../../support/database/hold-lock.ts';
import { eventually } from '../../../support/eventually.ts';
import { useDueStarts } from '../due-starts.ts';
import { addMember, call, createKey, createPerson, useGateway } from '../fixture.ts';
import { addFlow, flowsOf } from '../flows/named-flows.ts';
import { addProfile } from '../profiles/profiles.ts';
import { look, scheduling, TWO_STEPS } from './leader.ts';

const gateway = await useGateway();
const HOUR_MS = 3_600_000;
useDueStarts(gateway, 1);

const ids = (of: readonly { runId?: string | undefined }[]) => of.map(({ runId }) => runId);

describe('a leader that was away for long', () => {
  it('I14: stores what a hundred schedules of each minute have missed in a day, and lets others go on', async () => {
    const one = await scheduling(gateway);
    await one.put({ catchUp: { mode: 'none' } });
    await gateway.sql.rows(
      `insert into schedules (id, project_id, name, cron, timezone, dst, flow_name, start, overlap, catch_up, catch_up_ms, window_ms, offset_ms, user_id, evaluated_to, next_at, wakes_at)
       select gen_random_uuid(), project_id, name || n, cron, timezone, dst, flow_name, start, overlap, catch_up, catch_up_ms, 0, 0, user_id, clock_timestamp() - interval '1 day', next_at, clock_timestamp()
       from schedules, generate_series(1, 100) as n where name = $1`,
      [one.name],
    );
    await one.unseenFor(24 * HOUR_MS);
    await look(gateway);
    const [behind] = await gateway.sql.rows<{ n: number }>(
      `select count(*)::int as n from schedules where project_id = $1 and evaluated_to < clock_timestamp() - interval '1 hour'`,
      [one.person.projectId],
    );
    expect(behind?.n).toBe(0);
    // The newest are noted, and the last says how many there were.
    const missed = (await one.occurrences()).filter(({ status }) => status === 'skipped_catch_up');
    expect(missed).toHaveLength(50);
    expect(missed[0]?.reason).toMatch(/^missed, the last of \d+$/);
    expect(missed.slice(1).map(({ reason }) => reason)).toEqual(Array(49).fill(undefined));
  });

  it('I14: is not held up by a schedule that is locked', async () => {
    const [locked, free] = [await scheduling(gateway), await scheduling(gateway)];
    for (const one of [locked, free]) {
      await one.put();
      await one.unseenFor(60_000);
    }
    const lock = `select from schedules where name = '${locked.name}' for update`;
    {
      await using _ = await holdLock(gateway.databaseUrl, lock);
      await look(gateway);
      expect(await free.started()).toMatchObject([{ status: 'started' }]);
      expect(await locked.occurrences()).toEqual([]);
    }
    await look(gateway);
    expect(await locked.started()).toMatchObject([{ status: 'started' }]);
  });
});

describe('what is due', () => {
  it('I13: is started in turns: one that comes now is before the rest of a long backfill', async () => {
    const [long, now] = [await scheduling(gateway), await scheduling(gateway)];
    await long.put({ cron: '*/5 * * * *' });
    const asked = { from: '2026-03-01T00:00:00Z', to: '2026-03-04T00:00:00Z', overlap: 'allow' };
    await now.put();
    await now.unseenFor(60_000);
    const { body } = await long.request('POST', '/backfill', asked);
    expect((body as { times: string[] }).times).toHaveLength(864);
    await look(gateway);
    await now.started();
    expect((await long.runs()).length).toBeLessThan(864);
    await long.request('POST', '/pause');
    expect((await long.started()).length).toBeGreaterThan(0);
    const waiting = await gateway.sql.rows('select from schedules where name = $1 and due_at is not null', [
      long.name,
    ]);
    expect(waiting).toEqual([]);
  });

  it('I13: is started though what another schedule has due cannot be', async () => {
    const [locked, free] = [await scheduling(gateway), await scheduling(gateway)];
    for (const one of [locked, free]) await one.put();
    for (const one of [locked, free]) await one.unseenFor(60_000);
    const holding = await holdLock(
      gateway.databaseUrl,
      `select from projects where id = '${locked.person.projectId}' for update`,
    );
    await look(gateway);
    expect(await free.started()).toMatchObject([{ status: 'started' }]);
    await holding[Symbol.asyncDispose]();
    expect(await locked.started()).toMatchObject([{ status: 'started' }]);
  });

  it('has one run for each, also if twenty are asked for at the same moment', async () => {
    const one = await scheduling(gateway);
    await one.put({ cron: '0 0 1 1 *' });
    const asked = await Promise.all(Array.from({ length: 20 }, () => one.request('POST', '/trigger')));
    expect(asked.map(({ status }) => status)).toEqual(Array(20).fill(202));
    const occurrences = await one.occurrences();
    expect(ids(occurrences).toSorted()).toEqual(
      asked.map(({ body }) => (body as { id: string }).id).toSorted(),
    );
    const { body } = await call(gateway, 'GET', `/v1/runs/${occurrences[0]?.runId}`, { as: one.person });
    expect(body).toMatchObject({ trigger: { kind: 'manual', nominalAt: occurrences[0]?.nominalAt } });
  });

  it('is started while its maker is being deleted, or is not: nobody waits in a circle', async () => {
    const one = await scheduling(gateway);
    await one.put({ overlap: 'allow', catchUp: { mode: 'all' } });
    await one.unseenFor(5 * 60_000);
    await look(gateway);
    const by = { userId: (await createPerson(gateway, 'admin')).userId };
    const deleted = await deleteUser(gateway.sql, { id: one.person.userId, by, reason: 'gone' });
    expect(typeof deleted).toBe('object');
    await eventually(async () => {
      const due = await gateway.sql.rows(
        `select from schedule_occurrences join schedules on id = schedule_id where project_id = $1 and status = 'due'`,
        [one.person.projectId],
      );
      expect(due).toEqual([]);
    });
    expect(gateway.lines.filter((line) => line.includes('deadlock'))).toEqual([]);
  });
});

describe('a pause', () => {
  it('is not made up for, and what is missed in it is of the pause', async () => {
    const one = await scheduling(gateway);
    await one.put({ catchUp: { mode: 'all' }, overlap: 'allow' });
    await one.request('POST', '/pause');
    await one.unseenFor(10 * 60_000);
    await look(gateway);
    const statuses = (await one.started()).map(({ status }) => status);
    expect(statuses.length).toBeGreaterThanOrEqual(9);
    expect(new Set(statuses)).toEqual(new Set(['skipped_paused']));
    await one.unseenFor(10 * 60_000);
    await one.request('POST', '/resume');
    await gateway.sql.rows('update schedules set wakes_at = clock_timestamp() where name = $1', [one.name]);
    await look(gateway);
    await one.started();
    expect(await one.runs()).toEqual([]);
  });

  it('for the rights of its maker ends when another member takes it over', async () => {
    const one = await scheduling(gateway);
    await one.put();
    await gateway.sql.rows(
      `update schedules set paused_at = clock_timestamp(), paused_why = 'rights', paused_reason = 'gone' where name = $1`,
      [one.name],
    );
    expect(await one.put()).not.toHaveProperty('paused');
  });
});

describe('I11: a key without secrets:use', () => {
  it('backfills nothing that begins logged in, and does not change the flow of it', async () => {
    const one = await scheduling(gateway);
    const profile = await addProfile(gateway, one.person.projectId, one.person);
    await one.put({ cron: '0 3 * * *', start: { profile: { name: profile } } });
    const key = await createKey(gateway, one.person, ['runs:read', 'runs:write']);
    const path = `/v1/projects/${one.person.projectId}`;
    const asked = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
    const ask = (method: 'POST' | 'PUT', rest: string, body: object) =>
      call(gateway, method, `${path}${rest}`, { key, body });
    expect((await ask('POST', `/schedules/${one.name}/trigger`, {})).status).toBe(403);
    expect((await ask('POST', `/schedules/${one.name}/backfill`, asked)).status).toBe(403);
    expect((await ask('PUT', `/flows/${one.flow}`, { flow: TWO_STEPS })).status).toBe(403);
    const other = await addFlow(gateway, one.person.projectId, one.person);
    expect((await ask('PUT', `/flows/${other}`, { flow: TWO_STEPS })).status).toBe(201);
    expect((await flowsOf(gateway, one.person).put(one.flow, { ...TWO_STEPS, name: undefined })).status).toBe(
      200,
    );
  });

  it('cancels nothing by a backfill without runs:cancel', async () => {
    const one = await scheduling(gateway);
    await one.put({ cron: '0 3 * * *' });
    const key = await createKey(gateway, one.person, ['runs:read', 'runs:write']);
    const path = `/v1/projects/${one.person.projectId}/schedules/${one.name}/backfill`;
    const body = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', overlap: 'cancel_previous' };
    expect((await call(gateway, 'POST', path, { key, body })).status).toBe(403);
  });

  it('is what its schedules have, too: one made with it opens no vault', async () => {
    const one = await scheduling(gateway);
    const ben = await createPerson(gateway);
    await addMember(gateway, one.person.projectId, ben, 'operator');
    const key = await createKey(gateway, ben, ['runs:read', 'runs:write']);
    const path = `/v1/projects/${one.person.projectId}/schedules/${one.name}`;
    const body = { cron: '* * * * *', flow: { name: one.flow } };
    expect((await call(gateway, 'PUT', path, { key, body })).status).toBe(200);
    const using = {
      ...TWO_STEPS,
      steps: [...TWO_STEPS.steps, { action: 'fill', selector: '#p', value: '${secrets.shop}' }],
    };
    const put = await flowsOf(gateway, one.person).put(one.flow, using);
    expect(put.status, JSON.stringify(put.body)).toBe(201);
    await one.unseenFor(60_000);
    await look(gateway);
    expect(await one.started()).toMatchObject([{ status: 'failed_to_start', reason: 'forbidden' }]);
  });
});

it('a name that no schedule can have is not found', async () => {
  const { person } = await scheduling(gateway);
  const path = `/v1/projects/${person.projectId}`;
  for (const rest of ['/schedules/%00', '/schedules/Not%20a%20name']) {
    expect((await call(gateway, 'GET', `${path}${rest}`, { as: person })).status).toBe(404);
    expect((await call(gateway, 'DELETE', `${path}${rest}`, { as: person })).status).toBe(404);
  }
  expect((await call(gateway, 'DELETE', `${path}/profiles/%00`, { as: person })).status).toBe(404);
});

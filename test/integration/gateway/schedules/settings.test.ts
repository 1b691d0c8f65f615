/* A schedule is kept, changed and previewed as it was set, and what is wrong with it is said. */
import { describe, expect, it } from 'vitest';
import { call, expectContract, useGateway } from '../fixture.ts';
import { addFlow, issuesIn } from '../flows/named-flows.ts';
import { look, scheduling, TWO_STEPS } from './leader.ts';

const gateway = await useGateway();
const HOUR_MS = 3_600_000;

describe('a schedule', () => {
  it('is made with defaults that are shown, and read and listed the same', async () => {
    const one = await scheduling(gateway);
    const flow = { name: one.flow };
    const put = await one.request('PUT', '', { cron: '30 2 * * *', timezone: 'Europe/Berlin', flow });
    expectContract('putSchedule', put);
    expect(put.headers.get('etag')).toBe('"1"');
    expect(put.body).toMatchObject({
      dst: 'after_gap',
      overlap: 'skip',
      catchUp: { mode: 'last', withinMs: HOUR_MS },
      version: 1,
      start: {},
      last: [],
      by: one.person.email,
    });
    expect((await one.read()).next).toHaveLength(5);
    const path = `/v1/projects/${one.person.projectId}/schedules`;
    const list = await call(gateway, 'GET', path, { as: one.person });
    expectContract('listSchedules', list);
    expect(list.body).toEqual([put.body]);
  });

  it('is changed if it is the version that was edited', async () => {
    const one = await scheduling(gateway);
    await one.put();
    const body = { cron: '0 1 * * *', flow: { name: one.flow } };
    const put = (headers: Record<string, string>) => one.request('PUT', '', body, headers);
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': '"1"' })).body).toMatchObject({ version: 2, cron: '0 1 * * *' });
    expect((await put({ 'if-match': '"1"' })).status).toBe(412);
    expect((await one.request('DELETE')).status).toBe(200);
    expect((await one.request('GET')).status).toBe(404);
  });

  it('says what is wrong with it', async () => {
    const one = await scheduling(gateway);
    const issues = async (body: object) =>
      issuesIn(await one.request('PUT', '', { cron: '* * * * *', flow: { name: one.flow }, ...body }));
    const starting = (text: string) => [expect.stringMatching(new RegExp(`^${text}`))];
    expect(await issues({ cron: '61 * * * *' })).toEqual(
      starting('cron: must be a cron pattern of five fields'),
    );
    expect(await issues({ cron: '0 0 30 2 *' })).toEqual(['cron: is never due']);
    expect(await issues({ cron: '* * * * * *' })).toEqual([expect.stringContaining('no seconds')]);
    expect(await issues({ timezone: 'Mars/Olympus' })).toEqual(
      starting('timezone: must be an IANA time zone'),
    );
    const [startAt, endAt] = ['2099-01-02T00:00:00Z', '2099-01-01T00:00:00Z'];
    expect(await issues({ startAt, endAt })).toEqual(['endAt: must be later than the beginning']);
    expect(await issues({ flow: { name: 'no-such' } })).toEqual([
      'flow.name: names a flow that there is not',
    ]);
    expect(await issues({ start: { profile: { name: 'no_such' } } })).toEqual([
      'profile.name: names a login profile that this project does not have',
    ]);
    expect(await issues({ overlaps: 'skip' })).toHaveLength(1);
  });

  it('is refused with the step that would type a secret in clear', async () => {
    const one = await scheduling(gateway);
    const steps = [
      { action: 'goto', url: '/' },
      { action: 'set', name: 'typed', value: { password: '${inputs.password}' } },
      { action: 'fill', selector: '#user', value: '${inputs.user}', secret: false },
      { action: 'fill', selector: '#password', value: '${results.typed.password}' },
    ];
    const put = async (body: object, inputs: object) => {
      const flow = await addFlow(gateway, one.person.projectId, one.person, { ...TWO_STEPS, ...body });
      return issuesIn(
        await one.request('PUT', '', { cron: '0 0 * * *', flow: { name: flow }, start: { inputs } }),
      );
    };
    expect(await put({ steps }, { user: 'ann', password: 'hunter2' })).toEqual([
      expect.stringMatching(/^flow\.steps\.3\.value: would be typed as a secret/),
    ]);
    const inputsSchema = { type: 'object', properties: { pin: { type: 'string', writeOnly: true } } };
    expect(await put({ inputsSchema }, { pin: '4711' })).toEqual([
      expect.stringMatching(/^start\.inputs\.pin: /),
    ]);
  });

  it('starts later within its window, by the same offset each time, and not before', async () => {
    const one = await scheduling(gateway);
    const windowMs = 24 * HOUR_MS;
    const { offsetMs, next } = await one.put({ cron: '0 * * * *', windowMs });
    expect(offsetMs).toBeGreaterThan(0);
    expect(offsetMs).toBeLessThan(windowMs);
    expect((await one.put({ cron: '0 * * * *', windowMs })).offsetMs).toBe(offsetMs);
    const row = await gateway.sql.row<{ wakesAt: Date }>(
      'select wakes_at as "wakesAt" from schedules where name = $1',
      [one.name],
    );
    expect(row?.wakesAt.getTime()).toBe(Date.parse(next[0]!) + offsetMs);
    await one.unseenFor(48 * HOUR_MS);
    await look(gateway);
    const times = (await one.occurrences()).map(({ nominalAt }) => Date.parse(nominalAt));
    expect(times.length).toBeGreaterThanOrEqual(23);
    for (const at of times) expect(at + offsetMs).toBeLessThanOrEqual(Date.now());
  });

  it('ends, and begins, when it says so', async () => {
    const one = await scheduling(gateway);
    await one.put({ endAt: new Date(Date.now() - HOUR_MS).toISOString() });
    expect(await one.read()).toMatchObject({ next: [] });
    const startAt = '2099-05-05T05:05:00.000Z';
    await one.put({ startAt });
    expect((await one.read()).next[0]).toBe(startAt);
  });
});

describe('a preview', () => {
  it('says which times there are, and which the clock skips', async () => {
    const { person } = await scheduling(gateway);
    const preview = (body: object) => call(gateway, 'POST', '/v1/schedules/preview', { as: person, body });
    const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin', from: '2027-03-27T12:00:00Z', count: 2 };
    const shown = await preview(berlin);
    expectContract('previewSchedule', shown);
    expect(shown.body).toEqual({
      times: [
        { at: '2027-03-28T01:00:00.000Z', wall: '2027-03-28T02:30', status: 'due' },
        { at: '2027-03-29T00:30:00.000Z', wall: '2027-03-29T02:30', status: 'due' },
      ],
    });
    const skipping = await preview({ ...berlin, dst: 'skip' });
    expect(skipping.body).toMatchObject({ times: [{ status: 'dst_gap' }, { status: 'due' }] });
    expect(issuesIn(await preview({ cron: 'soon' }))).toHaveLength(1);
  });
});

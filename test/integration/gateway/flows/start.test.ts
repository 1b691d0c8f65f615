/* A start by name runs one whole version, with checked inputs, and its run says which one. */
import { describe, expect, it } from 'vitest';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import { queueRun } from '../../../support/database/runs.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  type Person,
  randomName,
  useGateway,
} from '../fixture.ts';
import { addWebhook } from '../webhooks/webhooks.ts';
import { clicking, flowsOf, issuesIn, KEPT } from './named-flows.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const flows = flowsOf(gateway, ann);
const idOf = ({ status, body }: { status: number; body: unknown }) => {
  expect(status, JSON.stringify(body)).toBe(202);
  return (body as { id: string }).id;
};
const runOf = async (id: string, as: Person = ann) =>
  (await call(gateway, 'GET', `/v1/runs/${id}`, { as })).body as { flow?: { name: string; version: number } };
const selectorOf = async (id: string) => (await readPlan(gateway.sql, id))?.steps[1];

const WITH_INPUTS = {
  ...KEPT,
  inputsSchema: {
    type: 'object',
    properties: {
      page: { type: 'string', default: 'cart' },
      rows: { type: 'integer', minimum: 1 },
      pin: { type: 'string', writeOnly: true },
    },
    required: ['rows'],
  },
  steps: [
    { action: 'goto', url: '/${inputs.page}' },
    { action: 'fill', selector: '#pin', value: '${inputs.pin}' },
  ],
};

describe('a start by name', () => {
  it('runs the newest version or the one that is named, and its run says which', async () => {
    const name = randomName();
    await flows.put(name, clicking('#a'));
    await flows.put(name, clicking('#b'));
    const newest = await flows.start({ name });
    expectContract('startRun', newest);
    const [id, first] = [idOf(newest), idOf(await flows.start({ name, version: 1 }))];
    expect(await runOf(id)).toMatchObject({ flow: { name, version: 2 }, stepCount: 2 });
    expect(await runOf(first)).toMatchObject({ flow: { name, version: 1 } });
    expect([await selectorOf(id), await selectorOf(first)]).toMatchObject([
      { selector: '#b' },
      { selector: '#a' },
    ]);
  });

  it('depends on the flow no more', async () => {
    const name = randomName();
    await flows.put(name, clicking('#a'));
    const id = idOf(await flows.start({ name }));
    await flows.put(name, clicking('#b'));
    await flows.remove(name);
    expect(await runOf(id)).toMatchObject({ flow: { name, version: 1 } });
    expect(await selectorOf(id)).toMatchObject({ selector: '#a' });
    expect(issuesIn(await flows.start({ name }))).toEqual(['flow.name: names a flow that there is not']);
  });

  it('takes inputs, which are checked by the schema of the version', async () => {
    const name = randomName();
    await flows.put(name, WITH_INPUTS);
    const id = idOf(await flows.start({ name }, { inputs: { rows: 2, pin: '4711' } }));
    expect(await readPlan(gateway.sql, id)).toMatchObject({ inputs: { rows: 2, page: 'cart', pin: '4711' } });
    const shown = await call(gateway, 'GET', `/v1/runs/${id}/flow`, { as: ann });
    expect(JSON.stringify(shown.body)).not.toContain('4711');
    const wrong = await flows.start({ name }, { inputs: { rows: 0 } });
    expectContract('startRun', wrong);
    expect(issuesIn(wrong)).toEqual(['inputs.rows: must be >= 1']);
    const spanish = await flows.start({ name }, {}, { 'accept-language': 'es' });
    expect(issuesIn(spanish)).toEqual(['inputs.rows: debe tener la propiedad requerida rows']);
  });

  it('takes another address and options, and nothing that the flow says', async () => {
    const name = randomName();
    await flows.put(name, { ...KEPT, site: 'sample-shop' });
    const more = { baseUrl: 'http://127.0.0.1:2/shop', labels: ['nightly'], contextId: 'c', viewport: {} };
    const answer = await flows.start({ name }, more);
    expect(answer.body).toMatchObject({ ignored: ['viewport'] });
    expect(await runOf(idOf(answer))).toMatchObject({
      baseUrl: 'http://127.0.0.1:2/shop',
      labels: ['nightly'],
      contextId: 'c',
      flow: { name, version: 1 },
    });
    expect(await readPlan(gateway.sql, idOf(answer))).not.toHaveProperty('site');
    const beside = { steps: KEPT.steps, site: 'x', headless: false, inputsSchema: {} };
    for (const [language, said] of [
      ['en', 'must not be given beside flow: the named flow says it'],
      ['es', 'no debe darse junto a flow: lo dice el flujo con nombre'],
    ] as const) {
      const refused = await flows.start({ name }, beside, { 'accept-language': language });
      expectContract('startRun', refused);
      expect(issuesIn(refused).toSorted()).toEqual(
        Object.keys(beside)
          .toSorted()
          .map((field) => `${field}: ${said}`),
      );
    }
    expect(issuesIn(await flows.start({ name }, { plan: { steps: [] } }))).toHaveLength(1);
  });

  it('names what is missing or wrong in it', async () => {
    const name = randomName();
    await flows.put(name, KEPT);
    expect(issuesIn(await flows.start({ name, version: 2 }))).toEqual([
      'flow.version: names a version that the flow does not have, or not any more',
    ]);
    expect(issuesIn(await flows.start({ name, versoin: 1 }))).toEqual([
      'flow: has fields that are not known here: versoin',
    ]);
    const { body } = await call(gateway, 'POST', '/v1/run', { as: ann, body: { flow: { name } } });
    expect(body).toMatchObject({ error: 'project is required' });
    const steps = [{ action: 'goto', url: 'http://127.0.0.1:1/a' }];
    await flows.put(name, { ...KEPT, steps });
    const elsewhere = await flows.start({ name }, { baseUrl: 'http://127.0.0.1:2' });
    expect(issuesIn(elsewhere)).toEqual(['steps.0.url: must share the origin of baseUrl']);
  });

  it('that races with changes of the flow runs one whole version, or none', async () => {
    const name = randomName();
    await flows.put(name, clicking('#button-1'));
    const changes = (async () => {
      for (let n = 2; n <= 12; n++) await flows.put(name, clicking(`#button-${n}`));
      await flows.remove(name);
    })();
    const answers = await Promise.all(Array.from({ length: 30 }, () => flows.start({ name })));
    await changes;
    for (const answer of answers.filter(({ status }) => status === 202)) {
      const { flow } = await runOf(idOf(answer));
      expect(await selectorOf(idOf(answer))).toMatchObject({ selector: `#button-${flow?.version}` });
    }
    const refused = answers.filter(({ status }) => status !== 202);
    for (const answer of refused)
      expect(issuesIn(answer)).toEqual(['flow.name: names a flow that there is not']);
    expect(answers.length - refused.length).toBeGreaterThan(0);
  });

  it('with a key is answered as before, whatever has become of the flow', async () => {
    const name = randomName();
    const headers = { 'idempotency-key': randomName() };
    await flows.put(name, WITH_INPUTS);
    const start = (inputs: object) => flows.start({ name }, { inputs }, headers);
    const id = idOf(await start({ rows: 1 }));
    await flows.put(name, clicking('#b'));
    const again = await start({ rows: 1 });
    expect(idOf(again)).toBe(id);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await flows.remove(name);
    expect(idOf(await start({ rows: 1 }))).toBe(id);
    expect((await start({ rows: 2 })).status).toBe(422);
    await flows.restore(name, { version: 1 });
    expect((await start({ rows: 2 })).status).toBe(422);
    const other = await flows.start({ name, version: 1 }, { inputs: { rows: 1 } }, headers);
    expect(other.status).toBe(422);
  });
});

describe('a rerun of a named flow', () => {
  it('is of that version while its steps and settings stay', async () => {
    const name = randomName();
    await flows.put(name, WITH_INPUTS);
    const id = idOf(await flows.start({ name }, { inputs: { rows: 1, pin: '4711' } }));
    await flows.put(name, clicking('#b'));
    const rerun = async (body: object, as = ann) =>
      runOf(idOf(await call(gateway, 'POST', `/v1/runs/${id}/rerun`, { as, body })));
    expect((await rerun({})).flow).toEqual({ name, version: 1 });
    expect((await rerun({ inputs: { rows: 3, pin: '1' }, labels: ['b'] })).flow).toEqual({
      name,
      version: 1,
    });
    expect((await rerun({ values: { 'inputs.rows': '4' } })).flow).toEqual({ name, version: 1 });
    expect((await rerun({ baseUrl: 'http://127.0.0.1:2' })).flow).toEqual({ name, version: 1 });
    expect((await rerun({ values: { 'steps.1.value': 'hunter2' } })).flow).toBeUndefined();
    expect((await rerun({ defaultTimeoutMs: 5 })).flow).toBeUndefined();
    expect((await rerun({ steps: KEPT.steps })).flow).toBeUndefined();
    const bob = await createPerson(gateway);
    await addMember(gateway, ann.projectId, bob, 'operator');
    expect((await rerun({ values: { 'inputs.pin': '1234' } }, bob)).flow).toEqual({ name, version: 1 });
  });
});

describe('the runs of a named flow', () => {
  const listed = async (query: string, as = ann) =>
    ((await call(gateway, 'GET', `/v1/runs?${query}`, { as })).body as { id: string; flow?: unknown }[]).map(
      ({ id }) => id,
    );

  it('are listed, in pages, by status and in searches', async () => {
    const [name, other] = [randomName(), randomName()];
    await flows.put(name, KEPT);
    await flows.put(other, KEPT);
    const ids: string[] = [];
    for (const label of ['a', 'b', 'a']) ids.unshift(idOf(await flows.start({ name }, { labels: [label] })));
    await flows.start({ name: other });
    const query = `project=${ann.projectId}&flow=${name}`;
    expect(await listed(query)).toEqual(ids);
    expect(await listed(`${query}&status=running`)).toEqual(ids);
    expect(await listed(`${query}&outcome=lost`)).toEqual([]);
    expect(await listed(`${query}&label=b`)).toEqual([ids[1]]);
    const page = await call(gateway, 'GET', `/v1/runs?${query}&limit=2`, { as: ann });
    expectContract('listRuns', page);
    expect(page.body).toMatchObject(ids.slice(0, 2).map((id) => ({ id, flow: { name, version: 1 } })));
    const next = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
    expect((await call(gateway, 'GET', next!, { as: ann })).body).toMatchObject([{ id: ids[2] }]);
    for (const wrong of [`flow=${name}`, `${query}&contextId=c`, `project=${ann.projectId}&flow=A`])
      expect((await call(gateway, 'GET', `/v1/runs?${wrong}`, { as: ann })).status).toBe(400);
  });

  it('are shown to who sees the project, and one’s own after that', async () => {
    const [viewer, stranger, leaver] = [
      await createPerson(gateway),
      await createPerson(gateway),
      await createPerson(gateway),
    ];
    await addMember(gateway, ann.projectId, viewer, 'viewer');
    await addMember(gateway, ann.projectId, leaver, 'operator');
    const name = randomName();
    await flows.put(name, KEPT);
    const theirs = idOf(await flowsOf(gateway, leaver, ann.projectId).start({ name }));
    const own = idOf(await flows.start({ name }));
    await gateway.sql.rows('delete from project_members where user_id = $1 and project_id = $2', [
      leaver.userId,
      ann.projectId,
    ]);
    const query = `project=${ann.projectId}&flow=${name}`;
    expect(await listed(query, viewer)).toEqual([own, theirs]);
    expect(await listed(query, leaver)).toEqual([theirs]);
    expect(await listed(query, stranger)).toEqual([]);
    const admin = await createPerson(gateway, 'admin');
    expect(await listed(query, admin)).toEqual([own, theirs]);
  });

  it('tell webhooks which one they are', async () => {
    const { webhook } = await addWebhook(gateway, ann.projectId, ann);
    const name = randomName();
    await flows.put(name, KEPT);
    const id = idOf(await flows.start({ name }));
    const path = `/v1/projects/${ann.projectId}/webhooks/${webhook}/deliveries`;
    const { body } = await call(gateway, 'GET', path, { as: ann });
    const messages = (body as { runId: string; message: { data: { run: { flow?: object } } } }[]).map(
      ({ runId, message }) => ({ runId, flow: message.data.run.flow }),
    );
    expect(messages).toContainEqual({ runId: id, flow: { name, version: 1 } });
  });
});

describe('statistics', () => {
  it('count what became of the runs of each version, and how long those took that passed', async () => {
    const bob = await createPerson(gateway);
    const own = flowsOf(gateway, bob);
    await own.put('order', KEPT);
    expect((await own.get('/order/statistics')).body).toEqual({ runs: 0, versions: [] });
    const add = async (version: number, set: string) => {
      const { id } = await queueRun(gateway.sql, bob);
      await gateway.sql.rows(`update runs set flow_name = 'order', flow_version = $2 where id = $1`, [
        id,
        version,
      ]);
      await gateway.sql.rows(`update runs set ${set} where id = $1`, [id]);
    };
    const passed = (ms: number) =>
      `status = 'pass', claimed_at = timestamptz '2026-01-01Z', finished_at = timestamptz '2026-01-01Z' + ${ms} * interval '1 ms'`;
    const failed = `status = 'fail', claimed_at = clock_timestamp(), finished_at = clock_timestamp()`;
    for (const ms of [100, 300, 1_000]) await add(1, passed(ms));
    await add(1, failed);
    await add(
      1,
      `${failed}, cancelled = true, cancel_requested_at = clock_timestamp(), cancel_by = 'user', cancel_mode = 'force'`,
    );
    await add(1, `${failed}, stale = true`);
    await add(3, `state = state`);
    const answer = await own.get('/order/statistics');
    expectContract('readFlowStatistics', answer);
    expect(answer.body).toEqual({
      runs: 7,
      versions: [
        { version: 3, runs: 1, pass: 0, fail: 0, cancelled: 0, lost: 0, lastStartedAt: expect.any(String) },
        {
          version: 1,
          runs: 6,
          pass: 3,
          fail: 1,
          cancelled: 1,
          lost: 1,
          passRate: 0.75,
          medianMs: 300,
          lastStartedAt: expect.any(String),
        },
      ],
    });
  });
});

/* A flow with a secret in clear is not kept; what is wrong is named, and the limits of a project hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgetFlows } from '#shared/adapters/database/flows/retention.ts';
import { restoreFlow, saveFlow } from '#shared/adapters/database/flows/save.ts';
import {
  addMember,
  call,
  createPerson,
  expectContract,
  randomName,
  startGateway,
  useGateway,
} from '../fixture.ts';
import { clicking, flowsOf, issuesIn, KEPT } from './named-flows.ts';

/** Made before there are connections, which would be closed while it takes seconds. */
const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z0-9._-]{1,4}$/), fc.webPath());

const gateway = await useGateway();
const ann = await createPerson(gateway);
const flows = flowsOf(gateway, ann);

const fill = (value: string, more = {}) => ({ action: 'fill', selector: '#a', value, ...more });
const inputsSchema = { type: 'object', properties: { pin: { type: 'string', writeOnly: true } } };

describe('a flow with secrets', () => {
  const flow = {
    baseUrl: 'http://ada:hunter2@127.0.0.1:1',
    inputsSchema,
    steps: [
      { action: 'goto', url: '//ada:hunter2@127.0.0.1:1/' },
      fill('hunter2'),
      fill('Ada', { secret: false }),
      fill('${inputs.pin}'),
      fill('${inputs.pin}!', { secret: true }),
    ],
    onCancel: [fill('hunter2')],
  };

  it.each([
    ['en', 'use an input or a secret of the project', 'must have no password'],
    ['es', 'usa una entrada o un secreto del proyecto', 'no debe tener contraseña'],
  ])('is refused, naming each place, in %s', async (language, value, password) => {
    const name = randomName();
    const answer = await flows.put(name, flow, { headers: { 'accept-language': language } });
    expectContract('putFlow', answer);
    expect(answer.status).toBe(400);
    const issues = issuesIn(answer);
    expect(issues.map((issue) => issue.split(':')[0])).toEqual([
      'flow.baseUrl',
      'flow.steps.0.url',
      'flow.steps.1.value',
      'flow.steps.4.value',
      'flow.onCancel.0.value',
    ]);
    for (const [n, issue] of issues.entries()) expect(issue).toContain(n < 2 ? password : value);
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect((await flows.get(`/${name}`)).status).toBe(404);
  });

  it('behind names is refused as well: in a schema, in a step that sets, in an address', async () => {
    const answer = await flows.put(randomName(), {
      ...KEPT,
      inputsSchema: {
        properties: {
          pw: { type: 'string', default: 'hunter2' },
          a: { default: 'http://u:hunter2@127.0.0.1:1/' },
        },
      },
      steps: [
        { action: 'set', name: 'pw', value: 'hunter2' },
        { action: 'goto', url: '${inputs.a}' },
        fill('${inputs.pw}'),
        fill('${results.pw}'),
      ],
    });
    expectContract('putFlow', answer);
    expect(issuesIn(answer).map((issue) => issue.split(':')[0])).toEqual([
      'flow.inputsSchema.properties.a.default',
      'flow.inputsSchema.properties.pw.default',
      'flow.steps.0.value',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it('is kept once it only names them', async () => {
    const steps = [
      { action: 'goto', url: '/' },
      fill('${inputs.pin}'),
      fill('Ada', { secret: false }),
      fill(''),
    ];
    const name = randomName();
    const answer = await flows.put(name, { ...KEPT, inputsSchema, steps });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect((await flows.get(`/${name}`)).body).toMatchObject({ flow: { steps } });
  });
});

describe('a flow that cannot be kept', () => {
  it.each<[string, object, string[]]>([
    ['inputs', { inputs: { a: 1 } }, ['flow.inputs']],
    ['options of a start', { labels: ['a'], maxDurationMs: 1 }, ['flow.labels', 'flow.maxDurationMs']],
    ['a project', { project: 'x', contextId: 'c' }, ['flow.project', 'flow.contextId']],
    ['an input that is not described', { steps: [fill('${inputs.x}')] }, ['flow.steps.0.value']],
    ['a result that no step has', { steps: [fill('${results.x}')] }, ['flow.steps.0.value']],
    ['another origin', { steps: [{ action: 'goto', url: 'http://b.test/' }] }, ['flow.steps.0.url']],
    [
      'a pattern that takes too long',
      { inputsSchema: { properties: { a: { pattern: '(a)\\1' } } } },
      ['flow.inputsSchema.properties.a.pattern'],
    ],
    ['an address of two lines', { baseUrl: 'http://127.0.0.1\n:1' }, ['flow.baseUrl']],
    [
      'more than may be kept',
      { steps: ['a', 'b', 'c'].map((name) => ({ action: 'set', name, value: 'x'.repeat(90_000) })) },
      ['flow'],
    ],
    ['no steps', { steps: [] }, ['flow.steps']],
    ['a step of no kind', { steps: [{ action: 'dance' }] }, ['flow.steps.0.action']],
    [
      'the placeholder of a secret',
      { steps: [fill('[REDACTED]')] },
      ['flow.steps.0.value', 'flow.steps.0.value'],
    ],
  ])('has %s', async (_, more, paths) => {
    for (const language of ['en', 'es']) {
      const answer = await flows.put(
        randomName(),
        { ...KEPT, ...more },
        { headers: { 'accept-language': language } },
      );
      expectContract('putFlow', answer);
      expect(answer.status).toBe(400);
      expect(issuesIn(answer).map((issue) => issue.split(':')[0])).toEqual(paths);
    }
  });

  it('or has a body with other fields', async () => {
    const answer = await flows.put(randomName(), KEPT, { more: { versoin: 1 } });
    expect(answer.status).toBe(400);
    expect((await flows.put(randomName(), undefined)).status).toBe(400);
    const long = await flows.put(randomName(), KEPT, { more: { description: 'x'.repeat(501) } });
    expect(issuesIn(long)).toEqual(['description: must have at most 500 characters']);
  });
});

describe('names', () => {
  it('may be anything without a 500, and are what they say', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (name) => {
        const path = encodeURIComponent(name.toWellFormed());
        const { status, body } = await flows.put(path, KEPT);
        expect([200, 201, 400, 404, 405]).toContain(status);
        const isGood = /^[a-z0-9][a-z0-9._-]{0,99}$/.test(name);
        expect(isGood).toBe(status < 300);
        if (isGood) expect(body).toMatchObject({ name });
      }),
      { numRuns: 100 },
    );
  });

  it('of starts are refused by their form', async () => {
    for (const name of ['Order', '', '../a', 'a'.repeat(101), null, {}, '__proto__']) {
      const { status } = await flows.start({ name });
      expect(status, String(name)).toBe(400);
    }
  });
});

describe('flows of other projects', () => {
  it('are answered like those that there are not', async () => {
    const bob = await createPerson(gateway);
    await flowsOf(gateway, bob).put('secret-plan', KEPT);
    const [theirs, none] = [bob.projectId, crypto.randomUUID()].map((id) => flowsOf(gateway, ann, id));
    for (const ask of [
      (of: typeof flows) => of.get(''),
      (of: typeof flows) => of.get('/secret-plan'),
      (of: typeof flows) => of.get('/secret-plan/versions/1'),
      (of: typeof flows) => of.get('/secret-plan/statistics'),
      (of: typeof flows) => of.put('secret-plan', KEPT),
      (of: typeof flows) => of.remove('secret-plan'),
      (of: typeof flows) => of.restore('secret-plan'),
      (of: typeof flows) => of.start({ name: 'secret-plan' }),
    ]) {
      const [real, missing] = [await ask(theirs!), await ask(none!)];
      expect([real.status, real.body]).toEqual([missing.status, missing.body]);
      expect([400, 404]).toContain(real.status);
    }
    const own = await flows.start({ name: 'secret-plan' });
    expect(issuesIn(own)).toEqual(['flow.name: names a flow that there is not']);
  });

  it('are read and started, and not changed, as a member may', async () => {
    const viewer = await createPerson(gateway);
    await addMember(gateway, ann.projectId, viewer, 'viewer');
    const name = randomName();
    await flows.put(name, KEPT);
    const seen = flowsOf(gateway, viewer, ann.projectId);
    expect((await seen.get(`/${name}`)).status).toBe(200);
    expect((await seen.put(name, clicking('#a'))).status).toBe(403);
    expect((await seen.remove(name)).status).toBe(403);
    expect((await seen.start({ name })).status).toBe(403);
  });

  it('go with their project', async () => {
    const bob = await createPerson(gateway);
    const own = flowsOf(gateway, bob);
    await own.put('a', KEPT);
    await call(gateway, 'DELETE', `/v1/projects/${bob.projectId}`, { as: bob });
    expect((await own.get('')).status).toBe(404);
    expect((await own.put('b', KEPT)).status).toBe(404);
    while (await forgetFlows(gateway.sql));
    const left = await gateway.sql.rows('select id from flows where project_id = $1', [bob.projectId]);
    expect(left).toEqual([]);
    expect((await flows.put(randomName(), KEPT)).status).toBe(201);
  });
});

describe('limits', () => {
  it('hold for the flows of a project, whatever comes at once', async () => {
    await using small = await startGateway({ config: { GHOSTLY_MAX_FLOWS_PER_PROJECT: 3 } });
    const own = flowsOf(small, await createPerson(small));
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => own.put(name, KEPT)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 409, 409, 409]);
    const [kept] = answers.filter(({ status }) => status === 201);
    const { name } = kept!.body as { name: string };
    await own.remove(name);
    expect((await own.put(name, clicking('#a'))).body).toMatchObject({ version: 2, restored: true });
    const refused = await own.put('g', KEPT);
    expectContract('putFlow', refused);
    expect(refused.status).toBe(409);
    expect((await own.put('g', KEPT, { query: '?dryRun' })).status).toBe(409);
  });

  it('take those that were deleted longest ago where a new flow needs room', async () => {
    await using small = await startGateway({ config: { GHOSTLY_MAX_FLOWS_PER_PROJECT: 3 } });
    const own = flowsOf(small, await createPerson(small));
    for (const name of ['a', 'b', 'c']) await own.put(name, KEPT);
    for (const name of ['b', 'a']) await own.remove(name);
    const deleted = async () =>
      ((await own.get('?deleted=1')).body as { name: string }[]).map(({ name }) => name);
    expect((await own.put('d', KEPT, { query: '?dryRun' })).status).toBe(200);
    expect(await deleted()).toEqual(['a', 'b']);
    expect((await own.put('d', KEPT)).status).toBe(201);
    expect(await deleted()).toEqual(['a']);
    expect((await own.restore('b')).status).toBe(404);
    const answers = await Promise.all(['e', 'f', 'b'].map((name) => own.put(name, KEPT)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await deleted()).toEqual([]);
  });

  it('hold for the versions of a flow: the newest are kept', async () => {
    const { projectId, userId } = ann;
    const change = { projectId, userId, name: randomName() };
    const limits = { flows: undefined, versions: 3 };
    for (const digest of ['01', '02', '03', '04', '05'])
      await saveFlow(
        gateway.sql,
        change,
        { body: { ...KEPT, note: digest }, digest, description: undefined, expected: undefined },
        limits,
      );
    const { body } = await flows.get(`/${change.name}/versions`);
    expect(body).toMatchObject([{ version: 5 }, { version: 4 }, { version: 3 }]);
    expect(
      await restoreFlow(gateway.sql, { ...change, version: 2 }, { versions: 3, mayStore: () => true }),
    ).toBe('not_found');
    expect(issuesIn(await flows.start({ name: change.name, version: 2 }))).toEqual([
      'flow.version: names a version that the flow does not have, or not any more',
    ]);
  });
});

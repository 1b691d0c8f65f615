/* I10: the inputs of a start are checked by their schema, and secret ones are hidden wherever they are used. */
import { describe, expect, it } from 'vitest';
import { readPlan } from '#shared/adapters/database/run-views/plan.ts';
import { addMember, call, createPerson, expectContract, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const [ann, operator] = [await createPerson(gateway), await createPerson(gateway)];
await addMember(gateway, ann.projectId, operator, 'operator');

const GOTO = { action: 'goto', url: '/' };
const flow = (more: object = {}) => ({
  project: ann.projectId,
  baseUrl: 'http://127.0.0.1:1/',
  steps: [GOTO],
  ...more,
});
const start = (more: object, headers: Record<string, string> = {}) =>
  call(gateway, 'POST', '/v1/run', { as: ann, body: flow(more), headers });
const issuesOf = ({ body }: { body: unknown }) =>
  ((body as { details?: { issues: { path: string; message: string }[] } }).details?.issues ?? []).map(
    ({ path, message }) => `${path}: ${message}`,
  );

async function started(more: object): Promise<string> {
  const answer = await start(more);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return (answer.body as { id: string }).id;
}

const SCHEMA = {
  type: 'object',
  properties: {
    page: { type: 'string', default: 'cart' },
    rows: { type: 'integer', minimum: 1 },
    mail: { format: 'email' },
    code: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
  required: ['rows'],
  additionalProperties: false,
};

describe('the inputs of a start', () => {
  it('are stored with the defaults of their schema', async () => {
    const id = await started({ inputs: { rows: 2 }, inputsSchema: SCHEMA });
    expect(await readPlan(gateway.sql, id)).toMatchObject({ inputs: { rows: 2, page: 'cart' } });
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'English',
      {},
      [
        'inputs.rows: must be >= 1',
        'inputs.mail: must match format "email"',
        'inputs.code: must match pattern "^[A-Z]{2}$"',
      ],
    ],
    [
      'Spanish',
      { 'accept-language': 'es' },
      [
        'inputs.rows: debe ser >= 1',
        'inputs.mail: debe coincidir con el formato "email"',
        'inputs.code: debe coincidir con el patron "^[A-Z]{2}$"',
      ],
    ],
  ])('that are wrong are named each, in %s', async (_, headers, issues) => {
    const answer = await start({ inputs: { rows: 0, mail: 'x', code: 'no' }, inputsSchema: SCHEMA }, headers);
    expectContract('startRun', answer);
    expect(answer.status).toBe(400);
    expect(issuesOf(answer).sort()).toEqual([...issues].sort());
  });

  it('that are missing or too much are named themselves', async () => {
    const answer = await start({ inputs: { other: 1 }, inputsSchema: SCHEMA });
    expect(issuesOf(answer).map((issue) => issue.split(':')[0])).toEqual(['inputs.rows', 'inputs.other']);
  });

  it.each<[string, object, string[]]>([
    [
      'what cannot exist',
      {
        inputs: { a: 1 },
        steps: [
          { action: 'goto', url: '/${inputs.b}' },
          { action: 'fill', selector: '${results.x}', value: '${files.shop}' },
          { action: 'click', selector: '#a', when: { visible: '${inputs.}' } },
          { action: 'verify', textIncludes: ['ok', '${run.user}'] },
          { action: 'set', name: 'x', value: { deep: ['${results.x}'] } },
        ],
        onCancel: [{ action: 'goto', url: '/${results.y}' }],
      },
      [
        'steps.0.url',
        'steps.1.selector',
        'steps.1.value',
        'steps.2.when.visible',
        'steps.3.textIncludes.1',
        'steps.4.value.deep.0',
        'onCancel.0.url',
      ],
    ],
    [
      'a step in other ways',
      {
        steps: [
          { action: 'expect', is: 'visible' },
          { action: 'expect', is: 'url', gte: 1 },
          { action: 'expect', is: 'text', selector: '#a', matches: '(' },
          { action: 'extract', name: '1', selector: '#a' },
          { action: 'extract', name: 'a', selector: '#a', as: 'attribute' },
          { action: 'click', selector: '#a', when: {} },
          { action: 'click', selector: '#a', retry: { times: 6 } },
        ],
      },
      [
        'steps.0.selector',
        'steps.1.is',
        'steps.2.matches',
        'steps.3.name',
        'steps.4.attribute',
        'steps.5.when',
        'steps.6.retry.times',
      ],
    ],
  ])('a flow that names %s is refused with each place, in both languages', async (_, more, places) => {
    const [english, spanish] = [await start(more), await start(more, { 'accept-language': 'es' })];
    for (const answer of [english, spanish]) {
      expectContract('startRun', answer);
      expect(answer.status).toBe(400);
      expect(issuesOf(answer).map((issue) => issue.split(':')[0])).toEqual(places);
    }
    expect(issuesOf(english)).not.toEqual(issuesOf(spanish));
  });

  it.each<[string, object, string[]]>([
    [
      'a pattern that needs more than time in line with its text',
      { properties: { a: { pattern: '(?=x)' } } },
      ['inputsSchema.properties.a.pattern'],
    ],
    [
      'a pattern that is none',
      { additionalProperties: { items: { pattern: '[' } } },
      ['inputsSchema.additionalProperties.items.pattern'],
    ],
    ['no object', { type: 'array' }, ['inputsSchema']],
    [
      'a secret with a default',
      { properties: { a: { writeOnly: true, default: 'hush' } } },
      ['inputsSchema.properties.a.default'],
    ],
    [
      'a secret with values inside',
      { properties: { a: { properties: { b: { format: 'password', enum: ['x'], examples: ['y'] } } } } },
      ['inputsSchema.properties.a.properties.b.enum', 'inputsSchema.properties.a.properties.b.examples'],
    ],
  ])('a schema with %s is refused', async (_, inputsSchema, places) => {
    const answer = await start({ inputsSchema, inputs: { a: 'x' } });
    expectContract('startRun', answer);
    expect(answer.status).toBe(400);
    expect(issuesOf(answer).map((issue) => issue.split(':')[0])).toEqual(places);
  });

  it('a schema of a result with a pattern that is none is refused, too', async () => {
    const steps = [GOTO, { action: 'extract', name: 'a', selector: '#a', schema: { pattern: '\\1' } }];
    expect(issuesOf(await start({ steps })).map((issue) => issue.split(':')[0])).toEqual([
      'steps.1.schema.pattern',
    ]);
  });

  it.each<[string, object]>([
    ['a type twice', { properties: { a: { type: ['string', 'string'] } } }],
    ['a name twice', { required: ['a', 'a'] }],
    ['a value twice', { properties: { a: { enum: ['x', 'x'] } } }],
    ['a pattern of many repeats', { properties: { a: { pattern: '(x+x+)+y' } } }],
  ])('a schema with %s throws nothing', async (_, inputsSchema) => {
    expect((await start({ inputsSchema, inputs: { a: 'x'.repeat(5_000) } })).status).toBeLessThan(500);
  });

  it('fields of retry and when that nobody knows are named', async () => {
    const steps = [
      { action: 'click', selector: '#a', retry: { times: 1, delay: 5 }, when: { visible: '#a', url: '/' } },
    ];
    expect((await start({ steps })).body).toMatchObject({
      ignored: ['steps.0.retry.delay', 'steps.0.when.url'],
    });
  });
});

describe('I10: secret inputs', () => {
  const secretFlow = {
    inputs: {
      pin: 'hunter2-and-more',
      login: { user: 'ann-the-user', word: 'w0rd-of-ann' },
      number: 987_654,
      open: 'shown',
    },
    inputsSchema: {
      properties: {
        pin: { type: 'string', writeOnly: true },
        login: { properties: { word: { format: 'password' } } },
        number: { type: 'integer', format: 'password' },
        open: { type: 'string' },
      },
    },
    steps: [GOTO, { action: 'fill', selector: '#pin', value: '${inputs.pin}' }],
  };
  const HIDDEN = '[REDACTED]';
  const rerun = (id: string, body: object, as = ann) =>
    call(gateway, 'POST', `/v1/runs/${id}/rerun`, { as, body });

  it('are hidden in the flow of a run, also where a part of one is secret', async () => {
    const id = await started(secretFlow);
    for (const as of [ann, operator]) {
      const answer = await call(gateway, 'GET', `/v1/runs/${id}/flow`, { as });
      expectContract('readFlow', answer);
      expect(answer.body).toMatchObject({
        flow: { inputs: { pin: HIDDEN, login: HIDDEN, number: HIDDEN, open: 'shown' } },
        hidden: ['inputs.pin', 'inputs.login', 'inputs.number'],
      });
      expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|w0rd-of-ann|987654/);
    }
  });

  it('have to be given by another user who reruns them, and keep their types', async () => {
    const id = await started(secretFlow);
    const refused = await rerun(id, {}, operator);
    expect(refused).toMatchObject({ status: 400, body: { ok: false } });
    expect(issuesOf(refused).map((issue) => issue.split(':')[0])).toEqual([
      'inputs.pin',
      'inputs.login',
      'inputs.number',
    ]);
    const own = { 'inputs.pin': '1234', 'inputs.login': '{"user":"bob","word":"x"}', 'inputs.number': '42' };
    const answer = await rerun(id, { values: own }, operator);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(await readPlan(gateway.sql, (answer.body as { id: string }).id)).toMatchObject({
      inputs: { pin: '1234', login: { user: 'bob', word: 'x' }, number: 42, open: 'shown' },
    });
    const dropped = await rerun(id, { inputsSchema: {} }, operator);
    expect(dropped.status).toBe(400);
  });

  it('that are posted back as they were shown are kept for their author, and refused of others', async () => {
    const id = await started(secretFlow);
    const { body } = await call(gateway, 'GET', `/v1/runs/${id}/flow`, { as: ann });
    const { inputs } = (body as { flow: { inputs: object } }).flow;
    const changed = { inputs: { ...inputs, open: 'changed' } };
    const answer = await rerun(id, changed);
    expect(await readPlan(gateway.sql, (answer.body as { id: string }).id)).toMatchObject({
      inputs: { ...secretFlow.inputs, open: 'changed' },
    });
    expect((await rerun(id, changed, operator)).status).toBe(400);
    const deep = { inputs: { ...secretFlow.inputs, login: { user: 'bob', word: HIDDEN } } };
    expect(issuesOf(await rerun(id, deep, operator)).map((issue) => issue.split(':')[0])).toEqual([
      'inputs.login.word',
    ]);
  });

  it('are hidden where the schema says one that a step types, and have to be given by another user there, too', async () => {
    const inputsSchema = {
      properties: {
        pw: { type: 'string', default: 'hunter2', examples: ['hunter2'] },
        b: { default: 'shown' },
      },
    };
    const steps = [GOTO, { action: 'fill', selector: '#a', value: '${inputs.pw}' }];
    const id = await started({ steps, inputsSchema });
    const { body } = await call(gateway, 'GET', `/v1/runs/${id}/flow`, { as: ann });
    const { flow: shown, hidden } = body as { flow: { inputsSchema: object }; hidden: string[] };
    expect(shown).toMatchObject({
      inputs: { pw: HIDDEN, b: 'shown' },
      inputsSchema: { properties: { pw: { default: HIDDEN, examples: [HIDDEN] }, b: { default: 'shown' } } },
    });
    expect(hidden).toEqual(['inputs.pw', 'inputsSchema']);
    const changes = { inputsSchema: shown.inputsSchema, inputs: {} };
    const own = await rerun(id, changes);
    expect(await readPlan(gateway.sql, (own.body as { id: string }).id)).toMatchObject({ inputsSchema });
    const placesIn = (answer: { body: unknown }) => issuesOf(answer).map((issue) => issue.split(':')[0]);
    expect(placesIn(await rerun(id, changes, operator))).toEqual([
      'inputsSchema.properties.pw.default',
      'inputsSchema.properties.pw.examples.0',
    ]);
    expect(placesIn(await rerun(id, { values: { 'inputs.pw': 'mine' } }, operator))).toEqual([
      'inputsSchema',
    ]);
    const given = { inputs: { pw: 'mine' }, inputsSchema: { properties: { pw: { type: 'string' } } } };
    expect((await rerun(id, given, operator)).status).toBe(202);
  });
});

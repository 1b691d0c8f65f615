/* I10: a rerun is the old start with the given changes, and asks for secrets that another user wrote. */
import { describe, expect, it } from 'vitest';
import type { RepeatableRun } from '#shared/adapters/database/run-views/repeat.ts';
import { type RerunBody, startBody } from '#shared/api/contract/runs/start.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import { idempotencyKey } from '../../../../services/gateway/runs/idempotency.ts';
import { keptReference, repeatedBody, valueIssues } from '../../../../services/gateway/runs/repeat-flow.ts';

const FILL = { action: 'fill', selector: '#password', value: 'hunter2' } as const;
const PLAN: Flow = flowSchema.parse({ baseUrl: 'http://shop.test/a', steps: [FILL], contextId: 'c' });
const source = (given: Partial<RepeatableRun> = {}): RepeatableRun => ({
  projectId: 'p',
  plan: PLAN,
  options: {},
  userId: 'ann',
  flowName: null,
  flowVersion: null,
  ...given,
});
const NEW_STEPS = [{ action: 'goto', url: '/' }];

describe('the body of a rerun', () => {
  it('is that of the run it repeats, with its options, and starts it the same way', () => {
    const options = { maxDurationMs: 5, onRunnerLoss: 'requeue', concurrencyKey: 'k', cancelPrevious: true };
    const body = startBody.parse(repeatedBody(source({ options }), {}));
    expect(body).toEqual({ project: 'p', ...PLAN, ...options });
  });

  it('takes changes, and `null` takes a field away', () => {
    const changes = {
      baseUrl: 'http://shop.test/b',
      contextId: null,
      headless: false,
      defaultTimeoutMs: null,
    };
    expect(startBody.parse(repeatedBody(source(), changes))).toMatchObject({
      baseUrl: 'http://shop.test/b',
      headless: false,
      defaultTimeoutMs: 30_000,
    });
    expect(repeatedBody(source(), changes)).not.toHaveProperty('contextId');
  });

  it('without its concurrency key has nothing to cancel before it', () => {
    const options = { concurrencyKey: 'k', cancelPrevious: true };
    const body = startBody.parse(repeatedBody(source({ options }), { concurrencyKey: null }));
    expect(body.cancelPrevious).toBe(false);
  });

  it.each([
    ['the plan of a client of the original', { plan: { headless: false, steps: NEW_STEPS } }],
    ['a field that nobody knows', { rerunOf: 'x', id: 'y', status: 'pass' }],
    ['names of every object', JSON.parse('{"__proto__":{"headless":false},"constructor":1,"toString":2}')],
  ])('takes nothing from %s, which the contract refuses', (_, changes) => {
    expect(startBody.parse(repeatedBody(source(), changes))).toEqual(
      startBody.parse(repeatedBody(source(), {})),
    );
  });

  it.each(['project', 'baseUrl', 'steps'])('cannot do without %s', (field) => {
    const { error } = startBody.safeParse(repeatedBody(source(), { [field]: null }));
    expect(error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});

describe('I10: the secrets of a rerun', () => {
  const GOTO = { action: 'goto', url: 'http://bob:open@shop.test/' } as const;
  const NO_SECRET = { action: 'fill', selector: '#count', value: '250', secret: false } as const;
  const EMPTY = { action: 'fill', selector: '#note', value: '' } as const;
  const plan: Flow = {
    ...PLAN,
    baseUrl: 'http://ann:hidden@shop.test/',
    steps: [{ action: 'goto', url: '/' }, FILL, NO_SECRET, EMPTY, GOTO],
    onCancel: [{ ...FILL, secret: true }],
  };
  const missing = async (given: Partial<RepeatableRun>, changes: Record<string, unknown>, callerId = 'bob') =>
    (await valueIssues(source({ plan, ...given }), changes, callerId)).map(({ path }) => path.join('.'));
  const ALL = ['baseUrl', 'steps.1.value', 'steps.4.url', 'onCancel.0.value'];

  it.each<[string, Partial<RepeatableRun>, Record<string, unknown>, string[]]>([
    ['are asked for, place by place, if another user wrote them', {}, {}, ALL],
    ['are kept if the caller wrote them', { userId: 'bob' }, {}, []],
    ['are not asked for where none of them is left', {}, { steps: NEW_STEPS, onCancel: null }, ['baseUrl']],
    [
      'are asked for where some are left',
      {},
      { steps: NEW_STEPS, baseUrl: 'http://a.test' },
      ['onCancel.0.value'],
    ],
    [
      'are those that the caller gives',
      {},
      { values: Object.fromEntries(ALL.map((name) => [name, 'mine'])) },
      [],
    ],
    [
      'are only those of the flow',
      { userId: 'bob' },
      { values: { 'steps.0.selector': 'a' } },
      ['values.steps.0.selector'],
    ],
    [
      'cannot be given for steps that are replaced',
      {},
      { baseUrl: 'x', steps: NEW_STEPS, onCancel: [], values: { 'steps.1.value': 'a' } },
      ['values.steps.1.value'],
    ],
    [
      'cannot be given by names that every object has',
      { userId: 'bob' },
      { values: { constructor: 'a' } },
      ['values.constructor'],
    ],
  ])('%s', async (_, given, changes, places) => {
    expect(await missing(given, changes)).toEqual(places);
  });

  it('are put in their places', () => {
    const values = {
      baseUrl: 'http://b.test/',
      'steps.1.value': 'mine',
      'steps.4.url': '/4',
      'onCancel.0.value': '',
    };
    const body = startBody.parse(repeatedBody(source({ plan }), { values }));
    expect(body).toEqual({
      ...startBody.parse(repeatedBody(source({ plan }), {})),
      baseUrl: 'http://b.test/',
      steps: [plan.steps[0], { ...FILL, value: 'mine' }, NO_SECRET, EMPTY, { action: 'goto', url: '/4' }],
      onCancel: [{ ...FILL, secret: true, value: '' }],
    });
  });
});

describe('what a request with an Idempotency-Key is recognised by', () => {
  const hash = (asked: unknown) => idempotencyKey('k', asked).bodyHash;
  it('is the same for the same fields in another order, however deep', () => {
    expect(hash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(hash({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: { b: 1 } }, { b: { a: 1 } }],
  ])('tells %j from %j', (one, other) => {
    expect(hash(one)).not.toBe(hash(other));
  });
});

describe('the named flow of a run that is repeated', () => {
  const named = source({ flowName: 'order', flowVersion: 3 });
  const kept = (changes: RerunBody, run = named) =>
    keptReference(run, startBody.parse(repeatedBody(run, changes)));

  it.each<[string, RerunBody]>([
    ['nothing', {}],
    ['options', { labels: ['nightly'], maxDurationMs: 5, contextId: null }],
    ['inputs', { inputs: { article: 'mug' } }],
    ['the address', { baseUrl: 'http://other.test' }],
    ['nothing of steps that are given again', { steps: PLAN.steps, headless: true }],
  ])('stays if %s changes', (_, changes) => {
    expect(kept(changes)).toEqual({ name: 'order', version: 3 });
  });

  it.each<[string, RerunBody]>([
    ['steps', { steps: NEW_STEPS }],
    ['a value of a step', { values: { 'steps.0.value': 'other' } }],
    ['a setting', { defaultTimeoutMs: 5 }],
    ['the schema of its inputs', { inputsSchema: { type: 'object' } }],
  ])('does not if %s change: it would be another one', (_, changes) => {
    expect(kept(changes)).toBeUndefined();
  });

  it('is none for a run of a flow of its own', () => {
    expect(kept({}, source())).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { startBody } from '#shared/contract/runs.ts';
import type { RepeatableRun } from '#shared/database/run-views/repeat.ts';
import { type Flow, flowSchema } from '#shared/flow/flow.ts';
import { idempotencyKey } from '../../../services/gateway/runs/idempotency.ts';
import { carriesSecretsAway, repeatedBody, writerOf } from '../../../services/gateway/runs/repeat-flow.ts';

const FILL = { action: 'fill', selector: '#password', value: 'hunter2' } as const;
const PLAN: Flow = flowSchema.parse({ baseUrl: 'http://shop.test/a', steps: [FILL], contextId: 'c' });
const WITH_CLEANUP: Flow = { ...PLAN, onCancel: [FILL] };
const source = (given: Partial<RepeatableRun> = {}): RepeatableRun => ({
  projectId: 'p',
  plan: PLAN,
  options: {},
  flowBy: 'ann',
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
    ['the plan of older clients', { plan: { headless: false, steps: NEW_STEPS } }],
    ['a field that nobody knows', { rerunOf: 'x', id: 'y', status: 'pass' }],
    ['names of every object', JSON.parse('{"__proto__":{"headless":false},"constructor":1,"toString":2}')],
  ])('drops %s', (_, changes) => {
    expect(startBody.parse(repeatedBody(source(), changes))).toEqual(
      startBody.parse(repeatedBody(source(), {})),
    );
  });

  it.each(['project', 'baseUrl', 'steps'])('cannot do without %s', (field) => {
    const { error } = startBody.safeParse(repeatedBody(source(), { [field]: null }));
    expect(error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});

describe('I10: the steps that somebody else has written', () => {
  const OTHER = 'http://evil.test/';
  it.each<[string, Partial<RepeatableRun>, Record<string, unknown>, string, boolean]>([
    ['stay on their origin', {}, {}, 'http://shop.test/elsewhere', false],
    ['are not taken to another host', {}, {}, OTHER, true],
    ['nor to another port', {}, {}, 'http://shop.test:81/', true],
    ['nor to another scheme', {}, {}, 'https://shop.test/', true],
    ['do not matter where none of them is left', {}, { steps: NEW_STEPS }, OTHER, false],
    [
      'are not gone while those of onCancel are left',
      { plan: WITH_CLEANUP },
      { steps: NEW_STEPS },
      OTHER,
      true,
    ],
    ['nor while only those of onCancel are', { plan: WITH_CLEANUP }, { onCancel: [] }, OTHER, true],
    ['are gone with both', { plan: WITH_CLEANUP }, { steps: NEW_STEPS, onCancel: null }, OTHER, false],
    ['are anybody’s only if several have written them', { flowBy: null }, {}, OTHER, true],
    ['are one’s own to take anywhere', { flowBy: 'bob' }, {}, OTHER, false],
  ])('%s', (_, given, changes, baseUrl, away) => {
    expect(carriesSecretsAway(source(given), changes, { baseUrl, callerId: 'bob' })).toBe(away);
  });

  it.each<[string, Partial<RepeatableRun>, Record<string, unknown>, string | null]>([
    ['stay theirs in a rerun, and in a rerun of that', {}, {}, 'ann'],
    ['make room for one’s own', {}, { steps: NEW_STEPS }, 'bob'],
    ['mixed with one’s own are nobody’s', { plan: WITH_CLEANUP }, { steps: NEW_STEPS }, null],
    ['and stay so', { flowBy: null }, {}, null],
    ['until all are new', { plan: WITH_CLEANUP, flowBy: null }, { steps: NEW_STEPS, onCancel: [] }, 'bob'],
    [
      'are not asked for by who wrote them',
      { plan: WITH_CLEANUP, flowBy: 'bob' },
      { steps: NEW_STEPS },
      'bob',
    ],
  ])('%s', (_, given, changes, writer) => {
    expect(writerOf(source(given), changes, 'bob')).toBe(writer);
  });
});

describe('what a request with an Idempotency-Key is told by', () => {
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

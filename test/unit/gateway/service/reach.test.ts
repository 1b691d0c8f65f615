/* I13: a server that answers nothing is known to be away in two seconds, and one that answers others is not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReach, type Reach } from '../../../../services/gateway/service/reach.ts';

const FENCE_MS = 6_000;
const never = () => new Promise<boolean>(() => undefined);

let answer: () => Promise<boolean>;
let asked: number;
let said: unknown[];
let silent: string[];
let reach: Reach;
const say = (facts: object, text: string) => void said.push([text, facts]);
const open = () =>
  createReach({
    checks: {
      database: () => {
        asked += 1;
        return answer();
      },
      nats: async () => true,
    },
    log: { info: say, warn: say } as never,
    fenceMs: FENCE_MS,
    onSilent: (name) => void silent.push(name),
  });
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  answer = async () => true;
  asked = 0;
  said = [];
  silent = [];
  reach = open();
});
afterEach(() => {
  reach[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const at = (ms: number) => new Date(ms).toISOString();
const missing = () => reach.outages().map(({ name }) => name);

it('a dependency is out of reach until the first answer', async () => {
  await pass(1_000);
  answer = never;
  using starting = open();
  await pass(100);
  // Nor is it known for how long runners have been without it.
  expect(starting.outages()).toEqual([{ name: 'database', since: at(1_000) }]);
  starting.heard('database');
  expect(starting.outages()).toEqual([]);
});

it('what is not yet as it should be, as a schema that is being migrated, ends no run', async () => {
  answer = async () => false;
  using starting = open();
  await pass(5_000);
  expect(starting.outages()).toEqual([{ name: 'database', since: at(0) }]);
});

/** Looks like a page, in its own rhythm. */
async function lookFor(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 700) {
    missing();
    await pass(Math.min(700, ms - at));
  }
}

describe.each<[string, () => Promise<boolean>]>([
  ['answers nothing', never],
  ['cannot be asked', () => Promise.reject(new Error('gone'))],
])('a server that %s', (_, down) => {
  it.each([0, 130, 410, 690])(
    'is out of reach %i ms and a second after a look, since its last answer',
    async (ms) => {
      await lookFor(5_000 + ms);
      answer = down;
      await pass(350);
      expect(missing()).toEqual([]);
      await pass(800);
      const [outage] = reach.outages();
      const since = Date.parse(outage!.since);
      expect(since).toBeGreaterThanOrEqual(5_000 + ms - 400);
      expect(since).toBeLessThanOrEqual(5_000 + ms);
      expect(outage).toEqual({ name: 'database', since: at(since), runsGoOnUntil: at(since + FENCE_MS) });
      expect(silent).toEqual([]);
      await pass(60_000);
      expect(reach.outages()).toEqual([outage]);
      expect(new Set(silent)).toEqual(new Set(['database']));
    },
  );

  it.each([0, 250, 500, 750])('is out of reach within two seconds without a look (%i)', async (ms) => {
    await pass(20_000 + ms);
    answer = down;
    await pass(1_800);
    expect(said.at(-1)).toEqual(['out of reach', { dependency: 'database' }]);
  });
});

it('a dependency is asked once a second while nobody looks, and not while a reader hears of it anyway', async () => {
  await pass(10_000);
  asked = 0;
  await pass(10_000);
  expect(asked).toBe(10);
  asked = 0;
  await lookFor(10_000);
  expect(asked).toBeGreaterThanOrEqual(20);
  expect(asked).toBeLessThanOrEqual(25);
  asked = 0;
  for (let n = 0; n < 100; n += 1) {
    await pass(100);
    reach.heard('database');
    missing();
  }
  expect(asked).toBe(10);
});

it('what is not as it should be is out of reach within a second, also if another server answers', async () => {
  await pass(1_000);
  answer = async () => false;
  for (let n = 0; n < 10; n += 1) {
    await pass(100);
    reach.heard('database');
  }
  expect(missing()).toEqual(['database']);
  answer = async () => true;
  await pass(250);
  expect(missing()).toEqual([]);
});

it('one question is under way at a time, and its late answer ends the outage', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  await pass(1_000);
  const before = asked;
  answer = () => promise;
  await pass(10_000);
  expect(asked).toBe(before + 1);
  expect(await reach.checks.database!()).toBe(false);
  expect(await reach.checks.nats!()).toBe(true);
  resolve(true);
  await pass(0);
  expect(missing()).toEqual([]);
  expect(said.slice(-2)).toEqual([
    ['out of reach', { dependency: 'database' }],
    ['within reach', { dependency: 'database' }],
  ]);
});

it('I13: a server that answers others is within reach, however long the question waits for its turn', async () => {
  await pass(1_000);
  answer = never;
  for (let n = 0; n < 20; n += 1) {
    await pass(250);
    reach.heard('database');
  }
  expect(missing()).toEqual([]);
});

it('a process that had no processor time blames nobody', async () => {
  await pass(1_000);
  answer = never;
  vi.setSystemTime(60_000);
  await pass(250);
  expect(missing()).toEqual([]);
});

it('it is known since when each answers, or does not, and an outage that is over is taken once', async () => {
  await pass(1_000);
  expect(reach.looks()).toEqual({
    database: { answers: true, since: at(0), latencyMs: 0 },
    nats: { answers: true, since: at(0), latencyMs: 0 },
  });
  expect(reach.takeEnded()).toEqual([]);
  answer = never;
  await pass(5_000);
  const { since } = reach.outages()[0]!;
  expect(reach.looks().database).toEqual({ answers: false, since, latencyMs: 0 });
  expect(reach.takeEnded()).toEqual([]);
  answer = async () => true;
  reach.heard('database');
  expect(reach.takeEnded()).toEqual([{ name: 'database', since, until: at(6_000) }]);
  expect(reach.takeEnded()).toEqual([]);
  expect(reach.looks().database).toMatchObject({ answers: true, since: at(6_000) });
});

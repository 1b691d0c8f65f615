import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReach, type Reach } from '../../../services/gateway/service/reach.ts';

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

it('is out of reach until the first answer', async () => {
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

it.each<[string, () => Promise<boolean>]>([
  ['answers nothing', never],
  ['cannot be asked', () => Promise.reject(new Error('gone'))],
])('a server that %s is out of reach within a second, since its last answer', async (_, down) => {
  await pass(5_000);
  answer = down;
  await pass(500);
  expect(missing()).toEqual([]);
  await pass(750);
  const [outage] = reach.outages();
  expect(outage).toEqual({ name: 'database', since: at(5_000), runsGoOnUntil: at(5_000 + FENCE_MS) });
  expect(silent).toEqual([]);
  await pass(60_000);
  expect(reach.outages()).toEqual([outage]);
  expect(new Set(silent)).toEqual(new Set(['database']));
});

it('what is not as it should be is out of reach at once, also if it answers somebody else', async () => {
  await pass(1_000);
  answer = async () => false;
  await pass(250);
  reach.heard('database');
  expect(reach.outages()).toMatchObject([{ name: 'database', since: at(1_000) }]);
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

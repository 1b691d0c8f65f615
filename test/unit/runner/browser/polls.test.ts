import { expect, test } from 'vitest';
import { Polls } from '../../../../services/runner/browser/polls.ts';

const LATE_MS = 2_000;
const poll = (n: number) => ({ method: 'GET', url: `https://shop.test/poll?at=${n}` });

test('what was answered late and is asked for again right then is a poll from then on', () => {
  const polls = new Polls(LATE_MS);
  expect(polls.begins(poll(0), 0)).toBe(false);
  polls.ended({ ...poll(0), since: 0 }, 25_000);
  expect(polls.begins(poll(1), 25_100)).toBe(true);
  expect(polls.begins(poll(2), 90_000)).toBe(true);
  expect(polls.begins({ ...poll(3), method: 'POST' }, 90_000)).toBe(false);
  expect(polls.begins({ method: 'GET', url: 'https://shop.test/order' }, 90_000)).toBe(false);
});

test('what was answered soon, or is asked for again only later, is none', () => {
  const polls = new Polls(LATE_MS);
  polls.ended({ ...poll(0), since: 0 }, 300);
  expect(polls.begins(poll(1), 400)).toBe(false);
  polls.ended({ ...poll(1), since: 400 }, 5_000);
  expect(polls.begins(poll(2), 30_000)).toBe(false);
});

/* Only requests that are answered late and asked again at once, twice in a row, count as polls. */
import { expect, test } from 'vitest';
import { Polls } from '../../../../services/runner/browser/polls.ts';

const LATE_MS = 2_000;
const poll = (n: number) => ({ method: 'GET', url: `https://shop.test/poll?at=${n}` });
/** Asked for and answered at these times; whether it was a poll. */
const answered = (polls: Polls, asked: { method: string; url: string }, since: number, end: number) => {
  const isPoll = polls.begins(asked, since);
  polls.ended({ ...asked, since }, end);
  return isPoll;
};

test('what is answered late and asked for again right then, twice in a row, is a poll', () => {
  const polls = new Polls(LATE_MS);
  expect(answered(polls, poll(0), 0, 25_000)).toBe(false);
  expect(answered(polls, poll(1), 25_100, 50_000)).toBe(false);
  expect(polls.begins(poll(2), 50_100)).toBe(true);
  expect(polls.begins(poll(3), 90_000)).toBe(true);
  expect(polls.begins({ method: 'GET', url: 'https://shop.test/order' }, 90_000)).toBe(false);
});

test('one slow answer that is followed by another question makes none', () => {
  const polls = new Polls(LATE_MS);
  const graph = { method: 'POST', url: 'https://shop.test/graphql' };
  for (const at of [0, 3_000, 6_000, 9_000]) expect(answered(polls, graph, at, at + 2_900)).toBe(false);
  expect(answered(polls, poll(0), 0, 2_500)).toBe(false);
  expect(answered(polls, poll(1), 2_600, 2_700)).toBe(false);
  expect(answered(polls, poll(2), 2_800, 9_000)).toBe(false);
  expect(polls.begins(poll(3), 9_100)).toBe(false);
});

test('what was answered soon, or is asked for again only later, is none', () => {
  const polls = new Polls(LATE_MS);
  expect(answered(polls, poll(0), 0, 300)).toBe(false);
  expect(answered(polls, poll(1), 400, 5_000)).toBe(false);
  expect(answered(polls, poll(2), 30_000, 40_000)).toBe(false);
  expect(answered(polls, poll(3), 70_000, 80_000)).toBe(false);
});

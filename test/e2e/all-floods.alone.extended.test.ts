/* I4, I8, I13: on real processes, a run beside a page that floods ends in its time, and its page with it. */
import { test } from 'vitest';
import { CLOSED, useBesideFlood } from '../support/stack/beside-flood.ts';

const besideFlood = useBesideFlood(4_000);

test.each([
  { flood: 'messages that it sends over a socket', error: CLOSED },
  { flood: 'messages that it gets over sockets' },
  { flood: 'empty messages over sockets' },
  { flood: 'uncaught errors', error: CLOSED },
  { flood: 'replaceState' },
  { flood: 'frames within frames' },
] as const)(
  'I4, I8, I13: a run beside a page that floods with $flood ends within its grace budget, and its page with it',
  besideFlood,
);

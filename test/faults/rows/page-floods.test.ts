/*
 * All that a page can flood its browser with. The tests of browsers and stacks take one of each kind.
 */
import { describe, test } from 'vitest';
import { besideFlood } from '../../integration/browser/beside-flood.ts';
import { FLOODS, type Flood } from '../../support/sites/flood-site.ts';
import { CLOSED, useBesideFlood } from '../../support/stack/beside-flood.ts';

test.each(Object.keys(FLOODS) as Flood[])(
  'I4, I13: a page that floods with %s keeps the run beside it from its end no longer than its grace budget',
  { timeout: 40_000 },
  besideFlood,
);

describe('in a stack', () => {
  const inStack = useBesideFlood(4_000);

  test.each([
    { flood: 'messages that it sends over a socket', error: CLOSED },
    { flood: 'messages that it gets over sockets' },
    { flood: 'empty messages over sockets' },
    { flood: 'uncaught errors', error: CLOSED },
    { flood: 'replaceState' },
    { flood: 'frames within frames' },
  ] as const)(
    'I4, I8, I13: a run beside a page that floods with $flood ends within its grace budget, and its page with it',
    inStack,
  );
});

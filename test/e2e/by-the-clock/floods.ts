import { describe, test } from 'vitest';
import { CLOSED, useBesideFlood } from '../../support/stack/beside-flood.ts';

describe('a run beside a flood', () => {
  const besideFlood = useBesideFlood(2_000);

  test.each([
    { flood: 'messages that it sends over a socket', error: CLOSED },
    // Not counted, so that it takes the whole ladder, the kill of the browser included.
    { flood: 'empty messages over sockets' },
  ] as const)(
    'I4, I8, I13: a run beside a page that floods with $flood ends within its grace budget, and its page with it',
    besideFlood,
  );
});

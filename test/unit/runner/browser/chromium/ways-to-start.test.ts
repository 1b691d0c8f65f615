/* Chromium starts as safely as was asked and is possible, and anything weaker is reported. */
import { describe, expect, test } from 'vitest';
import { waysToStart } from '../../../../../services/runner/browser/chromium/ways-to-start.ts';

const USER = { uid: 61_100, gid: 61_100 };
const waysOf = (options: Parameters<typeof waysToStart>[0]) =>
  waysToStart(options).map(
    ({ user, sandbox }) => `${user ? 'own user' : 'runner'}, ${sandbox ? 'sandbox' : 'none'}`,
  );

describe('how Chromium is started', () => {
  test.each([
    ['on', true, USER, ['own user, sandbox']],
    ['on', false, undefined, ['runner, sandbox']],
    // It is the sandbox that is off, not the user.
    ['off', true, USER, ['own user, none']],
    ['off', false, USER, ['own user, none']],
    ['off', false, undefined, ['runner, none']],
    ['auto', true, USER, ['own user, sandbox', 'own user, none', 'runner, none']],
    ['auto', false, USER, ['own user, sandbox', 'own user, none', 'runner, none']],
    ['auto', true, undefined, ['runner, none']],
    ['auto', false, undefined, ['runner, sandbox', 'runner, none']],
  ] as const)('sandbox %s, root %s, user %o: %j', (sandbox, isRoot, user, ways) => {
    expect(waysOf({ sandbox, isRoot, user })).toEqual(ways);
  });

  test('is reported whenever it is weaker than asked, and never when it is as asked', () => {
    for (const isRoot of [true, false])
      for (const user of [USER, undefined])
        for (const { sandbox, user: own, warning } of waysToStart({ sandbox: 'auto', isRoot, user }))
          expect(warning === undefined).toBe(sandbox && own === user);
  });
});

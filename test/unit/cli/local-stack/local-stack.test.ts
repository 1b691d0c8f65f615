/* A stack for one command takes no setting of the one that a person has set up, but for the browser. */
import { expect, test } from 'vitest';
import { localEnvironment } from '../../../../services/cli/local-stack/local-stack.ts';

test('the stack of one command takes nothing of the one that a person has set up, but for the browser', () => {
  const env = {
    PATH: '/bin',
    CHROMIUM_PATH: '/chromium',
    GHOSTLY_SANDBOX: 'off',
    DATABASE_URL: 'postgres://theirs',
    NATS_URL: 'nats://theirs',
    PORT: '4000',
    GHOSTLY_HOME: '/theirs',
    GHOSTLY_JWT_SECRET: 'theirs',
    GHOSTLY_LEASE_MS: '100',
    FORCE_COLOR: '1',
  };
  expect(localEnvironment(env, '/own')).toEqual({
    PATH: '/bin',
    CHROMIUM_PATH: '/chromium',
    GHOSTLY_SANDBOX: 'off',
    GHOSTLY_HOME: '/own',
    GHOSTLY_DRAIN_MS: '0',
  });
});

import { expect, test } from 'vitest';
import { costLines, costsOf } from '../../../../services/cli/demo/cancel-cost.ts';
import { demoEnvironment } from '../../../../services/cli/demo/demo-stack.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';

test('the demo’s stack takes nothing of the one that a person has set up, but for the browser', () => {
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
  expect(demoEnvironment(env, '/own')).toEqual({
    PATH: '/bin',
    CHROMIUM_PATH: '/chromium',
    GHOSTLY_SANDBOX: 'off',
    GHOSTLY_HOME: '/own',
    GHOSTLY_DRAIN_MS: '0',
  });
});

test('what a cancel cost counts from its request, quickest first, and never below nothing', () => {
  const costs = costsOf({ requestedAt: 100, repliedAt: 104, abortedAt: 99, endedAt: 116 });
  expect(costs.map(({ ms }) => ms)).toEqual([0, 4, 16]);
  expect(costs[0]?.text).toContain('abort');
});

test('the bars are to scale, and the texts begin in one column', () => {
  const costs = [
    { ms: 0, text: 'a' },
    { ms: 8, text: 'b' },
    { ms: 16, text: 'c' },
  ];
  const lines = costLines(costs, createPalette(false));
  expect(lines).toEqual([
    `    0 ms  ▏${' '.repeat(17)}  a`,
    `    8 ms  ${'█'.repeat(9)}${' '.repeat(9)}  b`,
    `   16 ms  ${'█'.repeat(18)}  c`,
  ]);
});

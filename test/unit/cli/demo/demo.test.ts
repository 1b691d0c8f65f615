/* The demo shows to scale how long each part of a cancel took after its request. */
import { expect, test } from 'vitest';
import { costLines, costsOf } from '../../../../services/cli/demo/cancel-cost.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';

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

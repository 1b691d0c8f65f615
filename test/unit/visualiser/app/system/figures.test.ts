/* Only live runners that take runs count with their slots; runs on silent and lost ones are counted apart. */
import { expect, it } from 'vitest';
import type { System } from '#shared/api/contract/service/system.ts';
import { figuresOf } from '../../../../../services/visualiser/app/system/figures.ts';

const runner = (condition: 'alive' | 'silent' | 'gone', slots: number, busy: number, takesRuns = true) =>
  ({ condition, slots, busy, takesRuns }) as System['runners'][number];

it('the slots of silent and lost runners, and of those that take none, count as none, and their runs apart', () => {
  const system = {
    now: '2026-11-27T12:00:30.000Z',
    queue: { length: 5, oldestAt: '2026-11-27T12:00:10.000Z', causes: [] },
    runners: [
      runner('alive', 4, 3),
      runner('alive', 4, 1, false),
      runner('silent', 4, 2),
      runner('gone', 8, 1),
    ],
  } as Partial<System> as System;
  expect(figuresOf(system)).toEqual({
    waiting: 5,
    oldestMs: 20_000,
    slots: 4,
    busy: 3,
    onSilent: 2,
    onLost: 1,
  });
});

/* Tests stand in folders of the same names as the sources that they are for. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Tests of the sources and pages as texts, and those of clients that are not ours. */
const WITHOUT_SOURCE = ['house', 'gateway/older-clients'];
const ABOVE = ['shared', 'services', '.', 'test'];

it.each(['unit', 'integration'])('test/%s has the folders of the sources', (kind) => {
  const tests = globSync('**/*.test.ts', { cwd: join(ROOT, 'test', kind) });
  const rooms = [...new Set(tests.map((path) => dirname(path)))];
  expect(rooms.length).toBeGreaterThan(10);
  const isRoom = (room: string) => room !== '.' && ABOVE.some((above) => existsSync(join(ROOT, above, room)));
  expect(rooms.filter((room) => !isRoom(room) && !WITHOUT_SOURCE.includes(room))).toEqual([]);
});

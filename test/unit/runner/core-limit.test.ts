/* A runner knows how many cores its container may use. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { coreLimit } from '../../../services/runner/core-limit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-groups-'));
});
afterEach(() => rm(folder, { recursive: true }));

const limitWith = async (files: Record<string, string>): Promise<number> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return coreLimit({ folder, own: join(folder, 'own') });
};

it.each<[string, number, Record<string, string>]>([
  ['a container with groups of version 2', 1.5, { own: '0::/\n', 'cpu.max': '150000 100000\n' }],
  [
    'one that sees where it is on its machine, with a limit above',
    2,
    {
      own: '0::/kubepods/pod1/container\n',
      'kubepods/pod1/cpu.max': '200000 100000\n',
      'kubepods/pod1/container/cpu.max': 'max 100000\n',
    },
  ],
  [
    'one with groups of version 1',
    0.5,
    {
      own: '4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n0::/\n',
      'cpu/cpu.cfs_quota_us': '50000\n',
      'cpu/cpu.cfs_period_us': '100000\n',
    },
  ],
  [
    'the same beside groups of version 2',
    1,
    {
      own: '1:cpu:/ghostly\n0::/\n',
      'cpu/cpu.cfs_quota_us': '-1\n',
      'cpu/cpu.cfs_period_us': '100000\n',
      'cpu/ghostly/cpu.cfs_quota_us': '100000\n',
      'cpu/ghostly/cpu.cfs_period_us': '100000\n',
    },
  ],
  ['a container without a quota', Infinity, { own: '0::/\n', 'cpu.max': 'max 100000\n' }],
  ['no groups at all', Infinity, {}],
])('the cores of %s', async (_, cores, files) => {
  expect(await limitWith(files)).toBe(cores);
});

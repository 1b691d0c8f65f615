/*
 * Wrong clocks for real processes: an environment with libfaketime, the machine's own or unpacked from its Debian package
 * into the folder where set-up keeps such things. The monotonic clock stays right, as on any machine.
 */
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '#shared/adapters/binaries/cache.ts';
import { runCommand } from '#shared/adapters/binaries/run.ts';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';

export interface FakeClock {
  /** For the process whose clock it is. */
  env: NodeJS.ProcessEnv;
  /** Sets it so many seconds before (negative) or after the true time, at once. */
  set(seconds: number): Promise<void>;
}

const GET_MS = 120_000;

/** A clock that is wrong by so many seconds. `folder` keeps its offset. */
export async function fakeClock(folder: string, seconds: number): Promise<FakeClock> {
  const library = findFaketime();
  if (library === undefined) throw new Error('wrong clocks need libfaketime (test/support/machine.ts)');
  const file = join(await mkdtemp(join(folder, 'clock-')), 'offset');
  // Written in one move: libfaketime ends a process that reads an empty file, and it hangs in that.
  const set = (offset: number) => writeFileAtomically(file, `${offset < 0 ? '' : '+'}${offset}s`);
  await set(seconds);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DISABLE_SHM: '1',
    },
    set,
  };
}

const unpacked = () => join(cacheFolder(process.env), 'debian/libfaketime');
const find = (root: string): string | undefined =>
  globSync('usr/lib/{*/,}faketime/libfaketimeMT.so.1', { cwd: root }).map((path) => join(root, path))[0];

export const findFaketime = (): string | undefined => find('/') ?? find(unpacked());

/** Unpacks the Debian package, if the machine can download it. */
export async function getFaketime(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'ghostly-test-faketime-'));
  const options = { env: process.env, timeoutMs: GET_MS, cwd: work };
  const download = () => runCommand('apt-get', ['download', 'libfaketime'], options);
  try {
    // No package lists yet, as in a fresh container.
    if (!(await download()).ok) {
      await runCommand('apt-get', ['update'], options);
      await download();
    }
    await mkdir(unpacked(), { recursive: true });
    for (const name of globSync('*.deb', { cwd: work }))
      await runCommand('dpkg-deb', ['-x', join(work, name), unpacked()], options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

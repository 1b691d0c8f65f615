import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '#shared/adapters/binaries/run.ts';
import { eventually } from '../eventually.ts';

export interface TinyDisk {
  /** Writes until there is no room left. */
  fill(): Promise<void>;
  /** Takes away what `fill` wrote. */
  empty(): Promise<void>;
  unmount(): Promise<void>;
}

const MOUNT_MS = 10_000;
const run = (command: string, args: string[]) =>
  runCommand(command, args, { env: process.env, timeoutMs: MOUNT_MS });

/** A file system of its own at `folder`, in memory, of `kib`. Only root may mount one. */
export async function mountTinyDisk(folder: string, kib: number): Promise<TinyDisk> {
  await mkdir(folder, { recursive: true });
  const { ok, lines } = await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder]);
  if (!ok) throw new Error(`a full disk needs the right to mount one (root): ${lines.join(' ')}`);
  const ballast = join(folder, 'ballast');
  return {
    async fill() {
      await using file = await open(ballast, 'a');
      try {
        for (;;) await file.write(Buffer.alloc(4_096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    empty: () => rm(ballast, { force: true }),
    async unmount() {
      // It is busy as long as a browser that was killed is on its way out.
      await eventually(async () => {
        const { ok: gone, lines: said } = await run('umount', [folder]);
        if (!gone) throw new Error(`could not be unmounted: ${said.join(' ')}`);
      });
    },
  };
}

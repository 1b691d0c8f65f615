/* What an engine that was ended in the middle of a build leaves: processes, mounts, and the table of its networks. */
import { readdir, readFile } from 'node:fs/promises';
import { processesWith } from '../support/stack/leaks.ts';
import { command } from './command.ts';

const mountsOf = async (pid: string): Promise<string[]> =>
  (await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '')).split('\n'); // gone meanwhile

/** Processes whose root file system is below `folder`, by the layers that it is made of. */
export async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const inside = pids.map(async (pid) => {
    const root = (await mountsOf(pid)).find((line) => line.split(' ')[4] === '/');
    return root?.includes(`${folder}/`) ? [Number(pid)] : [];
  });
  return (await Promise.all(inside)).flat();
}

/** Also what carries its path: podman's monitors of `exec` wait five minutes for a question about how it ended. */
export async function killAllIn(folder: string): Promise<void> {
  const monitors = (await processesWith(folder)).map(({ pid }) => pid);
  for (const pid of [...(await processesIn(folder)), ...monitors]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

export async function unmountBelow(folder: string): Promise<void> {
  const paths = (await mountsOf('self')).map((line) => line.split(' ')[4] ?? '');
  for (const path of paths.filter((each) => each.startsWith(`${folder}/`)).toReversed())
    await command('umount', ['--lazy', path]);
}

/** It belongs to all networks of podman, and stays when the last of them is gone. */
export async function removeEmptyTable(): Promise<void> {
  const tables = await command('nft', ['list', 'tables', 'inet']);
  if (!tables.includes('table inet netavark')) return;
  const rules = await command('nft', ['list', 'table', 'inet', 'netavark']);
  if (!rules.includes('nv_')) await command('nft', ['delete', 'table', 'inet', 'netavark']);
}

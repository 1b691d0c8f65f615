import {
  chmod,
  copyFile,
  type FileHandle,
  mkdir,
  readdir,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf } from '#shared/domain/run/day.ts';
import { onCode } from '#shared/platform/files/on-code.ts';
import { openContained } from '#shared/platform/files/open-contained.ts';
import { makePrivateFolder } from '#shared/platform/files/private-folder.ts';
import type { Artifact, Artifacts, HandedOver } from './artifacts.ts';

/** A folder for each run in `root`, in that of its day if it has one, readable only by this user. */
export function artifactsInFolder(root: string): Artifacts {
  const removeFolder = (folder: string) => rm(join(root, folder), { recursive: true, force: true });
  return {
    prepare: () => makePrivateFolder(root),

    async put(runId, name, content) {
      const folder = join(root, folderOf(runId));
      const part = join(folder, `${name}.part`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        if (content instanceof Uint8Array) await writeFile(part, content, { mode: 0o600 });
        else await take(content, part);
        await rename(part, join(folder, name));
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined); // a part of it is no artifact
        throw error;
      }
      return `${runId}/${name}`;
    },

    async open(runId, name) {
      const handle = await openContained(root, pathOf(runId, name));
      return handle && opened(handle);
    },

    async list(runId) {
      const names = await readdir(join(root, folderOf(runId))).catch(onCode<string[]>('ENOENT', []));
      return names.filter((name) => !name.endsWith('.part'));
    },

    async discard(runId, names) {
      const folder = join(root, folderOf(runId));
      for (const name of names) await rm(join(folder, name), { force: true });
      await rmdir(folder).catch(() => undefined); // others are in it
    },

    remove: (runId) => removeFolder(folderOf(runId)),
    removeDay: removeFolder,
  };
}

/** Below the root of a store, where an artifact is put; without a name, the run's folder. */
export const pathOf = (runId: string, name: string): string => `${folderOf(runId)}/${name}`;

function folderOf(runId: string): string {
  const day = dayOf(runId);
  return day === undefined ? runId : `${day}/${runId}`;
}

async function opened(handle: FileHandle): Promise<Artifact> {
  const { size } = await handle.stat();
  return {
    size,
    read: (range) => handle.createReadStream(range),
    close: () => handle.close(),
  };
}

async function take({ file }: HandedOver, to: string): Promise<void> {
  await chmod(file, 0o600);
  // The two may be on different disks.
  await rename(file, to).catch(async () => {
    await copyFile(file, to);
    await rm(file, { force: true });
  });
}

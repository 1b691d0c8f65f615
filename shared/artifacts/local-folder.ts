import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openContained } from '#shared/process/open-contained.ts';
import { makePrivateFolder } from '#shared/process/private-folder.ts';
import type { Artifacts, HandedOver } from './artifacts.ts';

/** A folder for each run in `root`, readable only by this user. */
export function artifactsInFolder(root: string): Artifacts {
  return {
    prepare: () => makePrivateFolder(root),

    async put(runId, name, content) {
      const folder = join(root, runId);
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
      const handle = await openContained(root, `${runId}/${name}`);
      if (!handle) return undefined;
      const { size } = await handle.stat();
      return {
        size,
        read: (range) => handle.createReadStream(range),
        close: () => handle.close(),
      };
    },

    remove: (runId) => rm(join(root, runId), { recursive: true, force: true }),
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

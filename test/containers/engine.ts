/*
 * A podman with everything in one folder: images, containers, volumes, networks, and the socket for docker-compose.
 * Owns what it starts and leaves nothing, also after a signal; what a killed run has left, the next one removes.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '#shared/platform/process/identity.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/stack/leaks.ts';
import { command } from './command.ts';
import { startHealthChecks } from './health-checks.ts';
import { killAllIn, processesIn, removeEmptyTable, unmountBelow } from './left.ts';

export type Podman = (args: readonly string[], signal?: AbortSignal) => Promise<string>;

export interface Engine extends AsyncDisposable {
  folder: string;
  /** Socket of its API, for docker-compose. */
  socket: string;
  podman: Podman;
}

const PLACE = '/var/tmp';
const NAME = /^ghostly-containers-(\d+)$/;

export async function startEngine(signal: AbortSignal): Promise<Engine> {
  for (const name of await readdir(PLACE))
    if (NAME.test(name) && !isAlive(Number(NAME.exec(name)![1]))) await removeAll(join(PLACE, name));

  const folder = join(PLACE, `ghostly-containers-${process.pid}`);
  await mkdir(folder, { mode: 0o700 });
  await writeConfig(folder);
  await using started = new AsyncDisposableStack();
  started.defer(() => removeAll(folder));
  const podman: Podman = (args, given = signal) => podmanIn(folder, args, given);
  const socket = join(folder, 'api.sock');
  started.use(serveApi(folder, socket));
  await eventually(() =>
    command('curl', ['-sf', '--unix-socket', socket, 'http://podman/_ping'], { signal }),
  );
  started.use(startHealthChecks(podman));
  const all = started.move();
  return { folder, socket, podman, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Profile of the runner; here of all other containers and builds, too, which need less. */
const PROFILE = join(import.meta.dirname, '../../deploy/kubernetes/nodes/chromium.json');
/**
 * Own locks: by default all podmans of a machine share theirs, and a new one begins by freeing them. One seccomp profile
 * for all: the API does not take a container's profile by content, the form that docker-compose sends.
 */
const CONFIG = 'containers.conf';
const writeConfig = (folder: string) =>
  writeFile(
    join(folder, CONFIG),
    `[engine]\nlock_type = "file"\n[containers]\nseccomp_profile = "${PROFILE}"\n`,
  );
const envOf = (folder: string) => ({
  CONTAINERS_CONF_OVERRIDE: join(folder, CONFIG),
  PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
  // Not /var/tmp, where a build that is killed would leave its files.
  TMPDIR: folder,
});

/** Networks included. `runc`, because crun refuses machines with both versions of cgroups. */
const flagsOf = (folder: string): string[] => [
  ...['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')],
  ...['--network-config-dir', join(folder, 'networks'), '--storage-driver', 'overlay', '--runtime', 'runc'],
];

const podmanIn = (folder: string, args: readonly string[], signal?: AbortSignal): Promise<string> =>
  command('podman', [...flagsOf(folder), ...args], { env: envOf(folder), signal });

function serveApi(folder: string, socket: string): AsyncDisposable {
  const args = [...flagsOf(folder), 'system', 'service', '--time=0', `unix://${socket}`];
  const child = spawn('podman', args, {
    env: { ...process.env, ...envOf(folder) },
    stdio: 'ignore',
    detached: true,
  });
  const closed = once(child, 'close');
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

async function removeAll(folder: string): Promise<void> {
  await writeConfig(folder); // a run that was killed may not have come to it, or have removed it already
  await podmanIn(folder, ['rm', '--all', '--force', '--time', '0', '--volumes']);
  await podmanIn(folder, ['volume', 'rm', '--all', '--force']);
  await podmanIn(folder, ['network', 'prune', '--force']);
  await killAllIn(folder);
  await removeEmptyTable();
  await unmountBelow(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await expectNothingLeft(folder, []);
  assert.deepEqual(await processesIn(folder), []);
}

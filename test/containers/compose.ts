import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { command } from './command.ts';
import type { Engine } from './engine.ts';
import { IMAGES, ROOT } from './images.ts';

export interface Compose {
  /** URL of the gateway on this machine. */
  url: string;
  admin: { email: string; password: string };
  /** docker-compose with the files of this tree, or of the one at `folder`. */
  run(args: readonly string[], folder?: string): Promise<string>;
  /** Changes the `.env` file; services have it when they are started again. Resolves to what these variables were before. */
  set(changed: Record<string, string>): Promise<Record<string, string>>;
  /** What `docker-compose build` does last: gives the compose file's names to the images of a version. */
  use(version: 'before' | 'now'): Promise<void>;
}

/** Long enough for a machine that does other work, too. */
const LONGEST_MS = 400_000;
const OVERRIDES = join(import.meta.dirname, 'compose.test.yml');

export async function createCompose(
  { folder, socket, podman }: Engine,
  signal: AbortSignal,
): Promise<Compose> {
  const [gateway, nats] = await freePorts();
  const secret = () => randomBytes(16).toString('hex');
  const password = secret();
  const variables: Record<string, string> = {
    GHOSTLY_JWT_SECRET: secret(),
    POSTGRES_PASSWORD: secret(),
    GHOSTLY_DATABASE_PASSWORD: secret(),
    NATS_PASSWORD: secret(),
    GHOSTLY_ADMIN_PASSWORD: password,
    SITE: import.meta.dirname,
    GHOSTLY_PORT: String(gateway),
    NATS_PORT: String(nats),
    GHOSTLY_EGRESS: 'site',
    GHOSTLY_SANDBOX: 'on',
  };
  const envFile = join(folder, '.env');
  const write = async () => {
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(envFile, lines.join(''), { mode: 0o600 });
  };
  await write();
  const env = { DOCKER_HOST: `unix://${socket}` };
  return {
    url: `http://127.0.0.1:${gateway}`,
    admin: { email: 'admin@ghostly.local', password },
    run: (args, tree = ROOT) => {
      const files = ['--file', join(tree, 'docker-compose.yml'), '--file', OVERRIDES, '--env-file', envFile];
      return command('docker-compose', [...files, ...args], {
        env,
        cwd: tree,
        signal,
        timeoutMs: LONGEST_MS,
      });
    },
    async set(changed) {
      const before = Object.fromEntries(Object.keys(changed).map((name) => [name, variables[name] ?? '']));
      Object.assign(variables, changed);
      await write();
      return before;
    },
    async use(version) {
      for (const name of IMAGES)
        await podman(['tag', `${name}:${version}`, `docker.io/library/${name}:latest`]);
    },
  };
}

/** Free a moment ago. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) ports.push(address.port);
  }
  for (const server of servers) server.close();
  return [ports[0]!, ports[1]!];
}

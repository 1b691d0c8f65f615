/*
 * A cluster of three nats-servers with JetStream on loopback, for one test file. Owns their folders and processes, from
 * start to the end of the file; ends them by their pids.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import { findNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { createIssuerSeed, openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { accountsConfig, READER_USER, SERVICE_USER } from '../../../services/cli/local/nats/config.ts';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import {
  type ServerProcess,
  startServerProcess,
} from '../../../services/cli/local/process/server-process.ts';
import { randomSecret } from '../../../services/cli/local/secret.ts';
import { eventually } from '../eventually.ts';
import { afterFile, whenTestFails } from '../file-hooks.ts';

export interface ClusterNode {
  readonly name: string;
  readonly port: number;
  kill(): Promise<void>;
  /** Starts it with its store, on its old port. */
  startAgain(): Promise<void>;
}

export interface NatsCluster {
  readonly nodes: readonly ClusterNode[];
  /** URLs of all nodes, separated by commas, for the services. */
  readonly serviceUrl: string;
  readonly issuerSeed: string;
  /** A reader of events, at one of them. */
  readerUrl(node: ClusterNode): string;
}

const SIZE = 3;
const READY_WITHIN_MS = 30_000;
const SOON = { timeoutMs: 10_000, everyMs: 200 };

export async function startNatsCluster(): Promise<NatsCluster> {
  const root = await mkdtemp(join(tmpdir(), 'nats-'));
  const binary = await findNatsServer({ env: process.env });
  const issuerSeed = createIssuerSeed();
  const credentials = { service: randomSecret(), reader: randomSecret() };
  const accounts = accountsConfig({ credentials, issuer: openIssuer(issuerSeed).publicKey });
  const places = await Promise.all(
    Array.from({ length: SIZE }, async (_, n) => ({
      name: `node-${n + 1}`,
      port: await freePort(),
      clusterPort: await freePort(),
    })),
  );
  // Servers of another cluster, which look for their own at a port that was theirs once, are turned away.
  const password = randomSecret();
  const routes = places
    .map(({ clusterPort }) => `"nats://route:${password}@127.0.0.1:${clusterPort}"`)
    .join(', ');

  const createNode = async ({ name, port, clusterPort }: (typeof places)[number]) => {
    const dir = join(root, name);
    await mkdir(dir);
    const file = join(dir, 'nats.conf');
    const lines: string[] = [];
    whenTestFails(() =>
      console.error([`--- last lines of ${name} (${clusterPort})`, ...lines.slice(-40)].join('\n')),
    );
    const config = `host: "127.0.0.1"
port: ${port}
server_name: "${name}"
jetstream { store_dir: "${dir}" }
cluster {
  name: "ghostly", listen: "127.0.0.1:${clusterPort}", routes: [${routes}]
  authorization { user: route, password: "${password}" }
}
${accounts}`;
    await writeFile(file, config, { mode: 0o600 });
    let server: ServerProcess | undefined;
    const startAgain = async () => {
      server = await startServerProcess({
        name,
        command: binary,
        args: ['-c', file],
        env: {},
        log: (line) => void lines.push(line),
        isReady: (line) => line.includes('Server is ready'),
        readyWithinMs: READY_WITHIN_MS,
        stopLadder: [['SIGTERM', 4_000]],
      });
    };
    return {
      name,
      port,
      startAgain,
      async kill() {
        if (!server) return;
        process.kill(server.pid, 'SIGKILL');
        await server.exited;
      },
      stop: async () => server?.stop(),
    };
  };

  const nodes = await Promise.all(places.map(createNode));
  afterFile(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(root, { recursive: true, force: true });
  });
  // One that starts alone waits for the others.
  await Promise.all(nodes.map((node) => node.startAgain()));
  await form(nodes, { user: SERVICE_USER, pass: credentials.service });
  const urlOf = (user: string, password: string, { port }: { port: number }) =>
    `nats://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  return {
    nodes,
    issuerSeed,
    serviceUrl: nodes.map((node) => urlOf(SERVICE_USER, credentials.service, node)).join(','),
    readerUrl: (node) => urlOf(READER_USER, credentials.reader, node),
  };
}

/**
 * Resolves when all of them take part. One in fifty new clusters of nats-server 2.10 never counts one of its servers
 * among the peers of its metadata group, however long one waits; that server has to be started again.
 */
async function form(nodes: ClusterNode[], login: { user: string; pass: string }): Promise<void> {
  const servers = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const connection = await connect({ servers, ...login, maxReconnectAttempts: -1, reconnectTimeWait: 200 });
  const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 2_000 });
  const probe = { name: 'PROBE', subjects: ['probe'], num_replicas: SIZE };
  const formed = async () => {
    await eventually(() => manager.streams.add(probe), SOON);
  };
  try {
    for (const next of [...nodes, undefined]) {
      const error = await formed().catch((reason: unknown) => reason);
      if (!(error instanceof Error)) break;
      if (!next) throw error;
      await next.kill();
      await next.startAgain();
    }
    await manager.streams.delete(probe.name).catch(() => undefined); // it is in nobody's way
  } finally {
    await connection.close();
  }
}

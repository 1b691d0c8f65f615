/*
 * The whole of a local stack.
 * Owns: which processes there are, the order in which they start and stop, and up.json while it runs.
 * Does not own: signals and the terminal (run-up.ts), one process's life (keeper.ts).
 */
import { openIssuer } from '#shared/bus/subscribers/issuer.ts';
import { createAnnouncer } from './announcer.ts';
import type { LogFormat } from './echo.ts';
import type { Home } from './home.ts';
import { createKeeper, type Keeper, type KeeperEnd } from './keeper.ts';
import type { DatabaseUrls } from './prepare.ts';
import type { Secrets } from './secrets.ts';
import { natsStarter, postgresStarter } from './servers.ts';
import { serviceEnvironment } from './service-environment.ts';
import { createServiceKeeper, type ServiceKind } from './service-keeper.ts';
import { stopInOrder, stopOrder } from './stop-order.ts';
import type { UpFile } from './up-file.ts';

export interface StackOptions {
  home: Home;
  secrets: Secrets;
  /** The secrets are new: data that is older has another password. */
  secretsWereLost: boolean;
  /** Of which each service gets what it reads, besides the addresses of the servers. */
  env: Record<string, string | undefined>;
  cwd: string;
  scripts: Readonly<Record<ServiceKind, string>>;
  /** One gateway for each; 0 is any free port. */
  gatewayPorts: readonly number[];
  runners: number;
  drainMs: number;
  /** Used instead of a server of our own. */
  external: { database?: string | undefined; nats?: string | undefined };
  /** The program, unless NATS is external. */
  natsServer: string | undefined;
}

export interface StackDeps {
  /** Called when the database answers, before any service starts; resolves to the API key for up.json. */
  prepare: (urls: DatabaseUrls) => Promise<string>;
  /** Gets each line of each process. */
  log: (name: string, format: LogFormat, line: string) => void;
  onEnd: (event: KeeperEnd) => void;
  onError: (error: unknown) => void;
  now: () => number;
}

export interface Stack {
  /** Resolves once everything is ready and announced. @throws what the first failed start threw */
  start: () => Promise<UpFile>;
  /** Stops everything in order; whatever is left when `forced` is aborted is killed. */
  stop: (forced: AbortSignal) => Promise<void>;
}

/** The services' role, which is no superuser. */
const SERVICES_ROLE = 'ghostly_services';

const servicesUrl = (superuserUrl: string, password: string): string => {
  const url = new URL(superuserUrl);
  url.username = SERVICES_ROLE;
  url.password = encodeURIComponent(password);
  return url.href;
};

export const createStack = (options: StackOptions, deps: StackDeps): Stack => {
  const { home, secrets, external } = options;
  const urls = {
    database: external.database ?? '',
    setup: undefined as string | undefined,
    nats: external.nats ?? '',
    reader: external.nats ?? '',
  };
  let apiKey = '';
  const watch = { onChange: () => announcer.update(), onEnd: deps.onEnd, now: deps.now };

  const postgresOptions = {
    dataDir: home.postgres,
    password: secrets.databasePassword,
    resetPassword: options.secretsWereLost,
    log: (line: string) => deps.log('postgres', 'postgres', line),
  };
  const natsOptions = (binary: string) => ({
    binary,
    storeDir: home.nats,
    credentials: { service: secrets.natsService, reader: secrets.natsReader },
    issuer: openIssuer(secrets.natsIssuerSeed).publicKey,
    log: (line: string) => deps.log('nats', 'nats', line),
  });
  const startPostgres = postgresStarter(postgresOptions, ({ url }) => {
    urls.setup = url;
    urls.database = servicesUrl(url, secrets.servicesPassword);
  });
  const postgres = external.database
    ? []
    : [createKeeper({ name: 'postgres', start: startPostgres, ...watch })];
  const nats =
    options.natsServer && !external.nats
      ? [
          createKeeper({
            name: 'nats',
            ...watch,
            start: natsStarter(natsOptions(options.natsServer), ({ serviceUrl, readerUrl }) => {
              urls.nats = serviceUrl;
              urls.reader = readerUrl;
            }),
          }),
        ]
      : [];

  const service = (kind: ServiceKind, index: number, own: Record<string, string> = {}) => {
    const name = `${kind}-${index + 1}`;
    return createServiceKeeper(
      {
        name,
        script: options.scripts[kind],
        cwd: options.cwd,
        pidFolder: home.pids,
        env: () =>
          serviceEnvironment(kind, {
            ...options.env,
            ...own,
            DATABASE_URL: urls.database,
            NATS_URL: urls.nats,
          }),
        log: (line) => deps.log(name, 'pino', line),
      },
      watch,
    );
  };
  // Another NATS than ours may let subscribers in by a key of its own.
  const issuer: Record<string, string> = external.nats
    ? {}
    : { GHOSTLY_NATS_ISSUER_SEED: secrets.natsIssuerSeed };
  const gateways = options.gatewayPorts.map((port, index) =>
    service('gateway', index, { PORT: String(port), ...issuer }),
  );
  const runners = Array.from({ length: options.runners }, (_, index) => service('runner', index));
  const supervisors = [service('supervisor', 0)];

  const pids = (keepers: readonly Keeper[]) => keepers.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  const content = (): UpFile => ({
    gateway: gateways[0]?.url ?? '',
    gateways: gateways.flatMap(({ url }) => url ?? []),
    nats: urls.reader,
    database: urls.database,
    apiKey,
    pids: {
      gateway: pids(gateways),
      runner: pids(runners),
      supervisor: pids(supervisors),
      nats: nats[0]?.pid ?? null,
      postgres: postgres[0]?.pid ?? null,
    },
  });
  const announcer = createAnnouncer(home.upFile, content, deps.onError);
  const startAll = (keepers: readonly Keeper[]) => Promise.all(keepers.map((keeper) => keeper.start()));

  return {
    start: async () => {
      await startAll([...postgres, ...nats]);
      apiKey = await deps.prepare(urls);
      await startAll([...gateways, ...runners, ...supervisors]);
      await announcer.open();
      return content();
    },
    stop: async (forced) => {
      await announcer.close();
      const steps = stopOrder({ gateways, runners, supervisors, nats, postgres }, options.drainMs);
      await stopInOrder(steps, forced);
    },
  };
};

/*
 * The whole of a local stack.
 * Owns: the order in which its processes start and stop, and up.json.
 * Does not own: signals and the terminal (run-up.ts), the list of processes (servers.ts, services.ts), restarts
 * (keeper.ts).
 */
import { createAnnouncer } from './announcer.ts';
import type { UpFile } from './home/up-file.ts';
import type { Keeper, KeeperEnd } from './keeper.ts';
import type { DatabaseUrls } from './prepare.ts';
import { createServers, type LogLine, type Servers, type ServersOptions } from './servers.ts';
import { createServices, type Services, type ServicesOptions } from './services.ts';
import { stopInOrder, stopOrder } from './stop-order.ts';

export type StackOptions = ServersOptions & ServicesOptions & { drainMs: number };

export interface StackDeps {
  /** Called when the database answers, before any service uses it; resolves to the API key for up.json. */
  prepare: (urls: DatabaseUrls) => Promise<string>;
  log: LogLine;
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

export const createStack = (options: StackOptions, deps: StackDeps): Stack => {
  const watch = { onChange: () => announcer.update(), onEnd: deps.onEnd, now: deps.now };
  const known = Promise.withResolvers<void>();
  const servers = createServers(options, deps.log, watch);
  const services = createServices(options, servers.urls, known.promise, deps.log, watch);
  let apiKey = '';
  const content = () => upFileOf(servers, services, apiKey);
  const announcer = createAnnouncer(options.home.upFile, content, deps.onError);

  return {
    start: async () => {
      // They load while the database is being made.
      const starting = startAll(Object.values(services).flat());
      starting.catch(() => {}); // awaited below, unless something else fails before
      await startAll([...servers.postgres, ...servers.nats]);
      apiKey = await deps.prepare(servers.urls);
      options.env.GHOSTLY_WEB_DIR = await options.webDir;
      known.resolve();
      await starting;
      await announcer.open();
      return content();
    },
    stop: async (forced) => {
      await announcer.close();
      await stopInOrder(stopOrder({ ...services, ...servers }, options.drainMs), forced);
    },
  };
};

const startAll = (keepers: readonly Keeper[]) => Promise.all(keepers.map((keeper) => keeper.start()));

const pidsOf = (keepers: readonly Keeper[]) => keepers.flatMap(({ pid }) => pid ?? []);

const upFileOf = ({ urls, nats, postgres }: Servers, services: Services, apiKey: string): UpFile => ({
  gateway: services.gateways[0]?.url ?? '',
  gateways: services.gateways.flatMap(({ url }) => url ?? []),
  nats: urls.reader,
  database: urls.database,
  apiKey,
  pids: {
    gateway: pidsOf(services.gateways),
    runner: pidsOf(services.runners),
    supervisor: pidsOf(services.supervisors),
    nats: nats[0]?.pid ?? null,
    postgres: postgres[0]?.pid ?? null,
  },
});

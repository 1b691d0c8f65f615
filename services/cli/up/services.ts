import type { ServiceKind } from '#shared/platform/config/services.ts';
import type { ServiceScripts } from './built.ts';
import type { Home } from './home/home.ts';
import type { Secrets } from './home/secrets.ts';
import type { Keeper, Watch } from './keeper.ts';
import type { LogLine, ServerUrls } from './servers.ts';
import { serviceEnvironment } from './service-environment.ts';
import { createServiceKeeper, type ServiceKeeper } from './service-keeper.ts';

export interface ServicesOptions {
  home: Home;
  secrets: Secrets;
  /** Each service gets the variables that it reads, besides the addresses of the servers. */
  env: Record<string, string | undefined>;
  /** What the gateways serve as the web app, if anything; ready by the time that they start. */
  webDir: Promise<string | undefined>;
  cwd: string;
  /** What starts each kind; there by the time that they start. */
  scripts: Promise<ServiceScripts>;
  /** One gateway for each; 0 is any free port. */
  gatewayPorts: readonly number[];
  runners: number;
  external: { nats?: string | undefined };
}

export interface Services {
  gateways: ServiceKeeper[];
  runners: Keeper[];
  supervisors: Keeper[];
}

/** The services of a stack; `urls` is read at each start, and when `known` says that they are there. */
export const createServices = (
  options: ServicesOptions,
  urls: Readonly<ServerUrls>,
  known: Promise<void>,
  log: LogLine,
  watch: Watch,
): Services => {
  const { secrets, cwd, scripts } = options;
  const scriptOf = async (kind: ServiceKind) => (await scripts)[kind];
  const service = (kind: ServiceKind, index: number, own: Record<string, string> = {}) => {
    const name = `${kind}-${index + 1}`;
    const env = () => {
      const { database, session, nats } = urls;
      const servers = { DATABASE_URL: database, DATABASE_SESSION_URL: session, NATS_URL: nats };
      return serviceEnvironment(kind, { ...options.env, ...own, ...servers });
    };
    const logged = (line: string) => log(name, 'pino', line);
    return createServiceKeeper(
      { name, script: scriptOf(kind), cwd, pidFolder: options.home.pids, env, known, log: logged },
      watch,
    );
  };
  // Another NATS than ours may let subscribers in by a key of its own.
  const issuer = options.external.nats ? {} : { GHOSTLY_NATS_ISSUER_SEED: secrets.natsIssuerSeed };
  return {
    gateways: options.gatewayPorts.map((port, index) =>
      service('gateway', index, { PORT: String(port), ...issuer }),
    ),
    runners: Array.from({ length: options.runners }, (_, index) => service('runner', index)),
    supervisors: [service('supervisor', 0)],
  };
};

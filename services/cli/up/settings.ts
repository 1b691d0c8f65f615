import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { ConfigError, readConfig } from '#shared/platform/config/config.ts';
import { READ_BY, type ServiceKind } from '#shared/platform/config/services.ts';
import { type AdminAccount, readAdminAccount } from './admin-account.ts';

export interface UpArguments {
  runners: number;
  gateways: number;
  port: number | undefined;
}

export interface UpSettings {
  host: string;
  port: number;
  runners: number;
  gateways: number;
  drainMs: number;
  /** `session`: to the database itself, where `database` leads to a pooler. */
  external: { database: string | undefined; session: string | undefined; nats: string | undefined };
  jwtSecret: string | undefined;
  egress: string;
  admin: AdminAccount;
}

/** What the services need, and `up` makes if it is not set. */
const GIVEN = ['DATABASE_URL', 'NATS_URL', 'GHOSTLY_JWT_SECRET'] as const;
type Given = (typeof GIVEN)[number];
type Read = (typeof READ_BY)[ServiceKind][number];
const CHECKED = [...new Set<Read>(Object.values(READ_BY).flat())].filter(
  (name): name is Exclude<Read, Given> => !(GIVEN as readonly string[]).includes(name),
);

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1|\[::1\])$/i.test(host);

const given = (env: Environment, name: string): string | undefined => env[name] || undefined;

/** The settings of `up` from arguments and environment. Validates all variables of the services before any starts. @throws ConfigError */
export const readUpSettings = (env: Environment, args: UpArguments): UpSettings => {
  const checked = readConfig({ ...env }, CHECKED);
  if (checked.GHOSTLY_HEALTH_PORT)
    throw new ConfigError('GHOSTLY_HEALTH_PORT: must be 0, any free one, as each process needs its own');
  const database = given(env, 'DATABASE_URL') && readConfig({ ...env }, ['DATABASE_URL']).DATABASE_URL;
  const nats = given(env, 'NATS_URL') && readConfig({ ...env }, ['NATS_URL']).NATS_URL;
  const jwtSecret =
    given(env, 'GHOSTLY_JWT_SECRET') && readConfig({ ...env }, ['GHOSTLY_JWT_SECRET']).GHOSTLY_JWT_SECRET;
  if (database !== undefined && jwtSecret === undefined) {
    throw new ConfigError('DATABASE_URL also requires GHOSTLY_JWT_SECRET');
  }
  return {
    host: checked.HOST,
    port: args.port ?? checked.PORT,
    runners: args.runners,
    gateways: args.gateways,
    drainMs: checked.GHOSTLY_DRAIN_MS,
    external: { database, session: database && checked.DATABASE_SESSION_URL, nats },
    jwtSecret,
    // Local stacks usually test sites on the same machine; callers from elsewhere must not reach this machine's network.
    egress: given(env, 'GHOSTLY_EGRESS') || !isLoopback(checked.HOST) ? checked.GHOSTLY_EGRESS : 'any',
    admin: readAdminAccount(env),
  };
};

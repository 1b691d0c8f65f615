import type { Environment } from '#shared/binaries/binaries.ts';
import { ConfigError, readConfig } from '#shared/config/config.ts';
import { STORE, TRACES } from '#shared/config/services.ts';
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

const CHECKED = [
  'HOST',
  'PORT',
  'GHOSTLY_HEALTH_PORT',
  ...STORE,
  ...TRACES,
  'GHOSTLY_ARTIFACT_LINKS',
  'GHOSTLY_S3_PUBLIC_ENDPOINT',
  'GHOSTLY_SPOOL_MIB',
  'GHOSTLY_SPOOL_WAIT_MS',
  'GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN',
  'GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT',
  'GHOSTLY_LEASE_MS',
  'GHOSTLY_CANCEL_GRACE_MS',
  'GHOSTLY_DRAIN_MS',
  'GHOSTLY_QUEUE_TIMEOUT_MS',
  'GHOSTLY_MAX_QUEUED_PER_USER',
  'GHOSTLY_MAX_QUEUED_PER_PROJECT',
  'GHOSTLY_MAX_PROJECTS_PER_USER',
  'GHOSTLY_MAX_MEMBERSHIPS_PER_USER',
  'GHOSTLY_MAX_MEMBERS_PER_PROJECT',
  'GHOSTLY_MAX_KEYS_PER_USER',
  'GHOSTLY_MAX_INVITATIONS_PER_USER',
  'GHOSTLY_MAX_INVITATIONS_PER_PROJECT',
  'GHOSTLY_MAX_STREAMS_PER_USER',
  'GHOSTLY_MAX_WAITING_PER_USER',
  'GHOSTLY_MAX_CONSUMERS_PER_USER',
  'GHOSTLY_MAX_WEBHOOKS_PER_PROJECT',
  'GHOSTLY_MAX_RUNNING_PER_USER',
  'GHOSTLY_MAX_RUNNING_PER_PROJECT',
  'DATABASE_SESSION_URL',
  'GHOSTLY_DATABASE_CONNECTIONS',
  'RUNNER_SLOTS',
  'GHOSTLY_SANDBOX',
  'GHOSTLY_SHARE_BROWSERS',
  'GHOSTLY_SPARE_CONTEXTS',
  'GHOSTLY_EGRESS',
  'GHOSTLY_CORS_ORIGINS',
  'GHOSTLY_PUBLIC_URL',
  'GHOSTLY_JWT_SECRET_PREVIOUS',
  'GHOSTLY_OIDC_JWKS_URL',
  'GHOSTLY_OIDC_ISSUER',
  'GHOSTLY_OIDC_AUDIENCE',
  'GHOSTLY_TRUSTED_PROXIES',
  'GHOSTLY_EVENTS_MIB',
  'GHOSTLY_EVENTS_DAYS',
  'GHOSTLY_EVENTS_REPLICAS',
  'GHOSTLY_RETENTION_DAYS',
  'GHOSTLY_WEBHOOK_TIMEOUT_MS',
  'GHOSTLY_WEBHOOK_RETRY_MS',
  'GHOSTLY_WEBHOOK_RETRY_DAYS',
  'GHOSTLY_WEBHOOK_LOG_DAYS',
  'GHOSTLY_NATS_ISSUER_SEED',
  'LOG_LEVEL',
] as const;

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
    // Local stacks usually test sites on the same machine. Whoever reaches an open one has no business in its network.
    egress: given(env, 'GHOSTLY_EGRESS') || !isLoopback(checked.HOST) ? checked.GHOSTLY_EGRESS : 'any',
    admin: readAdminAccount(env),
  };
};

import { serversOf } from '#shared/adapters/bus/options.ts';
import type { readConfig } from '#shared/platform/config/config.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import type { READ_BY } from '#shared/platform/config/services.ts';
import { VERSION } from '#shared/platform/process/version.ts';
import { outsideIssuerOf } from './access/outside-tokens.ts';
import type { GatewayConfig } from './deps.ts';

export type Variables = ReturnType<typeof readConfig<(typeof READ_BY.gateway)[number]>>;

/** The gateway's configuration, read from the variables of its process. */
export function gatewayConfigOf(config: Variables, nodeEnv: string | undefined): GatewayConfig {
  return {
    jwtSecret: config.GHOSTLY_JWT_SECRET,
    jwtSecretPrevious: config.GHOSTLY_JWT_SECRET_PREVIOUS,
    outsideIssuer: outsideIssuerOf(config),
    trustedProxies: config.GHOSTLY_TRUSTED_PROXIES,
    graceMs: config.GHOSTLY_CANCEL_GRACE_MS,
    leaseMs: config.GHOSTLY_LEASE_MS,
    queueTimeoutMs: config.GHOSTLY_QUEUE_TIMEOUT_MS,
    maxDurationMs: config.GHOSTLY_MAX_DURATION_MS,
    queueLimits: {
      perUser: config.GHOSTLY_MAX_QUEUED_PER_USER,
      perProject: config.GHOSTLY_MAX_QUEUED_PER_PROJECT,
    },
    accountLimits: {
      projects: config.GHOSTLY_MAX_PROJECTS_PER_USER,
      memberships: config.GHOSTLY_MAX_MEMBERSHIPS_PER_USER,
      members: config.GHOSTLY_MAX_MEMBERS_PER_PROJECT,
      keys: config.GHOSTLY_MAX_KEYS_PER_USER,
      userInvitations: config.GHOSTLY_MAX_INVITATIONS_PER_USER,
      projectInvitations: config.GHOSTLY_MAX_INVITATIONS_PER_PROJECT,
    },
    egress: readEgressPolicy(config.GHOSTLY_EGRESS),
    maxWebhooks: config.GHOSTLY_MAX_WEBHOOKS_PER_PROJECT,
    maxFlows: config.GHOSTLY_MAX_FLOWS_PER_PROJECT,
    sealPublicKey: config.GHOSTLY_SEAL_PUBLIC_KEY,
    maxSecrets: config.GHOSTLY_MAX_SECRETS_PER_PROJECT,
    maxConsumers: config.GHOSTLY_MAX_CONSUMERS_PER_USER,
    corsOrigins: config.GHOSTLY_CORS_ORIGINS,
    publicUrls: config.GHOSTLY_PUBLIC_URL,
    artifactLinks: config.GHOSTLY_ARTIFACT_LINKS,
    webDir: config.GHOSTLY_WEB_DIR,
    natsServers: config.GHOSTLY_NATS_ISSUER_SEED === undefined ? undefined : serversOf(config.NATS_URL),
    version: VERSION,
    env: nodeEnv ?? 'development',
  };
}
